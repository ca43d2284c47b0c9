"""How much an archive may come to: what it unpacks to is counted, never taken from what it says of itself."""

from aetherflow.core.bundles.deadline import Deadline
from aetherflow.core.bundles.file_tree.faults import SourceFault, shown_name
from aetherflow.core.bundles.values import Limits

_SMALLER = "an archive that is this large is no bundle of flows: make one without what flows do not need"


class Budget:
    """Counts what comes out of one archive of ``packed_bytes``."""

    def __init__(self, limits: Limits, packed_bytes: int, deadline: Deadline) -> None:
        self._limits = limits
        self._packed_bytes = max(packed_bytes, 1)
        self._deadline = deadline
        self._unpacked_bytes = 0

    @property
    def most_entries(self) -> int:
        """How many files and folders there may be."""
        return self._limits.most_entries

    def check_time(self) -> None:
        """Refuse to go on once time is up."""
        self._deadline.check()

    def count_unpacked(self, count: int) -> None:
        """Count bytes that were unpacked."""
        self._deadline.check()
        self._unpacked_bytes += count
        self.check_total(self._unpacked_bytes)

    def check_total(self, unpacked_bytes: int) -> None:
        """Judge a total: of what was unpacked, or of what an archive itself says that it will be."""
        if unpacked_bytes > self._limits.most_bytes:
            raise SourceFault("AF-B161", f"it unpacks to more than {_amount(self._limits.most_bytes)}", _SMALLER)
        ratio = self._limits.largest_ratio
        if unpacked_bytes > max(self._limits.ratio_counts_from_bytes, ratio * self._packed_bytes):
            raise SourceFault(
                "AF-B162",
                f"it unpacks to more than {ratio} times its {_amount(self._packed_bytes)}",
                "content that shrinks like this is made to fill disks: look at who made the archive",
            )

    def check_file(self, name: str, size: int) -> None:
        """Judge the size of one file."""
        if size > self._limits.most_file_bytes:
            most = _amount(self._limits.most_file_bytes)
            raise SourceFault("AF-B161", f"its member {shown_name(name)} is larger than {most}", _SMALLER)


def too_many_entries(most: int) -> SourceFault:
    """Say that there are more files and folders than there may be."""
    return SourceFault("AF-B160", f"it holds more than {most:,} files and folders", _SMALLER)


def _amount(count: int) -> str:
    return f"{count:,} bytes"
