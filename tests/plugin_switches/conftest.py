"""A project with two plugins, one of which requires the other, and the file of its local switches."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import Outcome, Project

STEP = '''\
from aetherflow.core.api import register_step


@register_step("{name}")
def {name}(ctx, inputs):
    """Does {name}."""
    return {{"did": "{name}"}}
'''
FLOW = """\
version: 1
flow: {{id: flow}}
jobs:
  - id: job
    steps: [{{id: step, type: {type}{inputs}}}]
"""


class Switched:
    """A project whose commands are told of plugins by their folders."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.named: list[str] = []
        self.file = project.root / "state" / "plugins.json"

    def add(self, folder: str, text: str, manifest: str = "") -> None:
        """Write a plugin of one module, and name its folder from now on."""
        self.named.append(folder)
        self.project.write(f"{folder}/steps.py", text)
        if manifest:
            self.project.write(f"{folder}/aetherflow-plugin.yaml", manifest)

    def add_step(self, folder: str, step: str, manifest: str = "") -> None:
        """Write a plugin that registers one step type."""
        self.add(folder, STEP.format(name=step), manifest)

    def run(self, *words: str, **env: str) -> Outcome:
        """Run a command that knows the plugins."""
        paths = [word for name in self.named for word in ("--plugin-path", name)]
        return self.project.aetherflow(*words, *paths, **env)

    def plugins(self, *words: str, **env: str) -> Outcome:
        """Run a command of `plugins`."""
        return self.run("plugins", *words, **env)

    def flow(self, step_type: str, inputs: str = "") -> str:
        """Write a flow of one step; gives its name."""
        given = f", inputs: {{{inputs}}}" if inputs else ""
        self.project.write("flow.yaml", FLOW.format(type=step_type, inputs=given))
        return "flow.yaml"

    def said(self) -> dict[str, Any]:
        """Give what the file says of plugins."""
        document = json.loads(self.file.read_text())
        assert document["version"] == 1
        plugins: dict[str, Any] = document["plugins"]
        return plugins

    def say(self, text: str) -> Path:
        """Write the file by hand, as its owner alone may."""
        self.file.parent.mkdir(mode=0o700, exist_ok=True)
        self.file.write_text(text)
        self.file.chmod(0o600)
        return self.file


@pytest.fixture
def switched(project: Project) -> Switched:
    """Give a project with the plugin orders."""
    found = Switched(project)
    found.add_step("orders", "load_orders")
    return found
