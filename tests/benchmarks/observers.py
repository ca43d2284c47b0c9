"""Runs of plugin steps with and without observers, made to measure."""

import gc
from collections.abc import Mapping
from pathlib import Path

from aetherflow.core.operations.requests import RunRequest
from aetherflow.core.operations.run_flow import run
from tests.benchmarks.flows import HEADER
from tests.benchmarks.measuring import seconds_of

PLUGIN = '''\
from aetherflow.core.api import ObserverPlugin, register_step


@register_step("three_lines")
def three_lines(ctx, inputs):
    """Tells three events beside its start and its end."""
    for number in range(3):
        ctx.log.info(f"line {number} of {inputs['name']}")
    return {"name": inputs["name"]}


class Counter(ObserverPlugin):
    def on_startup(self):
        self.counts = {}

    def on_event(self, event):
        self.counts[event.type] = self.counts.get(event.type, 0) + 1

    def on_shutdown(self):
        with open(f"{self.config['folder']}/{self.plugin_id}.txt", "w") as file:
            file.write(str(sum(self.counts.values())))
'''
OBSERVERS = 5


class ObservedRuns:
    """Runs a flow of 2,000 steps of a plugin, each of five events, in a folder."""

    steps = 2000

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self._folder = folder / "observed"
        self._env = env
        self._count = 0
        (self._folder / "plugins").mkdir(parents=True)
        (self._folder / "plugins" / "obs.py").write_text(PLUGIN, encoding="utf-8")
        self._flow = self._write("flow.yaml", _flow(self.steps))
        entries = [
            f"  - {{id: counter_{number}, module: obs.Counter, config: {{folder: {self._folder}}}}}\n"
            for number in range(OBSERVERS)
        ]
        self._observed = self._write("observed.yaml", "plugins:\n" + "".join(entries))
        self._alone = self._write("alone.yaml", "allow_overrides: []\n")

    def with_observers(self) -> float:
        """Give the seconds of a run with five observers, every one of which has seen every event."""
        seconds = self._seconds(self._observed)
        seen = {(self._folder / f"counter_{number}.txt").read_text() for number in range(OBSERVERS)}
        if min(map(int, seen)) < 5 * self.steps:
            raise RuntimeError(f"the observers have not seen every event, but {seen}")
        return seconds

    def without(self) -> float:
        """Give the seconds of the same run without observers."""
        return self._seconds(self._alone)

    def _seconds(self, plugins_file: Path) -> float:
        self._count += 1
        environ = {**self._env, "AETHERFLOW_STATE_ROOT": str(self._folder / f"state_{self._count}")}
        request = RunRequest(
            flow=str(self._flow),
            environ=environ,
            plugin_paths=(str(self._folder / "plugins"),),
            plugins_file=str(plugins_file),
        )
        results = []
        gc.collect()  # what the run before has left is that run's affair
        seconds = seconds_of(lambda: results.append(run(request)))
        if results[0].status != "SUCCESS":
            raise RuntimeError(f"the run did not succeed: {results[0].diagnostics}")
        return seconds

    def _write(self, name: str, text: str) -> Path:
        path = self._folder / name
        path.write_text(text, encoding="utf-8")
        return path


def _flow(steps: int) -> str:
    lines = "".join(
        f"      - {{id: s{number}, type: three_lines, inputs: {{name: step {number}}}}}\n" for number in range(steps)
    )
    return HEADER.format(flow_id="observed_steps") + "  - id: all\n    steps:\n" + lines
