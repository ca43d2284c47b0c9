"""Gets the text of a document's file; whatever keeps it from being read is a finding."""

import errno
from collections.abc import Callable
from pathlib import Path

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import system_reason
from aetherflow.core.diagnostics.suggestion import nearest
from aetherflow.core.documents.regular_files import NotRegular, read_beginning
from aetherflow.core.documents.source import MAX_DOCUMENT_BYTES, Source, decode_source, refusal


def read_source(name: str, path: Path, *, may_be_pipe: bool = False) -> Source:
    """Read a file; ``name`` is what findings print. Raises InputError with a finding where it is no text.

    Whoever names a pipe on purpose (``<(command)`` of a shell) has it read to its end, where it may be one.
    """
    return decode_source(name, _read(name, path, _any_file if may_be_pipe else read_beginning))


def _read(name: str, path: Path, read: Callable[[Path, int], bytes]) -> bytes:
    try:
        return read(path, MAX_DOCUMENT_BYTES + 1)  # one byte more than allowed is enough to know
    except IsADirectoryError:
        raise refusal(name, _directory(name, path)) from None
    except FileNotFoundError:
        raise refusal(name, _missing(name, path)) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise refusal(name, _unreadable(name, error)) from None


def _any_file(path: Path, most_bytes: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most_bytes)


def _missing(name: str, path: Path) -> Diagnostic:
    similar = nearest(path.name, _names_beside(path))
    return Diagnostic(
        code="AF-Y010",
        message=f'there is no file "{name}"',
        hint=f'did you mean "{path.with_name(similar)}"?' if similar else _where(path),
    )


def _names_beside(path: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in path.parent.iterdir() if entry.is_file())
    except OSError:
        return []


def _where(path: Path) -> str | None:
    return None if path.is_absolute() else f"the path is relative to {Path.cwd()}"


def _directory(name: str, path: Path) -> Diagnostic:
    documents = sorted(entry.name for entry in path.iterdir() if entry.suffix in (".yaml", ".yml"))
    hint = f"give the path of a file in it, for example {path / documents[0]}" if documents else _OF_A_FILE
    return Diagnostic(code="AF-Y011", message=f'"{name}" is a directory, not a file', hint=hint)


_OF_A_FILE = "give the path of a file"


def _unreadable(name: str, error: OSError | ValueError) -> Diagnostic:
    refused = isinstance(error, OSError) and error.errno in (errno.EACCES, errno.EPERM)
    return Diagnostic(
        code="AF-Y012",
        message=f'"{name}" cannot be read: {system_reason(error)}',
        hint="ask for the right to read it" if refused else _OF_A_FILE if isinstance(error, NotRegular) else None,
    )
