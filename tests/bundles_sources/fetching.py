"""Fetches the way a sync does, and tells what came of it."""

import os
from collections.abc import Mapping
from pathlib import Path
from stat import S_IMODE, S_ISREG

import pytest

from aetherflow.core.bundles.sources.filesystem import FilesystemFetcher
from aetherflow.core.bundles.sources.git import GitFetcher
from aetherflow.core.bundles.values import BundleSource, Fetched, Fetcher, FetchFailed, Limits
from aetherflow.core.connectors.resources import ResolvedResource
from aetherflow.core.contracts.diagnostic import Diagnostic

LIMITS = Limits(seconds=60)


class Sources:
    """Sources with a folder as the manifest's, and an empty folder to fetch into."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.into = folder / "staging/tree"
        self.home = folder / "home"
        self.into.mkdir(parents=True)
        self.home.mkdir()
        self.environ: dict[str, str] = {"PATH": os.environ["PATH"], "HOME": str(self.home)}

    def git(self, location: object, ref: str | None = None, resource: ResolvedResource | None = None) -> BundleSource:
        """Give a git source."""
        return BundleSource(type="git", location=str(location), folder=self.folder, ref=ref, resource=resource)

    def directory(self, location: object) -> BundleSource:
        """Give a source that is a folder."""
        return BundleSource(type="filesystem", location=str(location), folder=self.folder)

    def fetch(self, source: BundleSource, limits: Limits = LIMITS) -> Fetched:
        """Fetch."""
        return self.fetcher(source).fetch(source, self.into, limits)

    def is_current(self, source: BundleSource, fetched: Fetched) -> bool | None:
        """Ask whether what was fetched is current."""
        return self.fetcher(source).is_current(source, fetched)

    def fetcher(self, source: BundleSource) -> Fetcher:
        """Give the fetcher of a source."""
        return GitFetcher(self.environ) if source.type == "git" else FilesystemFetcher()

    def failure(self, source: BundleSource, limits: Limits = LIMITS) -> Diagnostic:
        """Fetch in vain; gives the one finding."""
        with pytest.raises(FetchFailed) as failed:
            self.fetch(source, limits)
        (finding,) = failed.value.diagnostics
        assert (failed.value.message, failed.value.hint) == (finding.message, finding.hint)
        return finding

    def files(self) -> Mapping[str, str]:
        """Give the texts of what was fetched."""
        return {path: (self.into / path).read_text() for path in self.paths()}

    def paths(self) -> list[str]:
        """Give the paths of all files that were fetched; there is nothing but files and folders."""
        found = [path for path in self.into.rglob("*") if not path.is_dir() or path.is_symlink()]
        assert all(S_ISREG(path.lstat().st_mode) for path in found)
        return sorted(path.relative_to(self.into).as_posix() for path in found)

    def mode(self, path: str) -> str:
        """Give the rights of a file that was fetched."""
        return oct(S_IMODE((self.into / path).lstat().st_mode))


def shown(finding: Diagnostic) -> str:
    """Write a finding in the lines of its text form that have no place in them."""
    lines = [f"{finding.code}: {finding.message}", *filter(None, (finding.hint, *finding.notes))]
    return "\n  = ".join(lines)


def web_resource(**config: object) -> ResolvedResource:
    """Give a resource for a web server."""
    return ResolvedResource("git_server", "remote", "http", config, {})
