"""A project with plugins to debug, and traces without what differs between two runs."""

import re
from pathlib import Path

from tests.support.project import Project

#: A step of each kind; the last one fails with a secret until its second attempt.
STEPS = """
    import asyncio
    from aetherflow.core.api import STEP_SUCCESS, Step, StepResult, register_step

    @register_step("as_class")
    class AsClass(Step):
        def run(self, ctx, inputs):
            return StepResult(status=STEP_SUCCESS, outputs={})

    @register_step("as_function")
    def as_function(ctx, inputs):
        return {"n": inputs.get("n")}

    @register_step("as_coroutine")
    async def as_coroutine(ctx, inputs):
        await asyncio.sleep(inputs["seconds"])

    @register_step("failing")
    def failing(ctx, inputs):
        if ctx.attempt < inputs["until"]:
            raise ValueError(f"cannot log in with {ctx.env['DB_PASSWORD']}\\nnor without")
        return {}
    """
PASSWORD = "correct horse battery"
REGISTERED = (
    "register  -  steps         step as_class: plugins/steps.py:4\n"
    "register  -  steps         step as_function: plugins/steps.py:9\n"
    "register  -  steps         step as_coroutine: plugins/steps.py:13\n"
    "register  -  steps         step failing: plugins/steps.py:17\n"
)


def flow_of(steps: str, header: str = "") -> str:
    """Give a flow with one job, `main`, of these steps."""
    return f"version: 1\nflow: {{id: debugged}}\njobs:\n  - id: main\n    {header}\n    steps:\n{steps}"


def with_plugin(project: Project, steps: str, header: str = "") -> Project:
    """Write the flow `flow.yaml` and the plugin `steps` with all its step types; gives the project."""
    project.env |= {"AETHERFLOW_PLUGIN_PATHS": "plugins/steps.py", "DB_PASSWORD": PASSWORD}
    project.write("plugins/steps.py", STEPS)
    project.write("flow.yaml", flow_of(steps, header))
    return project


def log_file(project: Project, run_id: str = "r1") -> Path:
    """Say where a run's trace is."""
    return project.root / "state/runs/debugged" / run_id / "plugins.log"


def log_of(project: Project, run_id: str = "r1") -> str:
    """Read a run's trace; each line has a moment in UTC, which is left out."""
    lines = log_file(project, run_id).read_text().splitlines(keepends=True)
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z  ", line) for line in lines)
    return same_each_time(project, "".join(line[len("2026-01-31T06:00:00.000Z  ") :] for line in lines))


def trace_in(project: Project, stderr: str) -> str:
    """Give the trace that stands among the lines of progress."""
    lines = re.findall(r"^\d\d:\d\d:\d\d   plugins \| (.*\n)", stderr, re.MULTILINE)
    return same_each_time(project, "".join(lines))


def same_each_time(project: Project, text: str) -> str:
    """Take out times, digests and the place of the project."""
    text = re.sub(r" +(?:\d+\.\d\d ms|-)  ", lambda found: "  -  " if "-" in found[0] else "  TIME  ", text)
    return re.sub(r"sha256:[0-9a-f]{12}\b", "DIGEST", text).replace(f"{project.root}/", "")
