"""A source of bundles for tests: files in memory, which can be away, and which counts how often it is asked."""

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from aetherflow.core.bundles.cache import bundle_cache
from aetherflow.core.bundles.fetching import SyncJob
from aetherflow.core.bundles.shown_location import shown_location
from aetherflow.core.bundles.synchronising import SyncOutcome, synchronise
from aetherflow.core.bundles.values import BundleSource, Fetched, FetchFailed, Limits
from aetherflow.core.contracts.diagnostic import Diagnostic

ORDERS = {"flows/main.yaml": "flow: {id: orders}\n", "profiles.yaml": "{}\n", "scripts/load.sh": "#!/bin/sh\n"}


class Shelf:
    """Files by path; those in ``executable`` get the right to be executed, those in ``folders`` are empty folders."""

    def __init__(self, files: dict[str, str] | None = None) -> None:
        self.files = dict(ORDERS if files is None else files)
        self.executable: set[str] = set()
        self.folders: set[str] = set()
        self.can_tell = True
        self.away: str | None = None  # why the source cannot be asked or fetched
        self.breaks_off_after: int | None = None  # files, in the middle of a fetch
        self.asked = self.fetched = 0
        self.before_fetch: Callable[[], None] = lambda: None

    @property
    def revision(self) -> str:
        """What names the files that are on the shelf now."""
        return f"shelf:{sorted(self.files.items())}{sorted(self.executable)}{sorted(self.folders)}"

    def is_current(self, source: BundleSource, fetched: Fetched) -> bool | None:
        """Compare revisions, unless this source cannot tell."""
        self.asked += 1
        self._require(source)
        return fetched.revision == self.revision if self.can_tell else None

    def fetch(self, source: BundleSource, into: Path, limits: Limits) -> Fetched:
        """Write the files."""
        self.fetched += 1
        self.before_fetch()
        self._require(source)
        for folder in self.folders:
            (into / folder).mkdir(parents=True)
        for number, (path, text) in enumerate(self.files.items()):
            if number == self.breaks_off_after:
                raise failed(source, "the connection broke off")
            (into / path).parent.mkdir(parents=True, exist_ok=True)
            (into / path).write_text(text)
            (into / path).chmod(0o755 if path in self.executable else 0o644)
        return Fetched(revision=self.revision, detail={"shelf": "3"})

    def _require(self, source: BundleSource) -> None:
        if self.away:
            raise failed(source, self.away)


def failed(source: BundleSource, why: str) -> FetchFailed:
    """Make the failure of a source, as a fetcher does."""
    message = f'"{shown_location(source.location)}": {why}'
    return FetchFailed(
        message, hint="look after it", diagnostics=[Diagnostic(code="AF-B999", message=message, hint="look after it")]
    )


class Clock:
    """A clock that stands until it is put forward."""

    def __init__(self) -> None:
        self.seconds = 1_700_000_000.0

    def __call__(self) -> float:
        return self.seconds


class Library:
    """A cache in a folder, one source, and the syncs between the two."""

    def __init__(self, root: Path, shelf: Shelf | None = None) -> None:
        self.root = root / "bundles"
        self.shelf = shelf or Shelf()
        self.clock = Clock()
        self.source = BundleSource(type="filesystem", location="shelf", folder=root)

    @property
    def folder(self) -> Path:
        """The cache of the bundle."""
        return self.root / "orders"

    def sync(self, **options: object) -> SyncOutcome:
        """Synchronise; the bundle is not held afterwards."""
        outcome = self.held_sync(**options)
        outcome.hold.release()
        return outcome

    def held_sync(self, **options: object) -> SyncOutcome:
        """Synchronise, and go on using the bundle."""
        return synchronise(self.job(**options))

    def job(self, bundle_id: str = "orders", **options: object) -> SyncJob:
        """Say what is to be synchronised; ``options`` are fields of it."""
        job = SyncJob(source=self.source, cache=bundle_cache(self.root, bundle_id), fetcher=self.shelf, now=self.clock)
        return replace(job, **options)

    def trees(self) -> set[str]:
        """The digests of what is stored."""
        return {f"sha256:{path.name}" for path in (self.folder / "store").iterdir() if path.is_dir()}


def change(path: Path, text: str) -> None:
    """Write into a file of the cache, as no flow could by accident."""
    path.parent.chmod(0o700)
    path.chmod(0o600)
    path.write_text(text)
    path.chmod(0o400)
    path.parent.chmod(0o500)
