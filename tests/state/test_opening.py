"""The state file is made private, whole and once; anything else at its path is refused and left as it is."""

import hashlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import StateError
from aetherflow.core.state import opening
from aetherflow.core.state.queries import migrations
from aetherflow.core.state.records import Batch
from aetherflow.core.state.store import StateStore
from tests.state.records import a_run, numbered_batch

PROJECT = Path(__file__).parents[2]


def refused(path: Path) -> StateError:
    """Open the state and give the error that this must be."""
    with pytest.raises(StateError) as caught:
        StateStore.open(path)
    assert caught.value.exit_code == 2
    assert caught.value.message == caught.value.diagnostics[0].message
    return caught.value


def code(error: StateError) -> str:
    return error.diagnostics[0].code


@pytest.fixture(params=[0o000, 0o077, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_folders_are_0700_and_files_0600_whatever_the_umask(tmp_path: Path) -> None:
    root = tmp_path / "a"
    with StateStore.open(root / "b" / "state.db") as store:
        store.commit(Batch(runs=[a_run()]))
        modes = {path.relative_to(root): stat.S_IMODE(path.stat().st_mode) for path in root.rglob("*")}
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    assert modes == {
        Path("b"): 0o700,
        Path("b/state.db"): 0o600,
        Path("b/state.db-wal"): 0o600,
        Path("b/state.db-shm"): 0o600,
        Path("b/state.db.locks"): 0o700,
        Path("b/state.db.locks/opening.lock"): 0o600,
    }


def test_a_folder_that_exists_keeps_its_rights(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    StateStore.open(tmp_path / "state.db").close()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_the_file_is_in_wal_mode_and_every_commit_is_synced(tmp_path: Path) -> None:
    with StateStore.open(tmp_path / "state.db") as store:
        assert store._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert store._connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


def test_the_schema_version_is_the_number_of_the_last_migration() -> None:
    assert [number for number, _ in migrations()] == list(range(1, opening.SCHEMA_VERSION + 1))


def test_looking_where_there_is_no_state_creates_nothing(tmp_path: Path) -> None:
    assert StateStore.open_existing(tmp_path / "a" / "state.db") is None
    assert list(tmp_path.iterdir()) == []


def test_looking_into_a_state_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with StateStore.open(path) as store:
        store.commit(Batch(runs=[a_run()]))
    before = path.read_bytes()
    found = StateStore.open_existing(path)
    assert found is not None
    with found:
        assert found.list_runs() == [a_run()]
    assert path.read_bytes() == before


def test_two_stores_of_one_process_may_write_one_file(tmp_path: Path) -> None:
    with StateStore.open(tmp_path / "state.db") as one, StateStore.open(tmp_path / "state.db") as two:
        one.commit(Batch(runs=[a_run()]))
        two.commit(Batch(runs=[a_run("other")]))
        one.commit(numbered_batch(0))
        assert len(two.list_runs()) == 2
        assert two.last_seq("etl", "nightly") == 2


def test_a_link_to_the_file_shares_its_locks_folder(tmp_path: Path) -> None:
    StateStore.open(tmp_path / "state.db").close()
    (tmp_path / "link.db").symlink_to("state.db")
    StateStore.open(tmp_path / "link.db").close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.db", "state.db", "state.db.locks"]


def test_a_file_of_no_bytes_becomes_the_state(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    path.touch()
    with StateStore.open(path) as store:
        store.commit(Batch(runs=[a_run()]))


def test_what_a_killed_opening_left_is_swept_away(tmp_path: Path) -> None:
    locks = tmp_path / "state.db.locks"
    locks.mkdir()
    (locks / "new-state").write_bytes(b"half a database")
    (locks / "new-state-journal").write_bytes(b"half a journal")
    StateStore.open(tmp_path / "state.db").close()
    assert [path.name for path in locks.iterdir()] == ["opening.lock"]


def test_the_wal_of_a_state_that_was_removed_is_not_played_into_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with StateStore.open(path) as store:
        store.commit(Batch(runs=[a_run()]))
        shutil.copy(tmp_path / "state.db-wal", tmp_path / "kept")
    path.unlink()
    (tmp_path / "kept").rename(tmp_path / "state.db-wal")
    with StateStore.open(path) as store:
        assert store.list_runs() == []


def test_a_path_with_signs_that_mean_something_in_uris_is_only_a_path(tmp_path: Path) -> None:
    path = tmp_path / "what? 100% #1 é;&mode=memory" / "state.db"
    StateStore.open(path).close()
    assert path.is_file()


def test_a_directory_at_the_path_is_a_finding(tmp_path: Path) -> None:
    error = refused(tmp_path)
    assert code(error) == "AF-R102"
    assert error.message == f'the state file "{tmp_path}" is a directory'


def test_a_device_at_the_path_is_a_finding() -> None:
    assert refused(Path("/dev/null")).message == 'the state file "/dev/null" is not a regular file'
    assert not Path("/dev/null.locks").exists()


def test_a_file_where_a_folder_is_needed_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    error = refused(tmp_path / "file" / "state.db")
    assert code(error) == "AF-R101"
    assert error.message == f'the state folder "{tmp_path}/file" cannot be written: Not a directory'


def test_a_zero_byte_in_the_path_is_a_finding(tmp_path: Path) -> None:
    assert code(refused(tmp_path / "a\0b")) == "AF-R101"


def test_a_read_only_folder_is_a_finding(without_root: Path) -> None:
    without_root.chmod(0o500)
    error = refused(without_root / "state.db")
    assert code(error) == "AF-R101"
    assert error.message == f'the state folder "{without_root}" cannot be written: Permission denied'
    assert list(without_root.iterdir()) == []


def test_a_read_only_file_is_a_finding(without_root: Path) -> None:
    path = without_root / "state.db"
    StateStore.open(path).close()
    path.chmod(0o400)
    error = refused(path)
    assert code(error) == "AF-R107"
    assert error.message == f'the state file "{path}" cannot be written'


def test_a_file_in_a_folder_that_became_read_only_is_a_finding(without_root: Path) -> None:
    path = without_root / "state.db"
    StateStore.open(path).close()
    without_root.chmod(0o500)
    assert code(refused(path)) == "AF-R107"


@pytest.mark.parametrize("content", [b"x", b"id,name\n1,a\n" * 1000, os.urandom(8192)], ids=["tiny", "csv", "binary"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.db"
    path.write_bytes(content)
    error = refused(path)
    assert code(error) == "AF-R103"
    assert error.message == f'"{path}" is not a state file of AetherFlow'
    assert path.read_bytes() == content
    assert [entry.name for entry in tmp_path.iterdir()] == ["state.db"]


def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE runs (number INTEGER)")
    other.commit()
    other.close()
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    assert code(refused(path)) == "AF-R103"
    with pytest.raises(StateError):
        StateStore.open_existing(path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["state.db"]


def test_a_newer_schema_is_refused_with_the_advice_to_upgrade(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with StateStore.open(path) as store:
        store._connection.execute("PRAGMA user_version = 99")
    error = refused(path)
    assert code(error) == "AF-R104"
    known = opening.SCHEMA_VERSION
    assert error.message == (
        f'the state file "{path}" was written by a newer AetherFlow (schema 99, this one knows {known})'
    )
    assert error.hint is not None
    assert error.hint.startswith("upgrade aetherflow")


def test_an_older_schema_is_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.db"
    with StateStore.open(path) as store:
        store.commit(Batch(runs=[a_run()]))
    later = [*migrations(), (opening.SCHEMA_VERSION + 1, "ALTER TABLE runs ADD COLUMN colour TEXT;")]
    monkeypatch.setattr(opening, "migrations", lambda: later)
    monkeypatch.setattr(opening, "SCHEMA_VERSION", opening.SCHEMA_VERSION + 1)
    with StateStore.open(path) as store:
        assert store.list_runs() == [a_run()]
        assert store._connection.execute("SELECT colour FROM runs").fetchall() == [(None,)]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.db"
    StateStore.open(path).close()
    later = [*migrations(), (opening.SCHEMA_VERSION + 1, "CREATE TABLE half (a); CREATE TABLE runs (b);")]
    monkeypatch.setattr(opening, "migrations", lambda: later)
    monkeypatch.setattr(opening, "SCHEMA_VERSION", opening.SCHEMA_VERSION + 1)
    assert "table runs already exists" in refused(path).message
    monkeypatch.undo()
    with StateStore.open(path) as store:
        assert store._connection.execute("SELECT name FROM sqlite_master WHERE name = 'half'").fetchall() == []


def test_a_damaged_file_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with StateStore.open(path) as store:
        store.commit(Batch(runs=[a_run()]))
    with path.open("r+b") as file:
        file.seek(100)
        file.write(os.urandom(path.stat().st_size - 100))
    with pytest.raises(StateError) as caught, StateStore.open(path) as store:
        store.list_runs()
    assert code(caught.value) == "AF-R105"
    assert str(path) in caught.value.message


def test_a_full_database_is_a_finding_and_loses_nothing_recorded(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with StateStore.open(path) as store:
        store.commit(Batch(runs=[a_run()]))
        store._connection.execute("PRAGMA max_page_count = 20")  # SQLite then says the same as of a full disk
        with pytest.raises(StateError) as caught:
            for number in range(1000):
                store.commit(numbered_batch(number))
        assert code(caught.value) == "AF-R106"
        assert caught.value.message == f'there is no room left to write the state file "{path}"'
        assert len(store.steps_of("etl", "nightly")) == number


WRITER_WITHIN_A_LIMIT = """
import resource, sys
from pathlib import Path
from aetherflow.core.contracts.errors import StateError
from aetherflow.core.state.records import Batch
from aetherflow.core.state.store import StateStore
from tests.state.records import a_run, numbered_batch

if sys.argv[2] == "before":
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
number = -1
try:
    store = StateStore.open(Path(sys.argv[1]))
    store.commit(Batch(runs=[a_run()]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    for number in range(1000):
        store.commit(numbered_batch(number))
except StateError as error:
    print(number, error.exit_code, error.diagnostics[0].code, error.message)
"""


def limited_writer(path: Path, when: str) -> str:
    command = [sys.executable, "-c", WRITER_WITHIN_A_LIMIT, str(path), when]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=PROJECT).stdout


def test_writing_beyond_what_the_system_allows_is_a_finding_and_loses_nothing_recorded(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    number, exit_code, finding, *message = limited_writer(path, "after").split()
    assert (exit_code, finding) == ("2", "AF-R109")
    assert f'"{path}"' in message
    with StateStore.open(path) as store:
        assert len(store.steps_of("etl", "nightly")) == int(number) > 0
        assert store.last_seq("etl", "nightly") == 2 * int(number)


def test_no_room_to_create_the_state_is_a_finding_and_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    assert limited_writer(path, "before").split()[1:3] in (["2", "AF-R109"], ["2", "AF-R106"])
    assert [file.name for file in tmp_path.rglob("*")] == ["state.db.locks", "opening.lock"]


def test_a_state_that_another_process_keeps_locked_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_SECONDS", 0.05)
    path = tmp_path / "state.db"
    with StateStore.open(path) as store, closing(sqlite3.connect(path)) as browser:
        browser.execute("BEGIN IMMEDIATE")
        with pytest.raises(StateError) as caught:
            store.commit(Batch(runs=[a_run()]))
    assert (code(caught.value), caught.value.message) == (
        "AF-R108",
        f'the state file "{path}" is kept locked by another process',
    )
