"""Packs files into a zip file: the same files make the same archive, byte for byte, unless it is encrypted."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from stat import S_IFREG
from typing import Any

from aetherflow.core.api import StepContext, StepFailed
from aetherflow.core.builtins.archives.connector import ZipConnector
from aetherflow.core.builtins.archives.member_names import shown
from aetherflow.core.builtins.cancellation import refuse_cancelled
from aetherflow.core.builtins.job_paths import lies_in, refuse_climbing
from aetherflow.core.builtins.output_file import FileFailed, OutputFile

_PIECE_BYTES = 256 * 1024
_EXECUTABLE = 0o100
#: The first day that zip files know: times of files would make another archive of the same content.
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
#: What steps are writing, or were when they were killed.
_PART = re.compile(r"\..*\.[0-9a-f]{12}\.(?:part|tmp)")


def chosen_files(ctx: StepContext, folder: Path, globs: Iterable[str], but: Iterable[str], archive: Path) -> list[Path]:
    """Give the files below a folder that globs match and others do not, in order of name; links are left out."""
    unwanted = {path for glob in but for path in _matches(folder, glob, "exclude")}
    found = {path for glob in globs for path in _matches(folder, glob, "files")} - unwanted - {archive}
    links = sorted(path for path in found if path.is_symlink() or not lies_in(path, folder))
    if links:
        ctx.log.warning(f'{len(links)} links are not packed, the first is "{links[0]}"')
    files = found.difference(links)
    return sorted(path for path in files if path.is_file() and not _PART.fullmatch(path.name))


def pack(ctx: StepContext, tool: ZipConnector, folder: Path, files: list[Path], output: OutputFile) -> int:
    """Write the files into an archive; gives how many bytes they have together."""
    size = 0
    with tool.writing(output) as archive:
        for done, path in enumerate(files):
            ctx.progress(done, len(files))
            entry = _entry(tool, path, path.relative_to(folder).as_posix())
            with archive.open(entry, "w", force_zip64=entry.file_size > 1 << 30) as target:
                for piece in _pieces(path):
                    refuse_cancelled(ctx, "the packing")
                    target.write(piece)
                    size += len(piece)
    return size


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as source:
            while piece := source.read(_PIECE_BYTES):
                yield piece
    except OSError as error:
        raise FileFailed(f'"{path}" cannot be read: {(error.strerror or str(error)).lower()}') from None


def _entry(tool: ZipConnector, path: Path, name: str) -> Any:
    try:
        status = path.stat()
        name.encode()
    except (OSError, UnicodeError) as error:
        why = (error.strerror or "").lower() if isinstance(error, OSError) else "its name is not UTF-8"
        raise FileFailed(f"{shown(name)} cannot be packed: {why}") from None
    entry = tool.entry(name)
    entry.date_time = _FIRST_DAY
    entry.compress_type = tool.method
    entry._compresslevel = tool.settings.level  # what the archive itself is told counts for entries that it makes
    entry.file_size = status.st_size
    entry.external_attr = (S_IFREG | (0o755 if status.st_mode & _EXECUTABLE else 0o644)) << 16
    return entry


def _matches(folder: Path, glob: str, key: str) -> list[Path]:
    refuse_climbing(glob, key)
    if glob.startswith("/"):
        raise StepFailed(f'`{key}`: "{glob}" is absolute', hint="write it below `folder`, which is below the artifacts")
    try:
        return list(folder.glob(glob))
    except ValueError as error:
        raise StepFailed(f'`{key}`: "{glob}" is no pattern: {str(error).lower()}') from None
