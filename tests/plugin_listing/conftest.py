"""A project with plugins in it."""

import re
from pathlib import Path

import pytest

from tests.support.project import Outcome, Project

#: Block of the built-ins, which every listing begins with.
BUILT_IN = re.compile(r"\A(?:mode .*\n\n)?(?:0\. )?aetherflow .*?\n\n", re.DOTALL)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")

STEP = '''\
from aetherflow.core.api import register_step


@register_step("{name}")
def {function}(ctx, inputs):
    """{summary}"""
'''


class Plugins:
    """Writes plugins below a project's folder, and lists them with the real command line."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.named: list[str] = []

    def add(self, name: str, text: str, manifest: str = "") -> Path:
        """Write a plugin, a `.py` file or a folder with one module, and name its path from now on."""
        self.named.append(name)
        if manifest:
            self.project.write(f"{name}/aetherflow-plugin.yaml", manifest)
        return self.project.write(name if name.endswith(".py") else f"{name}/steps.py", text)

    def add_step(self, name: str, step: str, summary: str = "", manifest: str = "") -> Path:
        """Write a plugin that registers one step type."""
        text = STEP.format(name=step, function=step.replace(".", "_"), summary=summary or f"Does {step}.")
        return self.add(name, text, manifest)

    def list(self, *arguments: str, **env: str) -> Outcome:
        """Run `plugins list`."""
        return self.run("list", *arguments, **env)

    def why(self, name: str, *arguments: str, **env: str) -> Outcome:
        """Run `plugins why`."""
        return self.run("why", name, *arguments, **env)

    def listed(self, *arguments: str, **env: str) -> str:
        """Give what `plugins list` prints behind the built-ins, digests put aside."""
        return behind_built_ins(self.list(*arguments, **env).stdout)

    def json(self, *arguments: str, **env: str) -> dict[str, dict]:  # type: ignore[type-arg]  # JSON
        """Give the plugins of `plugins list --json`, by name, those that are left out too."""
        listed = self.list("--json", *arguments, **env).json
        return {plugin["name"]: plugin for plugin in (*listed["plugins"], *listed["left_out"])}

    def run(self, *words: str, **env: str) -> Outcome:
        """Run a command of `plugins` on them."""
        paths = [word for name in self.named for word in ("--plugin-path", name)]
        return self.project.aetherflow("plugins", *words, *paths, **env)


def behind_built_ins(printed: str) -> str:
    """Take the built-ins away, and put digests aside."""
    return DIGEST.sub("DIGEST", BUILT_IN.sub("", printed, count=1))


@pytest.fixture
def plugins(project: Project) -> Plugins:
    """Give a project without plugins."""
    return Plugins(project)
