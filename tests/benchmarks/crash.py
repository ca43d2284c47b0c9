"""Kills a run and everything it started at a random instant, resumes it, and looks whether anything was done twice."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from aetherflow.core.state.store import StateStore
from tests.support.project import Project, kill_tree

FLOW_ID = "twelve_steps"
JOBS = ("one", "two", "three")
STEPS_PER_JOB = 4

# Each step writes its name into the ledger, works a little, and gives the value of the step before it plus one.
WORK = 'echo "$1" >> "$LEDGER"; sleep 0.03; echo $(($2 + 1))'


class Trial(Struct, frozen=True):
    """One kill: when, what was recorded done at that instant, how often each step ran in the end, what is wrong."""

    run_id: str
    instant_seconds: float
    recorded: frozenset[str]
    was_begun: bool
    repeated: tuple[str, ...]
    problems: tuple[str, ...]


def crash_flow() -> str:
    """Give a flow of three jobs with four steps each, chained by templates and gates, and a job that is gated off."""
    jobs = "".join(_job(number, job_id) for number, job_id in enumerate(JOBS))
    return f"version: 1\nflow:\n  id: {FLOW_ID}\njobs:\n{jobs}" + (
        "  - id: never\n    when: jobs.three.outputs.v12 > 12\n    steps:\n"
        "      - id: unreachable\n        type: fail\n        inputs: {message: the gate did not hold}\n"
    )


def _job(number: int, job_id: str) -> str:
    before = JOBS[number - 1] if number else None
    first = number * STEPS_PER_JOB
    gate = f"    depends_on: [{before}]\n    when: jobs.{before}.outputs.v{first} == {first}\n" if before else ""
    steps = "".join(_step(first + offset, before, offset) for offset in range(1, STEPS_PER_JOB + 1))
    return f"  - id: {job_id}\n{gate}    steps:\n{steps}"


def _step(value: int, job_before: str | None, place: int) -> str:
    if place > 1:
        previous = f"{{{{steps.s{value - 1}.value}}}}"
    else:
        previous = f"{{{{jobs.{job_before}.outputs.v{value - 1}}}}}" if job_before else "0"
    return (
        f"      - id: s{value}\n        type: external.process\n        inputs:\n"
        f"          command: [sh, -c, '{WORK}', sh, s{value}, \"{previous}\"]\n"
        f"          log: {{stdout: capture}}\n          parse: json\n"
        f'        outputs: {{v{value}: "{{{{result.value}}}}"}}\n'
    )


class CrashTest:
    """A folder in which the flow is run, killed and resumed."""

    def __init__(self, folder: Path) -> None:
        self.project = Project(folder)
        self.flow = self.project.write("flow.yaml", crash_flow())
        self.state_path = Path()
        start = time.monotonic()
        self.undisturbed = self.run("--run-id", "undisturbed")
        self.duration_seconds = time.monotonic() - start
        if self.undisturbed["status"] != "SUCCESS":
            raise RuntimeError(f"the flow does not even run undisturbed: {self.undisturbed}")
        (self.state_path,) = (path for path in (folder / "state").rglob("*.db"))

    def run(self, *options: str) -> Any:
        """Run the flow to its end and give its JSON result."""
        run_id = options[-1]
        outcome = self.project.aetherflow("run", self.flow, "--json", *options, LEDGER=str(self.ledger_of(run_id)))
        if not outcome.stdout:
            raise RuntimeError(f"{' '.join(options)} exited {outcome.exit_code} and printed nothing: {outcome.stderr}")
        return outcome.json

    def ledger_of(self, run_id: str) -> Path:
        """Give the file into which the steps of a run write their names."""
        return self.project.root / f"{run_id}.ledger"

    def counts(self, run_id: str) -> Counter[str]:
        """Count how often each step ran."""
        ledger = self.ledger_of(run_id)
        return Counter(ledger.read_text().split()) if ledger.exists() else Counter()

    def trial(self, run_id: str, instant_seconds: float) -> Trial:
        """Kill a run at an instant, resume it, and say what was done twice or came out otherwise."""
        self.kill_at(run_id, instant_seconds)
        recorded = self.recorded_done(run_id)
        counts_before = self.counts(run_id)
        result = self.run("--resume" if recorded is not None else "--run-id", run_id)
        counts = self.counts(run_id)
        problems = [
            *wrongly_repeated(recorded or frozenset(), counts),
            *different_outcome(self.undisturbed, result),
        ]
        if recorded is None and counts_before:
            problems.append(f"steps ran before the run was recorded: {sorted(counts_before)}")
        repeated = tuple(step for step, count in counts.items() if count > 1)
        return Trial(run_id, instant_seconds, recorded or frozenset(), recorded is not None, repeated, tuple(problems))

    def kill_at(self, run_id: str, instant_seconds: float) -> None:
        """Start a run and kill it, with all that it started, after so many seconds."""
        process = self.project.start("run", self.flow, "--json", "--run-id", run_id, LEDGER=str(self.ledger_of(run_id)))
        time.sleep(instant_seconds)
        kill_tree(process)
        process.communicate()

    def recorded_done(self, run_id: str) -> frozenset[str] | None:
        """Give the steps that are recorded SUCCESS; None where the run itself is not recorded."""
        store = StateStore.open(self.state_path)
        try:
            if store.find_run(FLOW_ID, run_id) is None:
                return None
            steps = store.steps_of(FLOW_ID, run_id)
            return frozenset(step.step_id for step in steps if step.status == "SUCCESS")
        finally:
            store.close()


def wrongly_repeated(recorded: frozenset[str], counts: Mapping[str, int]) -> Iterator[str]:
    """Say which steps ran more often than they may: once if recorded done, twice for the one that was in flight."""
    for step in sorted(recorded):
        if counts.get(step, 0) != 1:
            yield f"{step} was recorded done and ran {counts.get(step, 0)} times"
    twice = sorted(step for step, count in counts.items() if count > 1)
    if len(twice) > 1 or any(counts[step] > 2 for step in twice):
        yield f"more than one step ran again: {', '.join(f'{step} {counts[step]} times' for step in twice)}"
    missing = {f"s{number}" for number in range(1, 13)} - set(counts)
    if missing:
        yield f"never ran: {', '.join(sorted(missing))}"


def different_outcome(undisturbed: Any, resumed: Any) -> Iterator[str]:
    """Say where statuses or outputs differ from those of the undisturbed run."""
    expected, actual = outcome_of(undisturbed), outcome_of(resumed)
    for name in sorted(expected.keys() | actual.keys()):
        if expected.get(name) != actual.get(name):
            yield f"{name}: expected {expected.get(name)}, got {actual.get(name)}"


def outcome_of(result: Any) -> dict[str, Any]:
    """Give what a run decided, without its times: run, job and step statuses with outputs."""
    found: dict[str, Any] = {"run": result["status"]}
    for job_id, job in result["jobs"].items():
        found[job_id] = (job["status"], job["outputs"])
        for step_id, step in job["steps"].items():
            found[f"{job_id}.{step_id}"] = (step["status"], step["outputs"].get("value"))
    return found
