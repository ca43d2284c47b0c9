"""How much an archive may come to: what it unpacks to is counted, never taken from what it says of itself."""

from msgspec import Struct

from aetherflow.core.api import StepFailed

#: Small archives of zeros are no danger: the ratio is judged once this much has been unpacked.
_RATIO_COUNTS_FROM_BYTES = 10 * 1024**2


class Limits(Struct, frozen=True, kw_only=True):
    """What the flow allows."""

    max_bytes: int
    max_files: int
    max_ratio: int


class Budget:
    """Counts what comes out of one archive of ``packed_bytes``."""

    def __init__(self, limits: Limits, packed_bytes: int) -> None:
        self._limits = limits
        self._most_by_ratio = max(_RATIO_COUNTS_FROM_BYTES, limits.max_ratio * packed_bytes)
        self.unpacked_bytes = 0

    def count(self, size: int) -> None:
        """Count bytes that were unpacked."""
        self.unpacked_bytes += size
        self.check_total(self.unpacked_bytes)

    def check_total(self, size: int) -> None:
        """Judge a total: of what was unpacked, or of what the archive says that it will be."""
        if size > self._limits.max_bytes:
            raise StepFailed(
                f"it unpacks to more than {self._limits.max_bytes:,} bytes", hint="raise `max_bytes` if that is right"
            )
        if size > self._most_by_ratio:
            raise StepFailed(
                f"it unpacks to more than {self._limits.max_ratio} times its own size",
                hint="archives like this are made to fill disks; raise `max_ratio` if you know who made it",
            )

    def check_files(self, count: int) -> None:
        """Judge how many files and folders there are."""
        if count > self._limits.max_files:
            raise StepFailed(
                f"it has more than {self._limits.max_files:,} files and folders",
                hint="raise `max_files` if that is right",
            )
