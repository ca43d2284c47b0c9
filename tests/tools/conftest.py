"""Runs flows whose steps are tools of a plugin "shop", in this process, with everything in the test's own folder."""

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.api import Diagnostic, Event, RunResult, run_flow, validate_flow
from aetherflow.core.contracts.result import StepReport

API = "from aetherflow.core.api import *\n"
#: A function that is a tool, with its body to be put in.
TOOL = '@register_tool("it", parameters={{"properties": {{}}}})\ndef it(params, ctx):\n    {body}\n'


class Tooled:
    """Writes plugins and flows, and runs these."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.env = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(root),
            "AETHERFLOW_STATE_ROOT": str(root / "state"),
            "AETHERFLOW_WORK_ROOT": str(root / "work"),
        }
        self.plugins: list[Path] = []
        self.events: list[Event] = []

    def plugin(self, text: str, name: str = "shop") -> Path:
        """Write a plugin of one module."""
        folder = self.root / name
        folder.mkdir(exist_ok=True)
        path = folder / "tools.py"
        path.write_text(API + textwrap.dedent(text))
        if folder not in self.plugins:
            self.plugins.append(folder)
        return path

    def tool(self, body: str) -> Path:
        """Write the plugin with one tool, "tool.shop.it", whose code is this."""
        return self.plugin(TOOL.format(body=body.replace("\n", "\n    ")))

    def settings(self, text: str) -> None:
        """Write plugins.yaml beside the flow."""
        (self.root / "plugins.yaml").write_text(textwrap.dedent(text))

    def flow(self, steps: str, params: str = "{}") -> Path:
        """Write a flow of one job, "main", with these steps."""
        path = self.root / "flow.yaml"
        head = f"version: 1\nflow: {{id: f}}\nparams: {params}\njobs:\n  - id: main\n    steps:\n"
        path.write_text(head + textwrap.indent(textwrap.dedent(steps).strip("\n"), "      ") + "\n")
        return path

    def run(
        self, steps: str, *objects: Any, params: str = "{}", env: Mapping[str, str] | None = None, **options: Any
    ) -> RunResult:
        """Run the steps."""
        self.events = []
        return run_flow(
            self.flow(steps, params),
            plugins=objects,
            plugin_paths=self.plugins,
            env={**self.env, **(env or {})},
            observers=[self.events.append],
            **options,
        )

    def call(self, inputs: str = "{}", step: str = "tool.shop.it", **options: Any) -> StepReport:
        """Run one step, and give how it ended."""
        return self.run(f"- {{id: one, type: {step}, inputs: {inputs}}}", **options).jobs["main"].steps["one"]

    def findings(self, steps: str) -> list[Diagnostic]:
        """Give what `validate` finds."""
        return validate_flow(self.flow(steps), plugin_paths=self.plugins, env=self.env)

    def told(self, *types: str) -> list[Event]:
        """Give the last run's events of some types."""
        return [event for event in self.events if event.type in types]


@pytest.fixture
def tooled(tmp_path: Path) -> Tooled:
    """Give a runner in an empty folder."""
    return Tooled(tmp_path)
