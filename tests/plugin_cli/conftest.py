"""A project with plugins in it."""

import textwrap
from pathlib import Path

import pytest

from tests.support.project import Outcome, Project


class Plugins:
    """Writes plugins below a project's folder, and examines them with the real command line."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.named: list[str] = []

    def add(self, name: str, text: str = "", /, **files: str) -> Path:
        """Write a plugin: a ``.py`` file from a text, or a folder from files; it is examined from now on.

        ``manifest`` is its aetherflow-plugin.yaml, any other keyword a module.
        """
        self.named.append(name)
        if name.endswith(".py"):
            return self.project.write(name, text)
        for file, content in files.items():
            self.project.write(f"{name}/{'aetherflow-plugin.yaml' if file == 'manifest' else f'{file}.py'}", content)
        return self.project.root / name

    def doctor(self, *arguments: str, timeout_seconds: float = 60, **env: str) -> Outcome:
        """Run `plugins doctor` on them."""
        return self.command("doctor", *arguments, timeout_seconds=timeout_seconds, **env)

    def command(self, verb: str, *arguments: str, timeout_seconds: float = 60, **env: str) -> Outcome:
        """Run another command of `plugins` on them."""
        paths = [word for name in self.named for word in ("--plugin-path", name)]
        return self.project.aetherflow("plugins", verb, *paths, *arguments, timeout_seconds=timeout_seconds, **env)

    def codes(self, *arguments: str, **env: str) -> list[tuple[str, str]]:
        """Give plugin and code of every finding, but for what this Python runs at its start."""
        found = self.doctor(*arguments, "--json", **env).json["diagnostics"]
        return [(each["plugin"], each["code"]) for each in found if each["code"] != "AF-P414"]


@pytest.fixture
def plugins(project: Project) -> Plugins:
    """Give a project without plugins."""
    return Plugins(project)


def text(block: str) -> str:
    """Take the common indentation out of what a command should print."""
    return textwrap.dedent(block).lstrip("\n")
