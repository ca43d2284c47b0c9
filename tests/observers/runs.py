"""Runs with observers, for the tests of this folder: real command lines in a folder of their own."""

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

from tests.support.project import Outcome, Project

FLOW = """
flow: {id: watched}
jobs:
  - id: one
    steps:
      - {id: a, type: log, inputs: {message: hello}}
      - {id: b, type: check_items, inputs: {items: [1, 2]}}
  - id: two
    depends_on: [one]
    steps:
      - {id: c, type: check_items, inputs: {items: "{{jobs.one.outputs}}"}}
      - {id: d, type: log, inputs: {message: bye}}
"""

#: Keeps what it sees in a file, an object a line.
KEEPER = """
import json

class Keeper(ObserverPlugin):
    def on_startup(self):
        self.file = open(self.config.get("file", self.plugin_id + ".jsonl"), "a")

    def on_event(self, event):
        self.file.write(json.dumps([event.seq, event.type, event.job_id, event.step_id, event.payload]) + "\\n")
        self.file.flush()

    def on_shutdown(self):
        self.file.write(json.dumps("closed") + "\\n")
        self.file.close()
"""


class Watched:
    """A project with one flow, a plugin ``obs`` with observers, and a plugins.yaml that lists them."""

    def __init__(self, project: Project, flow: str = FLOW) -> None:
        self.project = project
        self.root = project.root
        project.write("flow.yaml", flow)

    def observers(self, code: str, *entries: str, limits: str = "{}") -> None:
        """Write the plugin, and list its classes: ``ID CLASS``, and a config in JSON where one is wanted."""
        head = "import os, sys, threading, time\nfrom aetherflow.core.api import ObserverPlugin\n\n"
        self.project.write("plugins/obs.py", head + dedent(code).lstrip("\n"))
        self.name(*(entry.replace(" ", " obs.", 1) for entry in entries), limits=limits)

    def name(self, *entries: str, limits: str = "{}") -> None:
        """Write plugins.yaml: ``ID MODULE.CLASS``, and a config in JSON where one is wanted."""
        lines = []
        for entry in entries:
            name, module, *config = entry.split(" ", 2)
            lines.append(f"  - {{id: {name}, module: {module}, config: {config[0] if config else '{}'}}}\n")
        self.project.write("plugins.yaml", f"plugins:\n{''.join(lines) or '  []'}\nlimits: {limits}\n")

    def run(self, *options: str, timeout_seconds: float = 60, **env: str) -> Outcome:
        """Run the flow for a program."""
        words = ("run", "flow.yaml", "--json", "--plugin-path", "plugins", *options)
        return self.project.aetherflow(*words, timeout_seconds=timeout_seconds, **env)

    def recorded(self, run_id: str) -> list[dict[str, Any]]:
        """Give the events of a run as the state has them."""
        lines = self.project.aetherflow("runs", "events", run_id, "--json").stdout.splitlines()
        return [json.loads(line) for line in lines]

    def warnings(self, run_id: str) -> list[str]:
        """Give the warnings in a run's record."""
        return [
            event["payload"]["message"]
            for event in self.recorded(run_id)
            if event["type"] == "log" and event["payload"]["level"] == "warning"
        ]

    def seen(self, name: str) -> list[Any]:
        """Give what a Keeper kept."""
        return [json.loads(line) for line in (self.root / f"{name}.jsonl").read_text().splitlines()]

    def place_of(self, line: str) -> str:
        """Give the file and the number of a line of the plugin."""
        path = Path(self.root / "plugins" / "obs.py")
        numbers = [number for number, text in enumerate(path.read_text().splitlines(), 1) if text.strip() == line]
        return f"{path}:{numbers[0]}"


def as_kept(event: dict[str, Any]) -> list[Any]:
    """Give a recorded event in the form of a Keeper."""
    return [event["seq"], event["type"], event.get("job_id"), event.get("step_id"), event["payload"]]


def decided(result: Any) -> dict[str, Any]:
    """Give what a run decided: every status and every output, without times and its own id."""
    result = json.loads(json.dumps(result).replace(result["run_id"], "RUN"))
    jobs = {job_id: _of_job(job) for job_id, job in result["jobs"].items()}
    return {"status": result["status"], "jobs": jobs}


def _of_job(job: Any) -> Any:
    steps = {name: (step["status"], step["error"], _timeless(step["outputs"])) for name, step in job["steps"].items()}
    items = [(item["status"], item["outputs"], sorted(item["steps"])) for item in job.get("items") or ()]
    return job["status"], job["outputs"], job["reason"], steps, items


def _timeless(outputs: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in outputs.items() if name != "duration_seconds"}
