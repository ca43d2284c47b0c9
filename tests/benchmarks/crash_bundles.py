"""Kills `bundle sync` at a random instant, and looks whether the active bundle is whole, the old one or the new."""

import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.operations.bundle_report import BundleReport
from aetherflow.core.operations.bundle_sync import sync_bundle
from aetherflow.core.operations.bundle_verify import verify_bundle
from aetherflow.core.operations.requests import SurroundingsRequest
from tests.support.project import Project, kill_tree

FILES = 200
MANIFEST = """
version: 1
bundle:
  id: orders
  source: {type: filesystem, location: ./source}
  entry_flow: flows/main.yaml
"""


class BundleTrial(Struct, frozen=True, kw_only=True):
    """One kill: when, whether the new version was active by then, and what is wrong."""

    instant_seconds: float
    was_active: bool
    problems: tuple[str, ...]


class BundleCrashTest:
    """A folder with a source of bundles, whose every file says its version, and a cache."""

    def __init__(self, folder: Path) -> None:
        self.project = Project(folder)
        self.manifest = self.project.write("manifest.yaml", MANIFEST)
        self.version = 0
        self.publish()
        start = time.monotonic()
        self.project.aetherflow("bundle", "sync", "--bundle-manifest", self.manifest)
        self.duration_seconds = time.monotonic() - start

    def instant(self, share: float) -> float:
        """Give the seconds of an instant, by its share of the sync; that Python has to start before is left out."""
        return self.duration_seconds * (0.5 + 0.6 * share)

    def publish(self) -> None:
        """Put a new version into the source."""
        self.version += 1
        self.project.write("source/flows/main.yaml", f"flow: {{id: orders}}\n# version {self.version}\n")
        for number in range(FILES):
            self.project.write(f"source/data/{number // 50}/{number}.txt", f"file {number}\n# version {self.version}\n")

    def trial(self, instant_seconds: float) -> BundleTrial:
        """Publish, kill the sync after so many seconds, and judge what is left and what the next sync makes of it."""
        old = self.version
        self.publish()
        process = self.project.start("bundle", "sync", "--bundle-manifest", str(self.manifest))
        time.sleep(instant_seconds)
        kill_tree(process)
        process.communicate()
        versions, problems = self._judged(old)
        problems += self._after_the_next_sync()
        return BundleTrial(
            instant_seconds=instant_seconds, was_active=versions == {self.version}, problems=tuple(problems)
        )

    def _judged(self, old: int) -> tuple[set[int], list[str]]:
        try:
            report = verify_bundle(self._request())
        except InputError as error:
            return set(), [f"nothing is active: {error.message}"]
        versions = versions_in(Path(report.root))
        problems = [finding.message for finding in report.findings]
        if versions not in ({old}, {self.version}):
            problems.append(f"the active bundle has the versions {versions}, and not {old} or {self.version} alone")
        return versions, problems

    def _after_the_next_sync(self) -> Iterator[str]:
        report = self._sync_at_ease()
        if versions_in(Path(report.root)) != {self.version}:
            yield "the next sync does not give the new version"
        if left := list((self.project.root / "state/bundles/orders/staging").iterdir()):
            yield f"the next sync leaves {left}"

    def _sync_at_ease(self) -> BundleReport:
        report, _ = sync_bundle(self._request())
        return report

    def _request(self) -> SurroundingsRequest:
        return SurroundingsRequest(environ=self.project.env, bundle_manifest=str(self.manifest))


def versions_in(root: Path) -> set[int]:
    """Give every version that the files of a bundle name."""
    return {int(path.read_text().rpartition(" ")[2]) for path in root.rglob("*") if path.is_file()}
