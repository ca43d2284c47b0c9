"""Plugins as their authors test them: the fixtures of `aetherflow.testing`, and pytest itself."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

# Not by `pytest_plugins`, which pytest takes from the topmost conftest.py only.
from aetherflow.testing import events, flow_project, plugin_paths, run_flow, run_step
from tests.plugin_testing.tested import Author
from tests.support.project import Project

__all__ = ["events", "flow_project", "plugin_paths", "run_flow", "run_step"]


class AuthorsFolder:
    """A plugin's folder with tests in it, and pytest as its author runs it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, text: str) -> Path:
        """Write a file, its common indentation removed."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    def pytest(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run the tests of the folder, as if nothing but it were there."""
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *arguments],
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )


@pytest.fixture
def author(tmp_path: Path) -> AuthorsFolder:
    """Give an empty folder."""
    return AuthorsFolder(tmp_path)


@pytest.fixture
def shop(project: Project) -> Author:
    """Give a project in which a plugin can be written and tested."""
    return Author(project)
