"""What SQLite and the file system say, as findings: where the state is, what is wrong with it, what to do."""

import sqlite3
from pathlib import Path

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import StateError

_ANOTHER_PLACE = "name another place in `flow.state.path` or AETHERFLOW_STATE_ROOT"


def refusal(code: str, message: str, hint: str) -> StateError:
    """Build the error that carries one finding."""
    return StateError.of(Diagnostic(code=code, message=message, hint=hint))


def folder_refused(folder: Path, error: OSError | ValueError) -> StateError:
    """The folder of the state cannot be made or written."""
    why = error.strerror if isinstance(error, OSError) else str(error)
    return refusal(
        "AF-R101",
        f'the state folder "{folder}" cannot be written: {why}',
        f"make the folder writable, or {_ANOTHER_PLACE}",
    )


def not_a_file(path: Path) -> StateError:
    """Something else stands where the state file belongs."""
    kind = "a directory" if path.is_dir() else "not a regular file"
    return refusal("AF-R102", f'the state file "{path}" is {kind}', f"name a file: {_ANOTHER_PLACE}")


def foreign_file(path: Path) -> StateError:
    """The file belongs to something else."""
    return refusal(
        "AF-R103",
        f'"{path}" is not a state file of AetherFlow',
        f"nothing in it was changed; {_ANOTHER_PLACE}",
    )


def newer_schema(path: Path, *, found: int, known: int) -> StateError:
    """The file was written by a later version."""
    return refusal(
        "AF-R104",
        f'the state file "{path}" was written by a newer AetherFlow (schema {found}, this one knows {known})',
        "upgrade aetherflow from its checkout (`pip install CHECKOUT`), or use another state file",
    )


def damaged(path: Path, why: str) -> StateError:
    """What the file holds cannot be understood."""
    return refusal(
        "AF-R105",
        f'the state file "{path}" is damaged: {why}',
        "put back a copy of it, or move it away; runs recorded in it can then not be resumed",
    )


def no_room(path: Path) -> StateError:
    """The disk is full."""
    return refusal(
        "AF-R106",
        f'there is no room left to write the state file "{path}"',
        "free some space, then resume the run: what was recorded before is safe",
    )


def read_only(path: Path) -> StateError:
    """The file, or the folder around it, lets nobody write."""
    return refusal(
        "AF-R107",
        f'the state file "{path}" cannot be written',
        f"let this user write the file and its folder, or {_ANOTHER_PLACE}",
    )


def busy(path: Path) -> StateError:
    """Another process has kept the file locked for too long."""
    return refusal(
        "AF-R108",
        f'the state file "{path}" is kept locked by another process',
        "end whatever keeps it open (a database browser, a backup), then try again",
    )


def unusable(path: Path, why: str) -> StateError:
    """Anything else."""
    return refusal(
        "AF-R109",
        f'the state file "{path}" cannot be used: {why}',
        f"see whether its disk is full, over quota or failing, or {_ANOTHER_PLACE}",
    )


def state_error(path: Path, error: sqlite3.Error) -> StateError:
    """Say what an error of SQLite means for the person who meets it; the table is SQLite's list of result codes."""
    # An error that Python itself raises, a closed connection say, has no code.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_NOTADB:
        return foreign_file(path)
    if code == sqlite3.SQLITE_CORRUPT:
        return damaged(path, str(error))
    plain = {
        sqlite3.SQLITE_FULL: no_room,
        sqlite3.SQLITE_READONLY: read_only,
        sqlite3.SQLITE_CANTOPEN: read_only,
        sqlite3.SQLITE_PERM: read_only,
        sqlite3.SQLITE_BUSY: busy,
        sqlite3.SQLITE_LOCKED: busy,
    }.get(code)
    return plain(path) if plain else unusable(path, str(error))
