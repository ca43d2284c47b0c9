"""Gets the text of a flow that needs no compiler: a path, a `file://` URI, or stdin."""

from collections.abc import Callable
from pathlib import Path

from aetherflow.core.compilers.uri import STDIN_NAME, path_of_file_uri, uri_of
from aetherflow.core.documents.files import read_source
from aetherflow.core.documents.source import Source, decode_source


def fetch_source(flow: str, *, stdin: Callable[[], bytes]) -> Source:
    """Read the text that a path or URI names; raises InputError with a finding where it cannot be had."""
    if flow == "-":
        return decode_source(STDIN_NAME, stdin())
    path = path_of_file_uri(flow) if uri_of(flow) else Path(flow)
    return read_source(flow, path, may_be_pipe=True)
