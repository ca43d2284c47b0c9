"""A folder is copied as it is at one moment, file by file, or not at all."""

import os
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from aetherflow.core.bundles.folders import copying
from aetherflow.core.bundles.listing import read_tree
from aetherflow.core.bundles.private_tree import PrivateTree
from aetherflow.core.bundles.values import Limits
from tests.bundles_sources.fetching import Sources, shown


@pytest.fixture
def flows(sources: Sources) -> Path:
    """Give a folder with a flow and a script in it, beside the manifest: ``flows``."""
    folder = sources.folder / "flows"
    (folder / "scripts").mkdir(parents=True)
    (folder / "flow.yaml").write_text("flow: 1\n")
    script = folder / "scripts/run.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    return folder


def test_files_are_copied_for_their_owner_alone(sources: Sources, flows: Path) -> None:
    (flows / "flow.yaml").chmod(0o644)
    (flows / "empty/inner").mkdir(parents=True)
    fetched = sources.fetch(sources.directory("flows"))
    assert sources.files() == {"flow.yaml": "flow: 1\n", "scripts/run.sh": "#!/bin/sh\n"}
    assert [sources.mode(path) for path in ("flow.yaml", "scripts/run.sh", "scripts", "empty/inner")] == [
        "0o600",
        "0o700",
        "0o700",
        "0o700",
    ]
    assert fetched.detail == {"folder": str(flows), "files": "2", "size": "18 bytes"}


def test_the_revision_is_the_digest_of_the_tree_that_was_written(sources: Sources, flows: Path) -> None:
    (flows / "empty/inner").mkdir(parents=True)
    (flows / "again").symlink_to("scripts")
    fetched = sources.fetch(sources.directory("flows"))
    assert fetched.revision == "tree:" + read_tree(sources.into).listing.digest.removeprefix("sha256:")


def test_a_folder_may_be_named_absolutely_and_by_a_link(sources: Sources, flows: Path) -> None:
    (sources.folder / "current").symlink_to("flows")
    first = sources.fetch(sources.directory(flows))
    sources.into = sources.folder / "second"
    sources.into.mkdir()
    assert sources.fetch(sources.directory("current")) == first


@pytest.mark.parametrize("change", ["content", "added", "removed", "executable", "empty folder", "moved"])
def test_what_was_copied_is_current_until_something_changes(sources: Sources, flows: Path, change: str) -> None:
    source = sources.directory("flows")
    fetched = sources.fetch(source)
    assert sources.is_current(source, fetched) is True
    changes = {
        "content": lambda: (flows / "flow.yaml").write_text("flow: 2\n"),
        "added": lambda: (flows / "new").touch(),
        "removed": lambda: (flows / "flow.yaml").unlink(),
        "executable": lambda: (flows / "flow.yaml").chmod(0o755),
        "empty folder": lambda: (flows / "data").mkdir(),
        "moved": lambda: (flows / "flow.yaml").rename(flows / "main.yaml"),
    }
    changes[change]()
    assert sources.is_current(source, fetched) is False


def test_times_and_owners_do_not_count(sources: Sources, flows: Path) -> None:
    source = sources.directory("flows")
    fetched = sources.fetch(source)
    os.utime(flows / "flow.yaml", (1, 1))
    (flows / "flow.yaml").chmod(0o640)
    assert sources.is_current(source, fetched) is True


def test_what_git_and_python_keep_is_left_out_and_does_not_count(sources: Sources, flows: Path) -> None:
    source = sources.directory("flows")
    fetched = sources.fetch(source)
    for name in (".git/config", "scripts/__pycache__/run.pyc"):
        path = flows / name
        path.parent.mkdir()
        path.write_text("kept\n")
    (flows / "scripts/.git").write_text("gitdir: elsewhere\n")
    assert sources.is_current(source, fetched) is True
    sources.into = sources.folder / "second"
    sources.into.mkdir()
    sources.fetch(source)
    assert sources.paths() == ["flow.yaml", "scripts/run.sh"]


def test_links_that_stay_inside_become_copies_and_those_to_nothing_are_named(sources: Sources, flows: Path) -> None:
    (flows / "shared").symlink_to("scripts")
    (flows / "scripts/flow.yaml").symlink_to("../flow.yaml")
    (flows / ".#flow.yaml").symlink_to("ada@host.123:456")
    fetched = sources.fetch(sources.directory("flows"))
    assert sources.files() == {
        "flow.yaml": "flow: 1\n",
        "scripts/flow.yaml": "flow: 1\n",
        "scripts/run.sh": "#!/bin/sh\n",
        "shared/flow.yaml": "flow: 1\n",
        "shared/run.sh": "#!/bin/sh\n",
    }
    assert fetched.detail["links_left_out"] == ".#flow.yaml"
    assert sources.mode("shared/run.sh") == "0o700"


@pytest.mark.parametrize("target", ["/etc/passwd", "../secrets.env", "scripts/../../secrets.env"])
def test_a_link_that_leads_out_is_refused(sources: Sources, flows: Path, target: str) -> None:
    (sources.folder / "secrets.env").write_text("secret\n")
    (flows / "link").symlink_to(target)
    assert shown(sources.failure(sources.directory("flows"))) == (
        f'AF-B181: folder "flows": the link "link" leads out of the bundle, to "{target}"\n'
        "  = put a copy of what it leads to in the link's place, or remove it"
    )
    assert sources.paths() == []


def test_a_link_to_its_own_folder_is_refused(sources: Sources, flows: Path) -> None:
    (flows / "scripts/up").symlink_to("..")
    assert sources.failure(sources.directory("flows")).message == (
        'folder "flows": the link "scripts/up" leads to a folder that it is in itself'
    )


def test_sockets_and_pipes_are_refused(sources: Sources, flows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(flows / "scripts/pipe")
    assert shown(sources.failure(sources.directory("flows"))) == (
        'AF-B186: folder "flows": "scripts/pipe" is a named pipe, and a bundle has files only\n'
        "  = take it out of the folder"
    )
    (flows / "scripts/pipe").unlink()
    monkeypatch.chdir(flows)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("worker.sock")
        assert '"worker.sock" is a socket' in sources.failure(sources.directory("flows")).message


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make devices")
def test_devices_are_refused(sources: Sources, flows: Path) -> None:
    try:
        os.mknod(flows / "zero", 0o20666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("not even root may make devices here")
    assert '"zero" is a device' in sources.failure(sources.directory("flows")).message


@pytest.mark.parametrize(
    ("name", "problem"),
    [("a\\b", "it has a backslash in it"), ("a\nb", "it has control characters in it"), ("C:", "it is absolute")],
)
def test_a_name_that_no_file_of_a_bundle_can_have_is_refused(
    sources: Sources, flows: Path, name: str, problem: str
) -> None:
    (flows / name).touch()
    finding = sources.failure(sources.directory("flows"))
    assert finding.code == "AF-B180"
    assert finding.message.endswith(f" cannot be a file of a bundle: {problem}")


def test_a_name_that_is_no_text_is_refused(sources: Sources, flows: Path) -> None:
    Path(os.fsdecode(os.fsencode(flows) + b"/\xff")).touch()
    finding = sources.failure(sources.directory("flows"))
    assert finding.code == "AF-B180"
    finding.message.encode()


def test_a_file_that_cannot_be_read_is_a_finding(sources: Sources, flows: Path, without_root: Path) -> None:
    folder = without_root / "flows"
    folder.mkdir()
    (folder / "secret.yaml").touch(0o000)
    into = without_root / "into"
    into.mkdir()
    sources.into = into
    assert shown(sources.failure(sources.directory(folder))) == (
        f'AF-B185: folder "{folder}": "secret.yaml" cannot be read: permission denied\n'
        "  = give the user who runs aetherflow the right to read it, or take it out of the folder"
    )
    (folder / "secret.yaml").unlink()
    (folder / "closed").mkdir(0o000)
    assert '"closed" cannot be read: permission denied' in sources.failure(sources.directory(folder)).message
    (folder / "closed").rmdir()
    folder.chmod(0o000)
    assert shown(sources.failure(sources.directory(folder))) == (
        f'AF-B185: folder "{folder}": it may not be read\n  = give the user who runs aetherflow the right to read it'
    )


def test_what_is_no_folder_is_a_finding(sources: Sources, flows: Path) -> None:
    assert shown(sources.failure(sources.directory("flwos"))) == (
        'AF-B184: folder "flwos": it does not exist\n  = did you mean "flows"?'
    )
    assert shown(sources.failure(sources.directory("nothing/here"))) == (
        f'AF-B184: folder "nothing/here": it does not exist\n  = it was looked for at {sources.folder}/nothing/here'
    )
    assert shown(sources.failure(sources.directory("../nothing"))) == (
        f'AF-B184: folder "../nothing": it does not exist\n  = it was looked for at {sources.folder.parent}/nothing'
    )
    assert shown(sources.failure(sources.directory("flows/flow.yaml"))) == (
        'AF-B184: folder "flows/flow.yaml": it is no folder\n'
        "  = name a folder; for a zip or a tar.gz, the source has the type archive"
    )
    (sources.folder / "loop").symlink_to("loop")
    assert sources.failure(sources.directory("loop")).code == "AF-B184"
    assert sources.failure(sources.directory("a\0b")).code == "AF-B184"


def test_a_folder_that_has_the_cache_in_it_is_refused(sources: Sources) -> None:
    assert shown(sources.failure(sources.directory("."))) == (
        f'AF-B184: folder ".": the cache of bundles is in it, at "{sources.into.parent}"\n'
        "  = name a folder of its own for flows, or set AETHERFLOW_STATE_ROOT elsewhere"
    )


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        (Limits(most_entries=2), "it has more than 2 files and folders"),
        (Limits(most_file_bytes=9), '"scripts/run.sh" has 10 bytes, more than 9'),
        (Limits(most_bytes=17), "it has more than 17 bytes"),
    ],
)
def test_a_folder_that_is_too_large_is_refused_before_anything_is_written(
    sources: Sources, flows: Path, limits: Limits, what: str
) -> None:
    finding = sources.failure(sources.directory("flows"), limits)
    assert (finding.code, finding.message) == ("AF-B182", f'folder "flows": {what}')
    assert sources.paths() == []


def test_a_folder_that_takes_too_long_is_a_finding(sources: Sources, flows: Path) -> None:
    assert sources.failure(sources.directory("flows"), Limits(seconds=0)).code == "AF-B177"


@pytest.mark.parametrize("change", ["content", "grown", "swapped", "added", "removed", "linked", "folder"])
def test_a_folder_that_changes_while_it_is_copied_is_a_finding(
    sources: Sources, flows: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sources.folder / "outside").write_text("flow: 1\n")
    (flows / "scripts/a").write_text("last\n")
    (flows / "link").symlink_to("flow.yaml")
    changes = {
        "content": lambda: (flows / "scripts/run.sh").write_text("#!/bin/zh\n"),
        "grown": lambda: (flows / "flow.yaml").write_text("flow: 1\n" * 2),
        "swapped": lambda: _swap(flows / "scripts/run.sh", sources.folder / "outside"),
        "added": lambda: (flows / "another").touch(),
        "removed": lambda: (flows / "scripts/run.sh").unlink(),
        "linked": lambda: _swap(flows / "link", flows / "scripts/a"),
        "folder": lambda: _swap(flows / "scripts", Path("/etc")),
    }
    names = {"content": "scripts/run.sh", "grown": "flow.yaml", "added": "another", "linked": "link"}
    _while_first_file_is_copied(monkeypatch, changes[change])
    assert shown(sources.failure(sources.directory("flows"))).startswith(
        f'AF-B187: folder "flows": "{names.get(change, "scripts/run.sh" if change != "folder" else "scripts/a")}" '
        "was changed while the folder was read\n"
    )


def _swap(path: Path, target: Path) -> None:
    path.rename(path.parent.parent / "away")
    path.symlink_to(target)


def _while_first_file_is_copied(monkeypatch: pytest.MonkeyPatch, change: "object") -> None:
    """Let somebody change something between the first and the second file."""
    assert callable(change)
    pending = [change]
    original = copying.PrivateTree.write_file

    def write_file(self: copying.PrivateTree, path: str, pieces: "object", *, is_executable: bool = False) -> int:
        written = original(self, path, pieces, is_executable=is_executable)  # type: ignore[arg-type]  # as it came
        while pending:
            pending.pop()()
        return written

    monkeypatch.setattr(copying.PrivateTree, "write_file", write_file)


def test_a_file_that_grows_as_fast_as_it_is_copied_is_not_followed(
    sources: Sources, flows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing = flows / "growing.log"
    growing.write_bytes(bytes(1000))
    written = PrivateTree.write_file

    def growing_meanwhile(tree: PrivateTree, path: str, pieces: Iterable[bytes], *, is_executable: bool = False) -> int:
        def appended() -> Iterator[bytes]:
            for piece in pieces:
                if path == growing.name:
                    with growing.open("ab") as end:
                        end.write(bytes(1000))
                yield piece

        return written(tree, path, appended(), is_executable=is_executable)

    monkeypatch.setattr(PrivateTree, "write_file", growing_meanwhile)
    finding = sources.failure(sources.directory("flows"))
    assert finding.code == "AF-B187"
    assert (sources.into / growing.name).stat().st_size == 1000


def test_a_disk_without_room_is_a_finding(sources: Sources, flows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_file(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copying.PrivateTree, "write_file", write_file)
    assert sources.failure(sources.directory("flows")).message == (
        'folder "flows": what it has cannot be written: no space left on device'
    )
