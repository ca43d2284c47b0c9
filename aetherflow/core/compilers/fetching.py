"""Fetches the text that a URI names, bounded in time and size: from this machine, from the web, or by fsspec."""

from pathlib import Path

from aetherflow.core.compilers.fetch_order import Fetch
from aetherflow.core.compilers.uri import TEXT_SCHEMES, is_text, path_of_file_uri, text_file, uri_of
from aetherflow.core.contracts.errors import FlowNotFound, InputError
from aetherflow.core.contracts.remote_text import RemoteText
from aetherflow.core.documents.files import read_source

_MISSING_FILE = "AF-Y010"


def fetched_text(fetch: Fetch) -> RemoteText:
    """Fetch it; raises FlowNotFound, SourceUnavailable or InputError with a finding."""
    uri = uri_of(fetch.uri)
    if uri is None or uri.scheme == "file":
        return _read(fetch.name, path_of_file_uri(fetch.uri) if uri else Path(fetch.uri))
    if uri.scheme in TEXT_SCHEMES:
        return _read_or_taken(fetch.name, uri.rest)
    if uri.scheme in ("http", "https"):
        try:
            from aetherflow.core.compilers.web import text_on_web  # deferred: needs an extra
        except ImportError:
            from aetherflow.core.compilers.fetch_trouble import no_library  # deferred: mostly it is there

            raise no_library(fetch.name, "httpx", "http") from None
        return text_on_web(fetch)
    from aetherflow.core.compilers.remote_file import text_of_file  # deferred: needs another extra

    return text_of_file(fetch)


def _read_or_taken(name: str, rest: str) -> RemoteText:
    file = text_file(rest)
    if file is None and is_text(rest):
        return RemoteText(content=rest.encode("utf-8", "surrogateescape"), name=name)
    return _read(name, file or Path(rest))


def _read(name: str, path: Path) -> RemoteText:
    try:
        return RemoteText(content=read_source(name, path, may_be_pipe=True).text.encode(), name=name)
    except InputError as error:
        if error.diagnostics and error.diagnostics[0].code == _MISSING_FILE:
            raise FlowNotFound(error.message, hint=error.hint, diagnostics=error.diagnostics) from None
        raise
