"""A run key: one run, whoever asks for it, and however often."""

import pytest

from aetherflow.core.api import AetherFlowError, StepFailed, register_step
from aetherflow.core.contracts.status import JobStatus, RunStatus, StepStatus
from aetherflow.core.operations.recorded_result import recorded_result
from aetherflow.core.state.store import StateStore
from tests.locks.flows import Flows, ended, until
from tests.runner.conftest import Runner

FLOW = """
version: 1
flow: {id: f}
params: {day: {default: monday}, size: {type: integer, default: 1}}
jobs:
  - id: b
    steps: [{id: s, type: t.work, inputs: {word: "{{params.day}}"}, outputs: {word: "{{result.word}}"}}]
  - id: a
    for_each: [x, y]
    steps: [{id: s, type: t.work, inputs: {word: "{{item}}"}, outputs: {word: "{{result.word}}"}}]
  - {id: c, when: false, steps: [{id: s, type: t.work, inputs: {word: c}}]}
handlers:
  on_exit: [{id: bye, type: t.work, inputs: {word: bye}}]
"""

worked: list[str] = []


@register_step("t.work")
def work(ctx, inputs):
    worked.append(inputs["word"])
    if ctx.env.get("BROKEN") == inputs["word"]:
        raise StepFailed("broken")
    return {"word": inputs["word"], "secret": ctx.env.get("DB_PASSWORD", "")}


@pytest.fixture(autouse=True)
def nothing_worked():
    worked.clear()


def refused(runner: Runner, flow: str = FLOW, **options) -> AetherFlowError:
    with pytest.raises(AetherFlowError) as caught:
        runner.run(flow, work, **options)
    return caught.value


def test_a_second_call_gives_the_recorded_result_of_a_run_that_succeeded(runner: Runner):
    env = {"DB_PASSWORD": "correct-horse"}
    first = runner.run(FLOW, work, run_key="k", env=env)
    assert (first.status, worked) == (RunStatus.SUCCESS, ["monday", "x", "y", "bye"])
    again = runner.run(FLOW, work, run_key="k", env=env)
    assert worked == ["monday", "x", "y", "bye"]
    assert runner.events == []
    assert (again.run_id, again.status, again.plugins) == (first.run_id, first.status, first.plugins)
    assert list(again.jobs) == list(first.jobs) == ["b", "a", "c"]
    for name, report in first.jobs.items():
        assert without_times(again.jobs[name]) == without_times(report)
    assert again.handlers["on_exit"].steps["bye"].outputs == {"word": "bye", "secret": "***"}


def without_times(report):
    def plain(steps):
        return {
            name: (step.status, step.outputs, step.attempts, step.error, step.reason) for name, step in steps.items()
        }

    items = [(item.index, item.item, item.status, item.outputs, plain(item.steps)) for item in report.items or ()]
    return report.status, report.outputs, report.reason, items, plain(report.steps)


def test_a_key_belongs_to_a_flow(runner: Runner):
    first = runner.run(FLOW, work, run_key="k")
    other = runner.run(FLOW.replace("id: f}", "id: g}"), work, run_key="k")
    assert first.run_id != other.run_id


def test_a_failed_run_is_resumed(runner: Runner):
    first = runner.run(FLOW, work, run_key="k", env={"BROKEN": "y"})
    assert first.status is RunStatus.FAILED
    worked.clear()
    again = runner.run(FLOW, work, run_key="k")
    assert (again.status, again.run_id, worked) == (RunStatus.SUCCESS, first.run_id, ["y", "bye"])


def test_a_run_that_died_right_after_it_had_claimed_the_key_is_resumed(runner: Runner, monkeypatch):
    def die(execution):
        raise MemoryError

    monkeypatch.setattr("aetherflow.core.operations.run_flow.execute", die)
    with pytest.raises(MemoryError):
        runner.run(FLOW, work, run_key="k")
    monkeypatch.undo()
    assert runner.run(FLOW, work, run_key="k").status is RunStatus.SUCCESS
    with StateStore.open(runner.root / "state/state.db") as store:
        assert len(store.list_runs()) == 1


def test_other_params_under_a_key_are_refused(runner: Runner):
    first = runner.run(FLOW, work, run_key="k", params={"day": "tuesday"})
    error = refused(runner, run_key="k", params={"day": "friday"})
    assert (error.exit_code, error.diagnostics[0].code) == (2, "AF-R414")
    belongs = f'run key "k" of flow "f" belongs to run "{first.run_id}"'
    assert error.message == f'{belongs}, which was started with another value of param "day"'
    assert refused(runner, run_key="k").diagnostics[0].code == "AF-R414"
    assert runner.run(FLOW, work, run_key="k", params={"day": "tuesday"}).run_id == first.run_id


def test_another_flow_under_a_key_is_refused_unless_that_is_accepted(runner: Runner):
    first = runner.run(FLOW, work, run_key="k", env={"BROKEN": "y"})
    changed = FLOW.replace("word: bye", "word: farewell")
    error = refused(runner, changed, run_key="k")
    assert (error.exit_code, error.diagnostics[0].code) == (2, "AF-R416")
    assert "which was of another flow" in error.message
    assert runner.run(changed, work, run_id=first.run_id, resume=True).status is RunStatus.SUCCESS
    assert runner.run(changed, work, run_key="k").run_id == first.run_id


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"run_key": "k", "resume": True}, "AF-R412"),
        ({"run_key": "k", "run_id": "r"}, "AF-R412"),
        ({"run_key": ""}, "AF-R413"),
        ({"run_key": "x" * 513}, "AF-R413"),
        ({"run_key": "a\nb"}, "AF-R413"),
        ({"run_key": "my-correct-horse", "env": {"DB_PASSWORD": "correct-horse"}}, "AF-R413"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(runner: Runner, options, code):
    error = refused(runner, **options)
    assert (error.exit_code, error.diagnostics[0].code) == (2, code)
    assert "correct-horse" not in error.message
    assert worked == []


def test_a_key_whose_run_was_refused_by_the_flows_lock_stays_free(runner: Runner):
    @register_step("t.again")
    def again(ctx, inputs):
        with pytest.raises(AetherFlowError) as caught:
            Runner(runner.root).run(locked, again, run_key="inner")
        assert caught.value.exit_code == 4

    locked = """
        version: 1
        flow: {id: f, locks: {scope: flow}}
        jobs: [{id: a, steps: [{id: s, type: t.again}]}]
    """
    result = runner.run(locked, again, run_key="outer")
    assert result.status is RunStatus.SUCCESS
    with StateStore.open(runner.root / "state/state.db") as store:
        assert [run.run_key for run in store.list_runs()] == ["outer"]


def test_what_had_not_ended_says_so_in_a_recorded_result(runner: Runner):
    @register_step("t.peek")
    def peek(ctx, inputs):
        with StateStore.open(runner.root / "state/state.db") as store:
            found.append(recorded_result(store, store.find_run("f", ctx.run_id), mask=lambda value: value))

    found = []
    runner.run("version: 1\nflow: {id: f}\njobs: [{id: a, for_each: [7], steps: [{id: s, type: t.peek}]}]", peek)
    (result,) = found
    assert (result.status, result.jobs["a"].status) == (RunStatus.RUNNING, JobStatus.NOT_RUN)
    (item,) = result.jobs["a"].items
    assert (item.item, item.status, item.steps["s"].status) == (7, JobStatus.NOT_RUN, StepStatus.FAILED)
    assert item.steps["s"].error == "the step was in flight when this was recorded"


SLOW = """
version: 1
flow: {id: slow}
jobs: [{id: a, steps: [{id: s, type: t.critical, inputs: {seconds: 0.4}}]}]
"""


KILLED = """
version: 1
flow: {id: slow}
jobs:
  - id: a
    steps: [{id: s, type: t.critical}, {id: h, type: t.hold}]
"""


def test_of_two_starts_with_one_key_one_runs_and_the_other_exits_4_or_has_the_result(flows: Flows):
    flows.write(SLOW)
    for round_number in range(3):
        starts = [flows.start(run_key=f"k{round_number}") for _ in range(2)]
        outcomes = sorted((ended(start) for start in starts), key=lambda outcome: outcome[0])
        assert [code for code, _ in outcomes] in ([0, 4], [0, 0])
        if outcomes[1][0] == 4:
            assert outcomes[1][1]["code"] == ["AF-R411"]
            assert outcomes[1][1]["message"].startswith(f'run key "k{round_number}" has a run already: run "')
    assert [line.split()[0] for line in flows.lines("notes")] == ["enter", "leave"] * 3
    with StateStore.open(flows.state_file) as store:
        assert len(store.list_runs()) == 3


def test_the_run_of_a_key_whose_process_was_killed_is_resumed(flows: Flows):
    flows.write(KILLED)
    first = flows.start(run_key="k")
    until(lambda: any(line.startswith("holding") for line in flows.lines("notes")))
    first.kill()
    first.communicate(timeout=15)
    (flows.root / "go").touch()
    code, said = flows.run(run_key="k")
    assert (code, said["status"]) == (0, "SUCCESS")
    assert [line.split()[0] for line in flows.lines("notes")] == ["enter", "leave", "holding", "holding", "done"]
