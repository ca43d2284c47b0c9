"""Opening the state file: made whole or not at all, checked before anything in it is touched, brought up to date."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aetherflow.core.state import failures
from aetherflow.core.state.durable_names import make_durable
from aetherflow.core.state.private_files import PRIVATE_FILE, exclusive, locks_folder, make_private_folder
from aetherflow.core.state.queries import migrations

#: "AEFL": stands in the file's header and tells a state file from any other SQLite database.
APPLICATION_ID = 0x4145464C
#: The number of the newest file under sql/migrations; a test holds the two together.
SCHEMA_VERSION = 4
BUSY_TIMEOUT_SECONDS = 30.0


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Connect to the state file, which is created where it is missing; raises StateError."""
    with _explained(path):
        _require_regular_file(path)
        _create_where_missing(path)
        connection = _connect(path)
        with _closed_on_error(connection):
            _bring_up_to_date(connection, path)
            _try_to_write(connection)
        return connection


def open_existing(path: Path) -> sqlite3.Connection | None:
    """Connect to the state file, or give None where there is none; creates nothing. Raises StateError."""
    with _explained(path):
        _require_regular_file(path)
        if not path.exists() or not path.stat().st_size:
            return None
        connection = _connect(path)
        with _closed_on_error(connection):
            _bring_up_to_date(connection, path)
        return connection


def _try_to_write(connection: sqlite3.Connection) -> None:
    """Fail now, rather than after the first step, where there is no leave to write the file or beside it."""
    connection.execute("BEGIN IMMEDIATE")  # of a read-only file, SQLite makes this a transaction for reading
    try:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    finally:
        connection.execute("ROLLBACK")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system raise into findings that name the path."""
    try:
        yield
    except sqlite3.Error as error:
        raise failures.state_error(path, error) from error
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the path
        raise failures.folder_refused(path.parent, error) from error


@contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _require_regular_file(path: Path) -> None:
    if path.exists() and not path.is_file():
        raise failures.not_a_file(path)


def _create_where_missing(path: Path) -> None:
    """Build an empty state beside the path and move it there under an OS lock.

    So no process ever sees half a state, a kill in between leaves nothing, and the switch to WAL, which heeds no busy
    timeout, happens where nobody else can be. A file of no bytes counts as missing.
    """
    if path.exists() and path.stat().st_size:
        return
    make_private_folder(path.parent)
    locks = locks_folder(path)
    make_private_folder(locks)
    with exclusive(locks / "opening.lock"):
        if not (path.exists() and path.stat().st_size):
            _build(path, beside=locks / "new-state")


def _build(path: Path, *, beside: Path) -> None:
    _remove_database(beside)  # what a killed opening left
    try:
        _fill(beside, path)
        # Of a state file that somebody removed, the WAL may still be here: SQLite would play it into the new one.
        _remove_database(path)
        beside.replace(path)
    except BaseException:
        _remove_database(beside)
        raise
    make_durable(path.parent)


def _fill(file: Path, path: Path) -> None:
    """Make a state file with every table in it, and sync it to the disk."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        os.fchmod(descriptor, PRIVATE_FILE)
        with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = OFF")  # one fsync of the whole file below serves as well
            _migrate(connection, since=0)
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
            if mode != "wal":
                raise failures.unusable(path, "its file system lacks the shared memory of SQLite's WAL mode")
        os.fsync(descriptor)
    finally:
        # Only after SQLite's own: closing any descriptor of a file drops all POSIX locks of the process on it.
        os.close(descriptor)


def _remove_database(path: Path) -> None:
    for part in ("", "-journal", "-wal", "-shm"):
        Path(f"{path}{part}").unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    # mode=rw: a file that has vanished in the meantime is an error, not a new file with the umask's rights.
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,  # transactions are written out: BEGIN IMMEDIATE, never a deferred one
        timeout=BUSY_TIMEOUT_SECONDS,
        check_same_thread=False,  # the store lets one thread in at a time
    )
    with _closed_on_error(connection):
        connection.execute("PRAGMA synchronous = FULL")
    return connection


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a foreign file or a newer schema before anything is written; then apply the missing migrations."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise failures.foreign_file(path)
    version = _version(connection)
    if version > SCHEMA_VERSION:
        raise failures.newer_schema(path, found=version, known=SCHEMA_VERSION)
    if version < SCHEMA_VERSION:
        with exclusive(locks_folder(path) / "opening.lock"):
            _migrate(connection, since=_version(connection))


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _migrate(connection: sqlite3.Connection, *, since: int) -> None:
    """Apply the migrations above a number, all in one transaction."""
    pending = "\n".join(sql for number, sql in migrations() if number > since)
    try:
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{pending}\nPRAGMA application_id = {APPLICATION_ID};\n"
            f"PRAGMA user_version = {SCHEMA_VERSION};\nCOMMIT;"
        )
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
