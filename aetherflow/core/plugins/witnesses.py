"""Files and folders as they were when something was made of them: while all are so, it need not be made anew."""

import os

from msgspec import Struct

#: A file that was changed this shortly before it was read may change again within the same tick of its clock.
CLOCK_TICK_NS = 2_000_000_000


class Witness(Struct, frozen=True, array_like=True):
    """A file or folder as it was; all zero where there was none. ``changed_ns`` is of its rights and owner too."""

    path: str
    inode: int = 0
    size: int = 0
    modified_ns: int = 0
    changed_ns: int = 0

    def is_settled(self, began_ns: int) -> bool:
        """Tell whether what was read since ``began_ns`` was read of what it is now, and of nothing in between."""
        return max(self.modified_ns, self.changed_ns) < began_ns - CLOCK_TICK_NS


def look(path: str) -> Witness:
    """Look at a file or folder as it is now; no input raises."""
    try:
        status = os.stat(path)  # noqa: PTH116  # once per file on the way to `plugins list`: a Path costs more
    except (OSError, ValueError):
        return Witness(path)
    return Witness(path, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
