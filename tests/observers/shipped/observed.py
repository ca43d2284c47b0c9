"""Projects whose runs are observed."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.support.project import Outcome, Project

#: A job with a retry that helps, a loop of which one item fails, one that is skipped, one that is blocked, a handler.
EVERYTHING = """
    flow: {id: daily}
    jobs:
      - id: load
        steps:
          - {id: say, type: log, inputs: {message: "text with \\x1b[31mcolour\\x1b[0m, <angle> & \\u0001control"}}
          - id: flaky
            type: external.process
            retry: {max_attempts: 3, backoff_seconds: 0.05}
            inputs: {shell: true, command: 'cd "$AETHERFLOW_FLOW_DIR"; test -e tried || { touch tried; exit 1; }'}
          - {id: never, type: log, when: false, inputs: {message: x}}
      - id: each
        for_each: [1, 2]
        steps:
          - {id: begin, type: log, inputs: {message: "{{item}}"}}
          - {id: check, type: external.process, inputs: {command: [test, "{{item}}", "=", "1"]}}
      - {id: closed, when: false, steps: [{id: s, type: log, inputs: {message: x}}]}
      - {id: after, depends_on: [each], steps: [{id: s, type: log, inputs: {message: x}}]}
    handlers:
      on_exit: [{id: tidy, type: log, inputs: {message: tidied}}]
"""


def observe(project: Project, name: str, config: Mapping[str, Any], **limits: float) -> None:
    """Write a plugins.yaml with one observer, called `it`."""
    document = {"plugins": [{"id": "it", "module": name, "config": config}], "limits": limits}
    project.write("plugins.yaml", json.dumps(document))


def run(project: Project, flow: str = EVERYTHING, *arguments: str, **env: str) -> Outcome:
    """Run a flow."""
    project.write("flow.yaml", flow)
    return project.aetherflow("run", "flow.yaml", "--run-id", "r1", *arguments, **env)


def events_of(project: Project, run_id: str = "r1") -> list[dict[str, Any]]:
    """Give what is recorded of a run."""
    return [json.loads(line) for line in project.aetherflow("runs", "events", run_id, "--json").stdout.splitlines()]


def warnings_in(outcome: Outcome) -> list[str]:
    """Give what the run said about its observers."""
    return [line.partition("warning: ")[2] for line in outcome.stderr.splitlines() if "observer " in line]


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)
