"""Gets the text of a flow: a path, a `file://` URI, or stdin."""

import re
from collections.abc import Callable
from pathlib import Path

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.documents.files import read_source
from aetherflow.core.documents.source import Source, decode_source, refusal

#: What a source is called that was read from standard input.
STDIN_NAME = "<stdin>"

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")


def fetch_source(flow: str, *, stdin: Callable[[], bytes]) -> Source:
    """Read the text that a path or URI names; raises InputError with a finding where it cannot be had."""
    if flow == "-":
        return decode_source(STDIN_NAME, stdin())
    return read_source(flow, _local_path(flow), may_be_pipe=True)


def _local_path(flow: str) -> Path:
    scheme = _SCHEME.match(flow)
    if not scheme:
        return Path(flow)
    if scheme[1].lower() != "file":
        raise refusal(flow, _unknown_scheme(scheme[1]))
    # deferred: paths are the common case
    from urllib.parse import unquote, urlsplit

    uri = urlsplit(flow)
    if uri.netloc not in ("", "localhost"):
        raise refusal(flow, _foreign_host(uri.netloc))
    return Path(unquote(uri.path))


def _unknown_scheme(scheme: str) -> Diagnostic:
    return Diagnostic(
        code="AF-Y013",
        message=f'nothing here reads flows from "{scheme}://"',
        hint='give a path, a "file://" URI, or "-" for stdin',
    )


def _foreign_host(host: str) -> Diagnostic:
    return Diagnostic(
        code="AF-Y014",
        message=f'a "file://" URI names a file of this machine, not of "{host}"',
        hint="write three slashes before an absolute path: file:///home/me/flow.yaml",
    )
