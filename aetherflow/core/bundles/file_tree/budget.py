"""How much of a source has been taken: files and bytes are counted as they are found."""

from aetherflow.core.bundles.file_tree.faults import SourceFault, shown_name
from aetherflow.core.bundles.values import Limits

_SMALLER = "a source that is this large is no bundle of flows: take out what the flows do not need"


class Budget:
    """Counts files and bytes; raises SourceFault once they are more than a source may have."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._entries = 0
        self._files = 0
        self._bytes = 0

    def add_entry(self) -> None:
        """Count a file, a folder or a link."""
        self._entries += 1
        if self._entries > self.limits.most_entries:
            raise SourceFault("AF-B182", f"it has more than {self.limits.most_entries:,} files and folders", _SMALLER)

    def add_file(self, path: str, size: int) -> None:
        """Count one file with its bytes."""
        self.add_entry()
        self._files += 1
        self._bytes += size
        most = self.limits.most_file_bytes
        if size > most:
            raise SourceFault("AF-B182", f"{shown_name(path)} has {size:,} bytes, more than {most:,}", _SMALLER)
        if self._bytes > self.limits.most_bytes:
            raise too_large(self.limits)

    def detail(self) -> dict[str, str]:
        """Give the counts, in words."""
        return {"files": f"{self._files:,}", "size": f"{self._bytes:,} bytes"}


def too_large(limits: Limits) -> SourceFault:
    """Say that it has more bytes than it may have."""
    return SourceFault("AF-B182", f"it has more than {limits.most_bytes:,} bytes", _SMALLER)
