"""Plugins written for a test, and `dev plugin-test` on them."""

import os
import textwrap
from pathlib import Path

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.operations.plugin_trial.sandbox import Limits
from aetherflow.core.operations.plugin_trial.suite import PluginTestRequest, try_plugin
from aetherflow.core.operations.plugin_trial.values import CheckResult, PluginTestReport
from tests.support.project import Outcome, Project

#: What the manifests of most plugins here say besides their examples.
MANIFEST = "name: shop\nversion: '1.0.0'\nauthor: Desk\ndescription: Sells.\n"

_HEAD = """
from aetherflow.core.api import (
    BasePlugin, BaseToolPlugin, ConnectorBase, ObserverPlugin, PluginMetadata, Step, StepFailed, StepResult,
    ToolDefinition, ToolResult, Veto, WorkflowCompilerPlugin, compile_document, register_command, register_compiler,
    register_connector, register_hook, register_plugin, register_step, register_tool,
)
"""


class Tried(Struct, frozen=True):
    """What came of a test."""

    report: PluginTestReport

    def of(self, check: str, subject: str | None = None) -> CheckResult:
        """Give the row of a check, of whatever subject where only one has it."""
        found = [each for each in self.report.checks if each.check == check and subject in (None, each.subject)]
        assert len(found) == 1, f"{len(found)} rows {check} of {subject} among {self.report.checks}"
        return found[0]

    def code(self, check: str, subject: str | None = None) -> str:
        """Give the code of a check that has failed."""
        finding = self.of(check, subject).finding
        assert finding, f"{check} of {subject} has not failed"
        return finding.code

    def failed(self, subject: str | None = None) -> list[tuple[str, str]]:
        """Give check and code of everything that has failed."""
        rows = [each for each in self.report.checks if subject in (None, each.subject)]
        return [(each.check, each.finding.code if each.finding else "") for each in rows if each.verdict == "failed"]

    def verdicts(self, subject: str) -> dict[str, str]:
        """Give the verdicts of a subject's checks."""
        return {each.check: each.verdict for each in self.report.checks if each.subject == subject}

    def findings(self, code: str) -> list[Diagnostic]:
        """Give the findings with a code."""
        return [each.diagnostic for each in self.report.findings if each.diagnostic.code == code]


class Author:
    """Writes plugins into a folder, and tests them."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def plugin(self, code: str, examples: str = "", name: str = "shop") -> Path:
        """Write a plugin of one module; ``examples`` are lines of YAML below that key."""
        path = self.project.root / name / "main.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(_HEAD.lstrip() + textwrap.dedent(code), encoding="utf-8")
        if examples:
            indented = textwrap.indent(textwrap.dedent(examples).strip("\n"), "  ")
            (path.parent / "aetherflow-plugin.yaml").write_text(f"{MANIFEST}examples:\n{indented}\n", encoding="utf-8")
        return path.parent

    def test(
        self, name: str = "shop", *, seconds: float = 10, grace: float = 5, megabytes: int = 2048, **env: str
    ) -> Tried:
        """Test it, without the command line and, as there is no baseline, without measuring; its processes are real."""
        request = PluginTestRequest(
            path=str(self.project.root / name),
            environ={**os.environ, **env},
            limits=Limits(call_seconds=seconds, memory_megabytes=megabytes, grace_seconds=grace),
            measures="with baseline",
        )
        return Tried(try_plugin(request))

    def run(self, *arguments: str, timeout_seconds: float = 110, **env: str) -> Outcome:
        """Run `aetherflow dev plugin-test`."""
        return self.project.aetherflow("dev", "plugin-test", *arguments, timeout_seconds=timeout_seconds, **env)
