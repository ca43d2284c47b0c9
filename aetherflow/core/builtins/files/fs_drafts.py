"""How a file of fsspec comes under its name at once: by a rename, or because the file system works so anyway."""

import os
from contextlib import suppress
from typing import Any

from aetherflow.core.api import StepFailed

#: An object is not seen before its upload is completed.
_WHOLE_AT_ONCE = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "oss"})
#: What buckets take as one piece of an upload, and how many pieces they take at most, less a few.
_PIECE_BYTES = 8 << 20
_MOST_PIECES = 9_000


def draft_of(files: Any, final: str, part: str, readable: str, size: int) -> "ObjectDraft | RenamedDraft":
    """Begin a file at the address ``final``; StepFailed where the file system can only show it while it grows."""
    if not _WHOLE_AT_ONCE.isdisjoint(_protocols(files)):
        return ObjectDraft(files, final, size)
    if not _can_rename(files):
        name = _protocols(files)[0]
        raise StepFailed(
            f'files cannot be written by "{name}": fsspec has no renaming for it, so that half a file might be seen',
            hint="write to another resource: sftp, file, smb, s3, gs and abfs can",
        )
    return RenamedDraft(files, final, part, readable)


class ObjectDraft:
    """An object of a bucket; implements the contract `Draft`."""

    def __init__(self, files: Any, final: str, size: int) -> None:
        self._file = files.open(final, "wb", block_size=max(_PIECE_BYTES, size // _MOST_PIECES))

    def write(self, data: bytes) -> None:
        """Send some more, whenever a piece is full."""
        self._file.write(data)

    def finish(self) -> None:
        """Say that nothing can be read before it is published."""

    def publish(self) -> None:
        """Complete the upload."""
        self._file.close()

    def discard(self) -> None:
        """Give the upload up."""
        if not self._file.closed:
            self._file.closed = True  # else it would be completed as soon as nobody holds it
            with suppress(Exception):  # foreign code: what is left of the upload is never seen
                self._file.discard()


class RenamedDraft:
    """A part file beside the file; implements the contract `Draft`."""

    def __init__(self, files: Any, final: str, part: str, readable: str) -> None:
        self._files = files
        self._final = final
        self._part = part
        self._readable = readable
        files.makedirs(part.rpartition("/")[0], exist_ok=True)
        is_local, is_share = _is_local(files), _is_share(files)
        if is_local:
            with suppress(FileNotFoundError):
                files.rm_file(part)
        self._file = files.open(part, "xb" if is_local or is_share else "wb")  # where links are, none is followed

    def write(self, data: bytes) -> None:
        """Send some more."""
        self._file.write(data)

    def finish(self) -> str:
        """Make the part file durable where that can be asked for."""
        self._file.flush()
        if _is_local(self._files):
            os.fsync(self._file.fileno())
        self._file.close()
        return self._readable

    def publish(self) -> None:
        """Rename it, over what is there."""
        if _is_local(self._files):
            os.replace(self._part, self._final)  # noqa: PTH105  # addresses are texts here
        elif _is_share(self._files):
            _replace_on_share(self._files, self._part, self._final)
        else:
            self._files.mv(self._part, self._final)

    def discard(self) -> None:
        """Remove the part file."""
        with suppress(Exception):  # foreign code: what cannot be removed stays hidden
            self._file.close()
        with suppress(Exception):  # as above
            self._files.rm_file(self._part)


def _protocols(files: Any) -> tuple[str, ...]:
    protocol = files.protocol
    return (protocol,) if isinstance(protocol, str) else tuple(protocol)


def _is_local(files: Any) -> bool:
    return type(files).__name__ == "LocalFileSystem"


def _is_share(files: Any) -> bool:
    return "smb" in _protocols(files)


def _can_rename(files: Any) -> bool:
    """Tell a file system with a renaming of its own: that which all have is to copy and to remove."""
    if "memory" in _protocols(files):  # which copies in one step
        return True
    owners = [cls for cls in type(files).__mro__ if "mv" in vars(cls) or "mv_file" in vars(cls)]
    return bool(owners) and not owners[0].__module__.startswith(("fsspec.spec", "fsspec.asyn"))


def _replace_on_share(files: Any, part: str, final: str) -> None:
    import smbclient  # deferred: an extra; fsspec's own renaming does not replace

    host = files.host
    unc = ["\\\\" + host + "\\" + path.strip("/").replace("/", "\\") for path in (part, final)]
    smbclient.replace(*unc, port=files._port)
