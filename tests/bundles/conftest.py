"""Fixtures of the cache's tests."""

# Before a test becomes a user who may not read Python's own files: elsewhere it is imported when it is needed.
import concurrent.futures.thread  # noqa: F401  # as said
from pathlib import Path

import pytest

from tests.bundles.shelf import Library


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Give an empty cache with a source beside it."""
    return Library(tmp_path)
