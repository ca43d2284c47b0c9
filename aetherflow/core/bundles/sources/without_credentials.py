"""A source that cannot be asked, for its credentials are not to be had: an older copy may serve as for any other."""

from pathlib import Path

from aetherflow.core.bundles.values import BundleSource, Fetched, FetchFailed, Limits
from aetherflow.core.contracts.errors import InputError


class WithoutCredentials:
    """Stands where a fetcher would; whatever is wanted of it fails for the reason that the credentials lack."""

    def __init__(self, reason: InputError) -> None:
        self._failed = FetchFailed(
            reason.message, hint=reason.hint, diagnostics=reason.diagnostics, sources=reason.sources, mask=reason.mask
        )

    def is_current(self, source: BundleSource, fetched: Fetched) -> bool | None:
        """Ask nobody; raises FetchFailed."""
        raise self._failed

    def fetch(self, source: BundleSource, into: Path, limits: Limits) -> Fetched:
        """Write nothing; raises FetchFailed."""
        raise self._failed
