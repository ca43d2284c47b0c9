"""Plugins with hooks, written into the folder of a project."""

from tests.support.project import Project

STEPS = """
    from pathlib import Path
    from aetherflow.core.api import register_step

    @register_step("note")
    def note(ctx, inputs):
        \"\"\"Writes a line to notes.txt.\"\"\"
        with Path(ctx.env["HOME"], "notes.txt").open("a") as notes:
            notes.write(f"{ctx.step_id} {inputs}\\n")
        return dict(inputs)
"""

FLOW = """
    version: 1
    flow: {id: f}
    jobs:
      - id: main
        steps:
          - {id: one, type: note, inputs: {a: 1}}
          - {id: two, type: note, inputs: {a: 2}}
"""


def with_hooks(project: Project, hooks: str, flow: str = FLOW, steps: str = STEPS) -> Project:
    """Write a plugin "shop" with hooks and steps, and a flow."""
    project.write("shop/hooks.py", f"    from aetherflow.core.api import *\n{hooks}")
    project.write("shop/steps.py", steps)
    project.write("flow.yaml", flow)
    project.env["AETHERFLOW_PLUGIN_PATHS"] = "shop"
    return project


def notes(project: Project) -> list[str]:
    """Give what the steps have written."""
    path = project.root / "notes.txt"
    return path.read_text().splitlines() if path.exists() else []
