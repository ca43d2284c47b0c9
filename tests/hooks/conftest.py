"""Runs flows with hooks in this process, with state and workspaces inside the test's own folder."""

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.api import Event, RunResult, register_hook, register_step, run_flow

Hook = Callable[[dict[str, Any], Any], Any]


def hook(name: str, answer: Hook) -> Hook:
    """Register a function of its own for a hook, so that one answer may serve many tests."""

    def asked(data: dict[str, Any], ctx: Any) -> Any:
        return answer(data, ctx)

    return register_hook(name)(asked)


#: Where the functions that `hook` makes are written.
HOOK_LINE = (
    Path(__file__)
    .read_text(encoding="utf-8")
    .split("\n")
    .index("    def asked(data: dict[str, Any], ctx: Any) -> Any:")
    + 1
)


class Hooked:
    """Writes a flow and runs it with hooks and the step types "echo", "flaky" and "nothing".

    ``calls`` are the inputs that "echo" was given; "flaky" fails until its attempt ``until``.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.env = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(root),
            "AETHERFLOW_STATE_ROOT": str(root / "state"),
            "AETHERFLOW_WORK_ROOT": str(root / "work"),
        }
        self.events: list[Event] = []
        self.calls: list[dict[str, Any]] = []

        @register_step("echo")
        def echo(ctx: Any, inputs: dict[str, Any]) -> dict[str, Any]:
            self.calls.append(inputs)
            return dict(inputs)

        @register_step("flaky")
        def flaky(ctx: Any, inputs: dict[str, Any]) -> dict[str, Any]:
            self.calls.append(inputs)
            if ctx.attempt < inputs.get("until", 9):
                raise ConnectionError("not yet")
            return {"attempt": ctx.attempt}

        self.steps = (echo, flaky)

    def run(self, text: str, *plugins: Any, env: Mapping[str, str] | None = None, **options: Any) -> RunResult:
        """Run a flow given as text, or as the lines of its only job's steps."""
        flow = self.root / "flow.yaml"
        flow.write_text(textwrap.dedent(text) if "flow:" in text else one_job(text))
        self.events = []
        return run_flow(
            flow,
            plugins=[*self.steps, *plugins],
            env={**self.env, **(env or {})},
            observers=[self.events.append],
            **options,
        )

    def settings(self, text: str) -> None:
        """Write plugins.yaml beside the flow."""
        (self.root / "plugins.yaml").write_text(textwrap.dedent(text))

    def told(self, *types: str) -> list[Event]:
        """Give the last run's events of some types."""
        return [event for event in self.events if event.type in types]

    def messages(self) -> list[str]:
        """Give what was logged in the last run."""
        return [event.payload["message"] for event in self.told("log")]


def one_job(steps: str, params: str = "{}") -> str:
    """Give a flow with one job, "main"."""
    return (
        f"version: 1\nflow: {{id: f}}\nparams: {params}\njobs:\n  - id: main\n    steps:\n"
        + textwrap.indent(textwrap.dedent(steps).strip("\n"), "      ")
        + "\n"
    )


@pytest.fixture
def hooked(tmp_path: Path) -> Hooked:
    """Give a runner of an empty folder."""
    return Hooked(tmp_path)
