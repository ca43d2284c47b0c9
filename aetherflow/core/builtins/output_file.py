"""A file that a step writes: seen under its name when it is whole, or not at all, whatever ends the step."""

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from typing import BinaryIO

from aetherflow.core.api import StepContext, StepFailed
from aetherflow.core.builtins.job_paths import leads_out, lies_in, refuse_climbing

_LONGEST_NAME_IN_NAME = 40  # characters of the file's name that its hidden part repeats


class FileFailed(StepFailed):
    """A file of the job's cannot be written or read: no resource is to blame."""


class OutputFile(io.RawIOBase):
    """The binary stream of a part file; counts and digests what goes through, and cannot seek.

    ``final`` is the path under which the file is seen in the end.
    """

    def __init__(self, final: Path, stream: BinaryIO) -> None:
        super().__init__()
        self.final = final
        self.size_bytes = 0
        self._stream = stream
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The digest of what was written, as hexadecimal digits."""
        return self._digest.hexdigest()

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def write(self, data: object) -> int:
        """Write all of the data, which has the buffer protocol."""
        view = memoryview(data).cast("B")  # type: ignore[arg-type]  # whatever a library writes: bytes, views, buffers
        try:
            self._stream.write(view)
        except OSError as error:
            raise _unwritable(self.final, error) from None
        self._digest.update(view)
        self.size_bytes += len(view)
        return len(view)

    def tell(self) -> int:
        """Give how many bytes were written."""
        return self.size_bytes

    def flush(self) -> None:
        """Give what is buffered to the system."""
        try:
            if not self._stream.closed:
                self._stream.flush()
        except OSError as error:
            raise _unwritable(self.final, error) from None


@contextmanager
def output_file(ctx: StepContext, path: str, key: str = "path", part_name: str | None = None) -> Iterator[OutputFile]:
    """Give the stream of a hidden part file; after the block it is made durable and takes the file's name.

    On any failure it is removed. What a killed attempt left, the next attempt of the same step removes, unless
    ``part_name`` gave the part a name of its own. ``path`` stood under the input ``key``; a relative one is inside
    ``ctx.artifacts_dir``, and no path leads out of the job's directory.

    Example::

        with output_file(ctx, inputs.path) as file:
            for block in response.iter_bytes():
                file.write(block)
        return {"path": str(file.final), "bytes": file.size_bytes, "sha256": file.sha256}
    """
    final = output_path(ctx, path, key)
    part = final.with_name(part_name) if part_name else _part_of(ctx, final)
    try:
        stream = _opened(part)
        try:
            file = OutputFile(final, stream)
            yield file
            file.flush()
            os.fsync(stream.fileno())
        finally:
            with suppress(OSError):  # closing writes again what could not be written
                stream.close()
        part.replace(final)
        _make_durable(final.parent)
    except OSError as error:
        if os.fspath(part) != error.filename:  # the block's own affair
            raise
        raise _unwritable(final, error) from None
    finally:
        with suppress(OSError):  # what went wrong before matters more
            part.unlink(missing_ok=True)


def output_path(ctx: StepContext, path: str, key: str = "path") -> Path:
    """Give the path of a file that shall be written, its folder made; StepFailed where it leads out of the job."""
    refuse_climbing(path, key)
    final = ctx.artifacts_dir / path
    if not lies_in(final.parent, ctx.job_dir):
        raise leads_out(path, key)
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        is_folder = final.is_dir() and not final.is_symlink()
    except OSError as error:
        raise _unwritable(final, error) from None
    if is_folder:
        raise FileFailed(f'`{key}`: "{final}" is a directory', hint="name a file in it")
    return final


def input_path(ctx: StepContext, path: str, key: str = "path") -> Path:
    """Give the path of a file to read; StepFailed where it is not there.

    A relative one is looked up among the artifacts, then in the job's directory, and stays inside that; an absolute one
    is taken at its word: a step may read what its user may.
    """
    refuse_climbing(path, key)
    candidates = [ctx.artifacts_dir / path, ctx.job_dir / path]
    exists = os.path.exists  # which Path's own is not content with: a name that is too long makes it raise
    found = next((each for each in candidates if exists(each)), None)
    if found is None:
        looked = "" if PurePath(path).is_absolute() else f', neither in "{ctx.artifacts_dir}" nor in "{ctx.job_dir}"'
        raise FileFailed(f'`{key}`: there is no file "{path}"{looked}')
    if not PurePath(path).is_absolute() and not lies_in(found, ctx.job_dir):
        raise leads_out(path, key)
    if found.is_dir():
        raise FileFailed(f'`{key}`: "{found}" is a directory', hint="name a file in it")
    return found


def step_digest(ctx: StepContext, *more: str) -> str:
    """Name a step of a run and item: the same in every attempt, different in any other run."""
    place = "\0".join((ctx.flow_id, ctx.run_id, ctx.job_id, str(ctx.job_dir), ctx.step_id, *more))
    return hashlib.blake2b(place.encode(), digest_size=6).hexdigest()


def _unwritable(final: Path, error: OSError) -> FileFailed:
    return FileFailed(f'"{final}" cannot be written: {(error.strerror or str(error)).lower()}')


def _part_of(ctx: StepContext, final: Path) -> Path:
    return final.with_name(f".{final.name[:_LONGEST_NAME_IN_NAME]}.{step_digest(ctx, final.name)}.part")


def _opened(part: Path) -> BinaryIO:
    with suppress(FileNotFoundError):
        part.unlink()  # what a killed attempt of this very step left
    # Exclusive: a link that somebody puts there meanwhile is not followed.
    return part.open("xb", buffering=1 << 20)


def _make_durable(folder: Path) -> None:
    """Make the new name outlast a power failure, where the file system can tell."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
