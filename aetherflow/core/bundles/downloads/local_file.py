"""Reads an archive of this machine; whatever keeps it from being read is a finding."""

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from aetherflow.core.bundles.archives.member import PIECE_BYTES
from aetherflow.core.bundles.file_tree.faults import SourceFault
from aetherflow.core.contracts.errors import system_reason

# A named pipe in the file's place is not waited for.
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC


def pieces_of_file(path: Path) -> Iterator[bytes]:
    """Give the content of a file; raises SourceFault."""
    try:
        descriptor = os.open(path, _READ)
        try:
            _check(os.fstat(descriptor).st_mode)
            while piece := os.read(descriptor, PIECE_BYTES):
                yield piece
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise _missing(path) from None
    except ValueError:
        raise _unreadable("its path has a NUL character in it") from None
    except OSError as error:
        raise _unreadable(system_reason(error)) from None


def _check(mode: int) -> None:
    if S_ISDIR(mode):
        raise SourceFault(
            "AF-B140", "it is a folder, not an archive", "name the archive, or write `type: filesystem` for the folder"
        )
    if not S_ISREG(mode):
        raise SourceFault("AF-B140", "it is no plain file", "give the path of a file")


def _unreadable(reason: str) -> SourceFault:
    return SourceFault("AF-B140", f"it cannot be read: {reason}", "see to it that it is there and may be read")


def _missing(path: Path) -> SourceFault:
    from aetherflow.core.diagnostics.suggestion import nearest  # deferred: only wanted when something is wrong

    try:
        names = sorted(entry.name for entry in path.parent.iterdir() if entry.is_file())
    except OSError:
        names = []
    similar = nearest(path.name, names)
    hint = f'did you mean "{similar}", in the same folder?' if similar else f"it was looked for at {path.resolve()}"
    return SourceFault("AF-B140", "there is no such file", hint)
