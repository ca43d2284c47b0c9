"""What is said of a bundle: where it comes from, what was fetched, and which one is active."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Protocol

from msgspec import Struct

from aetherflow.core.bundles.listing import BundleListing
from aetherflow.core.connectors.resources import ResolvedResource
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.span import Span

SourceType = Literal["filesystem", "git", "archive", "remote"]
SourceKey = Literal["location", "ref", "sha256", "resource"]


class FetchFailed(InputError):
    """A source that cannot be fetched; whatever the reason, an older copy may serve where that is allowed."""


class BundleSource(Struct, frozen=True, kw_only=True):
    """Where a bundle comes from. A relative ``location`` is relative to ``folder``, which is the manifest's.

    ``resource`` has the credentials, rendered and decoded; ``places`` says where the manifest has what it says.
    """

    type: SourceType
    location: str
    folder: Path
    ref: str | None = None
    sha256: str | None = None
    resource: ResolvedResource | None = None
    places: Mapping[SourceKey, Span] = {}

    def place(self, key: SourceKey) -> Span | None:
        """Give the place of a key in the manifest, or of the location where that is not written."""
        return self.places.get(key) or self.places.get("location")


class Limits(Struct, frozen=True, kw_only=True):
    """How much a source may be. The ratio of unpacked to packed is judged once much has been unpacked."""

    most_bytes: int = 2 * 1024**3
    most_file_bytes: int = 1024**3
    most_entries: int = 50_000
    largest_ratio: int = 200
    ratio_counts_from_bytes: int = 10 * 1024**2
    seconds: float = 300


class Fetched(Struct, frozen=True, kw_only=True):
    """What was fetched: ``revision`` names its content (``commit:…``, ``sha256:…``), ``detail`` is for people.

    ``validators`` is for the fetcher's own later question whether the source is still the same (an ETag, say).
    """

    revision: str
    detail: Mapping[str, str] = {}
    validators: Mapping[str, str] = {}


class Fetcher(Protocol):
    """Fetches from sources of one type."""

    def is_current(self, source: BundleSource, fetched: Fetched) -> bool | None:
        """Ask cheaply whether the source still has what was fetched from it; None where only fetching can tell.

        The caller sees to it that it is the same source as then. Raises FetchFailed.
        """
        ...

    def fetch(self, source: BundleSource, into: Path, limits: Limits) -> Fetched:
        """Write the source's files into an empty folder; raises FetchFailed, and leaves what it wrote to the caller."""
        ...


class ActiveBundle(Struct, frozen=True, kw_only=True):
    """A bundle as it lies on this machine. ``root`` is named by its content; ``files`` has each file's sha256.

    ``source`` is the location as it may be shown. A stale one is older than it should be, ``stale_reason`` says why;
    ``fetched_at`` is UTC seconds since 1970, and so is ``current_at``, when the source was last known to have this.
    """

    id: str
    root: Path
    digest: str
    revision: str
    source: str
    fetched_at: float
    files: Mapping[str, str]
    executable: frozenset[str] = frozenset()
    empty_folders: frozenset[str] = frozenset()
    detail: Mapping[str, str] = {}
    validators: Mapping[str, str] = {}
    current_at: float = 0
    is_stale: bool = False
    stale_reason: str | None = None

    @property
    def fetched(self) -> Fetched:
        """What its source is asked about, to learn whether the bundle is still current."""
        return Fetched(revision=self.revision, detail=self.detail, validators=self.validators)

    @property
    def listing(self) -> BundleListing:
        """The files, as they are compared."""
        return BundleListing(files=self.files, executable=self.executable, empty_folders=self.empty_folders)
