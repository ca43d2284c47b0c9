"""A watched project in a folder of its own."""

from pathlib import Path

import pytest

from tests.observers.runs import Watched
from tests.support.project import Project


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    """Give a project whose runs have observers."""
    return Watched(Project(tmp_path))
