"""Gets the text of a flow: a path, a `file://` URI, or stdin."""

import errno
import re
from collections.abc import Callable
from pathlib import Path

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.diagnostics.suggestion import nearest
from aetherflow.core.documents.source import MAX_DOCUMENT_BYTES, Source, decode_source, refusal

#: What a source is called that was read from standard input.
STDIN_NAME = "<stdin>"

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")


def fetch_source(flow: str, *, stdin: Callable[[], bytes]) -> Source:
    """Read the text that a path or URI names; raises InputError with a finding where it cannot be had."""
    if flow == "-":
        return decode_source(STDIN_NAME, stdin())
    return decode_source(flow, _read(flow, _local_path(flow)))


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


def _read(flow: str, path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte more than allowed is enough to know; a device may have no end.
            return file.read(MAX_DOCUMENT_BYTES + 1)
    except IsADirectoryError:
        raise refusal(flow, _directory(flow, path)) from None
    except FileNotFoundError:
        raise refusal(flow, _missing(flow, path)) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise refusal(flow, _unreadable(flow, error)) from None


def _missing(flow: str, path: Path) -> Diagnostic:
    similar = nearest(path.name, _names_beside(path))
    return Diagnostic(
        code="AF-Y010",
        message=f'there is no file "{flow}"',
        hint=f'did you mean "{path.with_name(similar)}"?' if similar else _where(path),
    )


def _names_beside(path: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in path.parent.iterdir() if entry.is_file())
    except OSError:
        return []


def _where(path: Path) -> str | None:
    return None if path.is_absolute() else f"the path is relative to {Path.cwd()}"


def _directory(flow: str, path: Path) -> Diagnostic:
    flows = sorted(entry.name for entry in path.iterdir() if entry.suffix in (".yaml", ".yml"))
    hint = f"give the path of a file in it, for example {path / flows[0]}" if flows else "give the path of a file"
    return Diagnostic(code="AF-Y011", message=f'"{flow}" is a directory, not a file', hint=hint)


def _unreadable(flow: str, error: OSError | ValueError) -> Diagnostic:
    reason = (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)
    refused = isinstance(error, OSError) and error.errno in (errno.EACCES, errno.EPERM)
    return Diagnostic(
        code="AF-Y012",
        message=f'"{flow}" cannot be read: {reason}',
        hint="ask for the right to read it" if refused else None,
    )


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
