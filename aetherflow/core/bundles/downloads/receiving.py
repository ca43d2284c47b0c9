"""Takes in the bytes of an archive, into a file that has no name and is gone when it is closed."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from msgspec import Struct

from aetherflow.core.bundles.deadline import Deadline
from aetherflow.core.bundles.file_tree.faults import SourceFault, cannot_be_written
from aetherflow.core.bundles.values import Limits


class Received(Struct, frozen=True, kw_only=True):
    """What came: ``sha256`` is in hexadecimal, ``validators`` are what its server knows it by."""

    sha256: str
    size: int
    validators: Mapping[str, str] = {}


@contextmanager
def nameless_file(beside: Path) -> Iterator[BinaryIO]:
    """Give a file on the disk of a folder that lies beside it; even a kill leaves nothing of it behind."""
    try:
        file = TemporaryFile(dir=beside.parent)  # noqa: SIM115  # what is told apart: that it cannot be made
    except OSError as error:
        raise cannot_be_written(error) from error
    with file:
        yield file


def receive(pieces: Iterable[bytes], limits: Limits, deadline: Deadline, file: BinaryIO | None = None) -> Received:
    """Hash what comes, and write it into a file, as long as it is not too much. Raises SourceFault, or TimeIsUp."""
    import hashlib  # deferred: 3 ms, and commands without a bundle import this too

    digest = hashlib.sha256()
    size = 0
    for piece in pieces:
        size += len(piece)
        check_size(size, limits)
        deadline.check()
        digest.update(piece)
        if file is not None:
            _write(file, piece)
    return Received(sha256=digest.hexdigest(), size=size)


def check_size(size: int, limits: Limits) -> None:
    """Judge how much came, or is said to come: packed, no archive may be more than unpacked."""
    if size > limits.most_bytes:
        raise SourceFault(
            "AF-B148",
            f"it is larger than {limits.most_bytes:,} bytes",
            "an archive that is this large is no bundle of flows: make one without what flows do not need",
        )


def _write(file: BinaryIO, piece: bytes) -> None:
    try:
        file.write(piece)
        file.flush()
    except OSError as error:
        raise cannot_be_written(error) from error
