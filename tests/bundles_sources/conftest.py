"""Fixtures of the tests of sources."""

from pathlib import Path

import pytest

from tests.bundles_sources.fetching import Sources
from tests.bundles_sources.repositories import Repository


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """Give a manifest's folder with nothing in it, and a place to fetch into."""
    return Sources(tmp_path)


@pytest.fixture
def repository(sources: Sources) -> Repository:
    """Give an empty repository beside the manifest: ``repo``."""
    return Repository(sources.folder / "repo")
