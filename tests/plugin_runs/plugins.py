"""Plugins and flows that the tests of this folder write."""

from pathlib import Path
from textwrap import dedent

GREET = """
from aetherflow.core.api import STEP_SUCCESS, Step, StepResult, register_step

@register_step("greet")
class Greet(Step):
    \"\"\"Greets somebody.\"\"\"
    input_schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}

    def run(self, ctx, inputs):
        return StepResult(status=STEP_SUCCESS, outputs={"said": f"hello {inputs['name']}"})
"""

#: Registers a name that is only known when the code runs.
UNREADABLE = """
from aetherflow.core.api import register_step

for word in ("hello", "goodbye"):
    @register_step("say_" + word)
    def say(ctx, inputs, word=word):
        return {"said": word}
"""

#: Leaves a file where the process stands, as soon as it is run.
MARKING = """
from pathlib import Path
from aetherflow.core.api import register_step

Path("was-run").write_text("yes")

@register_step("marked")
def marked(ctx, inputs):
    return {}
"""

BROKEN = """
from aetherflow.core.api import register_step

import no_such_library

@register_step("broken")
def broken(ctx, inputs):
    return {}
"""


def write_plugin(folder: Path, **modules: str) -> Path:
    """Write modules into a folder; gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(dedent(text).lstrip("\n"))
    return folder


def flow_of(*step_types: str, inputs: str = "{}") -> str:
    """Give a flow with a step of each type."""
    steps = "".join(
        f"\n      - id: s{number}\n        type: {name}\n        inputs: {inputs}"
        for number, name in enumerate(step_types)
    )
    return f"version: 1\nflow:\n  id: plugged\njobs:\n  - id: main\n    steps:{steps}\n"
