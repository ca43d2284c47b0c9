"""Fixtures for every test."""

from pathlib import Path

import pytest

from tests.support.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Give an empty project folder with a command line of its own."""
    return Project(tmp_path)
