"""The files of a commit, written as they were committed: no filter, hook or conversion of line ends has a say."""

from contextlib import closing
from io import FileIO
from pathlib import Path

from msgspec import Struct

from aetherflow.core.bundles.file_tree.budget import Budget
from aetherflow.core.bundles.file_tree.faults import SourceFault, cannot_be_written, shown_name
from aetherflow.core.bundles.file_tree.links import follow_links
from aetherflow.core.bundles.file_tree.names import named
from aetherflow.core.bundles.git.blobs import BlobStream, Receiver
from aetherflow.core.bundles.git.failures import failure
from aetherflow.core.bundles.git.program import Git
from aetherflow.core.bundles.git.tree import CommitTree, TreeFile
from aetherflow.core.bundles.private_tree import PrivateTree, write_whole

_LFS_POINTER = b"version https://git-lfs.github.com/spec/v1\n"
_LONGEST_POINTER_BYTES = 1024
_LONGEST_TARGET_BYTES = 4096


class LeftOut(Struct, frozen=True):
    """What a commit has and a bundle has not: submodules, and links that lead to nothing."""

    submodules: tuple[str, ...]
    dangling: tuple[str, ...]

    def detail(self) -> dict[str, str]:
        """Say it in words, if there is anything."""
        return {
            **named("submodules_left_out", self.submodules),
            **named("links_left_out", self.dangling),
        }


def write_commit(git: Git, git_dir: Path, commit: str, into: Path, budget: Budget) -> LeftOut:
    """Write the files of a commit below a folder; raises SourceFault before anything that no bundle has is written."""
    tree = CommitTree(budget)
    listed = git.run("ls-tree", "-r", "-z", "--long", "--full-tree", commit, git_dir=git_dir, take=tree.take)
    if listed.exit_code != 0:
        raise failure(listed)
    followed = follow_links(tree.files, _targets(git, git_dir, tree.links), budget.limits.most_entries, git.check_time)
    for path, file in followed.copies.items():
        budget.add_file(path, tree.files[file].size)
    wanted = tree.files | {path: tree.files[file] for path, file in followed.copies.items()}
    try:
        with PrivateTree(into) as written, closing(_Writer(written, wanted)) as writer:
            _read(git, git_dir, [file.oid for file in wanted.values()], writer)
    except OSError as error:
        raise cannot_be_written(error) from None
    return LeftOut(tuple(tree.submodules), followed.dangling)


def _targets(git: Git, git_dir: Path, links: dict[str, TreeFile]) -> dict[str, str]:
    for path, link in links.items():
        if link.size > _LONGEST_TARGET_BYTES:
            raise SourceFault("AF-B181", f"the link {shown_name(path)} has a target of {link.size:,} bytes")
    reader = _Reader()
    _read(git, git_dir, [link.oid for link in links.values()], reader)
    return dict(zip(links, reader.texts, strict=True))


def _read(git: Git, git_dir: Path, oids: list[str], receiver: Receiver) -> None:
    """Hand the contents of objects to a receiver, in this order."""
    if not oids:
        return
    stream = BlobStream(receiver)
    asked = "\n".join((*oids, ""))
    result = git.run("cat-file", "--batch", "--buffer", git_dir=git_dir, stdin=asked, take=stream.take)
    if result.exit_code != 0 or stream.complete != len(oids):
        raise failure(result)


class _Reader:
    """Keeps small contents as texts."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._pieces: list[bytes] = []

    def begin(self, size: int) -> None:
        self._pieces = []

    def take(self, data: bytes) -> None:
        self._pieces.append(data)

    def end(self) -> None:
        self.texts.append(b"".join(self._pieces).decode("utf-8", "surrogateescape"))


class _Writer:
    """Writes each content to its file; to be closed, for it may be left in the middle of one."""

    def __init__(self, tree: PrivateTree, wanted: dict[str, TreeFile]) -> None:
        self._tree = tree
        self._wanted = iter(wanted.items())
        self._path = ""
        self._size = 0
        self._start = b""
        self._file: FileIO | None = None

    def begin(self, size: int) -> None:
        self._path, entry = next(self._wanted)
        self._size, self._start = size, b""
        self._file = self._tree.new_file(self._path, is_executable=entry.is_executable)

    def take(self, data: bytes) -> None:
        assert self._file is not None
        if len(self._start) < len(_LFS_POINTER):
            self._start += data[: len(_LFS_POINTER)]
        write_whole(self._file, data)

    def end(self) -> None:
        self.close()
        if self._size <= _LONGEST_POINTER_BYTES and self._start.startswith(_LFS_POINTER):
            raise SourceFault(
                "AF-B183",
                f"{shown_name(self._path)} is kept in Git LFS, which is not fetched",
                "keep what flows need in git itself, or fetch an archive that has the files",
            )

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
