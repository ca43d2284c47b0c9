"""What a step has done with files, line by line, so that what was done is not done again, however the step ended.

The file lies in the job's `manifests` directory; each line is a JSON object. A line counts once it is whole and on the
disk; what follows the last whole line was being written when the process was killed, and is cut off.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from aetherflow.core.api import StepContext
from aetherflow.core.builtins.output_file import FileFailed, step_digest


class Header(Struct, frozen=True, tag="manifest", tag_field="line"):
    """Of which step the manifest is, and by which inputs: what was done by others does not count."""

    step: str
    inputs: Any
    version: int = 1


class Planned(Struct, frozen=True, tag="planned", tag_field="line"):
    """A file as it was when the step decided what to do."""

    path: str
    size: int
    modified: str | None = None


class Settled(Struct, frozen=True, tag="settled", tag_field="line"):
    """All that the step will do is planned."""


class Begun(Struct, frozen=True, tag="begun", tag_field="line"):
    """A file is being written, under the name ``part`` beside its own."""

    target: str
    part: str


class Done(Struct, frozen=True, tag="done", tag_field="line"):
    """A file is where it shall be.

    ``path`` and what follows is the source as it was then; ``local_mtime_ns`` the time of the file of this machine.
    """

    target: str
    path: str
    size: int
    sha256: str
    modified: str | None = None
    stamp: str = ""
    local_mtime_ns: int | None = None


class Removed(Struct, frozen=True, tag="removed", tag_field="line"):
    """A file was dealt with: deleted, found to be gone, or left because it is another one now."""

    path: str
    was_there: bool
    is_left: bool = False


Line = Header | Planned | Settled | Begun | Done | Removed
#: No file has this number.
_NO_FILE = -1
_Kind = TypeVar("_Kind", Planned, Settled, Begun, Done, Removed)


class Manifest:
    """The manifest of one step; what it had done before is in ``lines``. Several threads may add to it."""

    def __init__(self, ctx: StepContext, step_type: str, inputs: Any) -> None:
        name = f"{step_type}.{ctx.step_id}.{step_digest(ctx)}.jsonl"
        self.path: Path = ctx.manifests_dir / name
        self._lock = threading.Lock()
        shown = ctx.mask(msgspec.json.encode(inputs).decode())
        header = Header(step_type, msgspec.json.decode(shown))
        with _in_words(self.path):
            found, size = _read(self.path)
            is_ours = bool(found) and found[0] == header
            self.lines: list[Line] = found[1:] if is_ours else []
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
            self._file = os.open(self.path, flags, 0o600)
            os.ftruncate(self._file, size if is_ours else 0)
        if not is_ours:
            self.add(header)

    def __enter__(self) -> "Manifest":
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            # A thread that was left behind may still come by, when the number is that of another file.
            file, self._file = self._file, _NO_FILE
            os.close(file)

    def known(self, kind: type[_Kind]) -> list[_Kind]:
        """Give what was recorded of a kind before this attempt."""
        return [line for line in self.lines if isinstance(line, kind)]

    def add(self, *lines: Line) -> None:
        """Add lines; they are on the disk when this returns."""
        with self._lock, _in_words(self.path):
            self._write(lines)
            os.fsync(self._file)

    def note(self, line: Line) -> None:
        """Add a line that a kill of the process keeps, and only a crash of the machine may lose."""
        with self._lock, _in_words(self.path):
            self._write([line])

    def _write(self, lines: Any) -> None:
        data = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
        size = os.fstat(self._file).st_size
        try:
            while data:
                data = data[os.write(self._file, data) :]
        except OSError:
            os.ftruncate(self._file, size)  # half a line would make the next one unreadable, too
            raise


def _read(path: Path) -> tuple[list[Line], int]:
    """Give the whole lines of a manifest, and where they end."""
    try:
        content = path.read_bytes() if not path.is_symlink() else b""
    except FileNotFoundError:
        return [], 0
    lines: list[Line] = []
    size = 0
    decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)
    for line in content.splitlines(keepends=True):
        try:
            if not line.endswith(b"\n"):
                break
            lines.append(decoder.decode(line))
        except msgspec.MsgspecError:
            break
        size += len(line)
    return lines, size


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileFailed(f'the manifest "{path}" cannot be written: {reason}') from None
