"""What a plugin costs, in a fresh process: its import, a call of each thing that can be called, and all its memory."""

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from aetherflow.core.operations.plugin_trial.child.compiler_trials import made_compiler, source_for
from aetherflow.core.operations.plugin_trial.child.connector_trials import open_and_close
from aetherflow.core.operations.plugin_trial.child.ground import JOB, STEP, TrialGround
from aetherflow.core.operations.plugin_trial.child.step_inputs import literal
from aetherflow.core.operations.plugin_trial.child.step_trials import flow_with
from aetherflow.core.plugins.loading.host import IN_PROCESS
from aetherflow.core.plugins.loading.snapshot import read_snapshot

_CALLS = 5
#: A call that takes so long is measured once.
_LONG_SECONDS = 0.4


class Measuring:
    """The measures of one process, in the order in which they are asked for: import, latencies, memory."""

    def __init__(self) -> None:
        self._resident_before = 0.0

    def imported(self, ground: TrialGround) -> float:
        """Give the milliseconds of the plugin's import; the engine is there before."""
        _warm_up(ground)
        found = next(each for each in ground.plugins().plugins if each.source.id == ground.plugin)
        snapshot = read_snapshot(found.source)
        self._resident_before = _resident_megabytes()
        return IN_PROCESS.load(snapshot).import_seconds * 1000

    def memory(self) -> float:
        """Give the megabytes that the process has grown by since before the import."""
        return max(0.0, _resident_megabytes() - self._resident_before)


def latency(ground: TrialGround) -> float:
    """Give the median of several calls, in milliseconds."""
    if ground.trial.kind == "connector":
        return _of_connector(ground)
    return _of_compiler(ground) if ground.trial.kind == "compiler" else _of_step(ground)


def _warm_up(ground: TrialGround) -> None:
    """Let the engine run a step of ours, and check inputs, so that it has everything it needs."""
    import jsonschema  # noqa: F401  # wanted is that it is there

    step = {"id": STEP, "type": "log", "inputs": {"message": "ready"}}
    bare = {"flow": {"id": "warm_up"}, "jobs": [{"id": JOB, "steps": [step]}]}
    replace(ground, settings={}).run(bare, places=ground.places[:-1])


def _of_step(ground: TrialGround) -> float:
    """Let one flow call the step several times: what a run does around its steps is not the step's."""
    document = flow_with(ground, literal(ground.sample.inputs), ground.limits.call_seconds)
    *before, step = document["jobs"][0]["steps"]
    first = _durations(ground, document)
    if first[0] > _LONG_SECONDS:
        return first[0] * 1000
    document["jobs"][0]["steps"] = [*before, *({**step, "id": f"{STEP}_{number}"} for number in range(_CALLS))]
    return statistics.median(_durations(ground, document)) * 1000


def _durations(ground: TrialGround, document: Mapping[str, Any]) -> list[float]:
    """Run the flow, and give how long each call of the step took."""
    ran = ground.run(document)
    if ran.result is None:
        raise ValueError(ran.why_refused)
    steps = ran.result.jobs[JOB].steps
    return [steps[name].duration_seconds for name in steps if name.startswith(STEP)]


def _of_connector(ground: TrialGround) -> float:
    target = ground.contribution().load()
    return _median(lambda: open_and_close(ground, target))


def _of_compiler(ground: TrialGround) -> float:
    compiler = made_compiler(ground)
    source = source_for(ground, ground.sample.source)
    return _median(lambda: compiler.compile(source).flow_text())


def _median(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(_CALLS):
        started = time.perf_counter()
        work()
        spent.append((time.perf_counter() - started) * 1000)
        if spent[0] > _LONG_SECONDS * 1000:
            break
    return statistics.median(spent)


def _resident_megabytes() -> float:
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(text.partition("VmRSS:")[2].split()[0]) / 1024
    except (OSError, ValueError, IndexError):
        import resource  # deferred: where there is no /proc

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
