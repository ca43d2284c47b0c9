"""Files of this machine that a step uploads: from the job's directory, or from where the flow says by a whole path."""

import os
from collections.abc import Generator
from pathlib import Path, PurePath

from msgspec import Struct

from aetherflow.core.api import StepContext, StepFailed
from aetherflow.core.builtins.files.hand import Hand
from aetherflow.core.builtins.files.names import is_part, joined, name_problem
from aetherflow.core.builtins.files.patterns import Pattern
from aetherflow.core.builtins.files.store import CHUNK_BYTES
from aetherflow.core.builtins.job_paths import folder_in_job, leads_out, lies_in, refuse_climbing
from aetherflow.core.builtins.output_file import FileFailed, input_path


class LocalFile(Struct, frozen=True):
    """A file to read: ``inner`` is what its name is elsewhere, with the folders that are kept."""

    path: Path
    inner: str
    size: int
    mtime_ns: int


def named_files(ctx: StepContext, paths: list[str]) -> list[LocalFile]:
    """Give the files of some paths; a relative path keeps its folders, of an absolute one the name is kept."""
    found = []
    for path in dict.fromkeys(paths):
        inner = PurePath(path).name if PurePath(path).is_absolute() else PurePath(path).as_posix()
        found.append(_file(input_path(ctx, path, "paths"), inner))
    return found


def files_in(ctx: StepContext, folder: str, pattern: Pattern) -> list[LocalFile]:
    """Give the files in a folder that fit, in order of path; links are passed over."""
    root = _folder(ctx, folder)
    found: list[LocalFile] = []
    waiting = [""]
    while waiting:
        inner = waiting.pop()
        for entry in _scanned(root / inner):
            path = joined(inner, entry.name)
            if entry.is_dir(follow_symlinks=False):
                if pattern.may_lie_below(path):
                    waiting.append(path)
            elif not is_part(entry.name) and pattern.fits(path):
                found += _wanted(ctx, entry, path)
    return sorted(found, key=lambda file: file.inner)


def chunks_of(hand: Hand, file: LocalFile) -> Generator[bytes, None, None]:
    """Read a file; StepFailed at its end where it is not what it was when the step looked."""
    hand.rest()
    try:
        with file.path.open("rb", buffering=0) as stream:
            size = 0
            while chunk := stream.read(CHUNK_BYTES):
                size += len(chunk)
                if size > file.size:  # it may grow for ever, as devices do
                    break
                yield chunk
                hand.rest()
            status = os.fstat(stream.fileno())
    except OSError as error:
        raise _unreadable(file.path, error) from None
    if (size, status.st_size, status.st_mtime_ns) != (file.size, file.size, file.mtime_ns):
        raise FileFailed(f'"{file.path}" changed while it was read', hint="`retry` on the step tries again")


def _folder(ctx: StepContext, folder: str) -> Path:
    if PurePath(folder).is_absolute():
        refuse_climbing(folder, "folder")
        root = Path(folder)
    else:
        candidates = [folder_in_job(base, folder, "folder") for base in (ctx.artifacts_dir, ctx.job_dir)]
        root = next((each for each in candidates if each.exists()), candidates[0])
        if not lies_in(root, ctx.job_dir):
            raise leads_out(folder, "folder")
    if not root.is_dir():
        raise FileFailed(f'`folder`: there is no folder "{root}"')
    return root


def _scanned(folder: Path) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise _unreadable(folder, error) from None


def _wanted(ctx: StepContext, entry: "os.DirEntry[str]", inner: str) -> list[LocalFile]:
    if not entry.is_file(follow_symlinks=False):
        ctx.log.warning(f"{entry.path!r} is a link or a device, and left out")
        return []
    if problem := name_problem(entry.name):
        raise StepFailed(f"a file is called {entry.name!r}, which no file elsewhere may be: {problem}")
    return [_file(Path(entry.path), inner)]


def _file(path: Path, inner: str) -> LocalFile:
    try:
        status = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from None
    return LocalFile(path, inner, status.st_size, status.st_mtime_ns)


def _unreadable(path: Path, error: OSError) -> FileFailed:
    return FileFailed(f'"{path}" cannot be read: {(error.strerror or str(error)).lower()}')
