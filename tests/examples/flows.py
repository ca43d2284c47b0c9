"""The small flows that try what the guide's plugins register."""

ONE_STEP = """\
version: 1
flow:
  id: trial
params:
  value: {{type: string, default: ""}}
jobs:
  - id: main
    steps:
      - id: one
        type: {step_type}
        inputs: {inputs}
"""

CONNECTED = """\
version: 1
flow:
  id: trial
resources:
  mine:
    kind: db
    driver: mydb
    config: {host: db1}
    options: {timeout_seconds: 5}
jobs:
  - id: main
    steps:
      - {id: one, type: look}
"""

#: Tells what a step finds in the resource `mine`.
LOOK = """\
from aetherflow.core.api import register_step

@register_step("look")
def look(ctx, inputs):
    connector = ctx.connectors["mine"]
    return {"config": connector.config, "options": connector.options, "client": connector.connect()}
"""


def one_step(step_type: str, inputs: str = "{}") -> str:
    """Give a flow of one job `main` with one step `one`."""
    return ONE_STEP.format(step_type=step_type, inputs=inputs)
