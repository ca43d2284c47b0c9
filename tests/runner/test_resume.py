"""Resume: what is done stays done, what changed is shown, what may happen only once is asked for."""

import pytest

from aetherflow.core.api import AetherFlowError, InputError, StepFailed, register_step
from aetherflow.core.contracts.status import RunStatus
from tests.runner.conftest import Runner

TWO_STEPS = """
version: 1
flow: {id: f}
jobs:
  - id: a
    steps:
      - {id: one, type: t.note, inputs: {word: one}}
      - {id: two, type: t.note, inputs: {word: "{{steps.one.word}} two", broken: "{{env.BROKEN:false}}"}}
"""


@register_step("t.note")
def note(ctx, inputs):
    ran.append(inputs["word"])
    if inputs.get("broken"):
        raise StepFailed("broken")
    return {"word": inputs["word"]}


ran: list[str] = []


@pytest.fixture(autouse=True)
def nothing_ran():
    ran.clear()


def code_and_message(error: AetherFlowError) -> tuple[str, str]:
    (finding,) = error.diagnostics
    return finding.code, finding.message


def test_a_resume_runs_only_what_is_not_done(runner: Runner):
    first = runner.run(TWO_STEPS, note, env={"BROKEN": "true"})
    assert (first.status, ran) == (RunStatus.FAILED, ["one", "one two"])
    again = runner.run(TWO_STEPS, note, resume=True)
    assert (again.status, ran) == (RunStatus.SUCCESS, ["one", "one two", "one two"])
    assert again.run_id == first.run_id
    assert again.jobs["a"].steps["one"].outputs == {"word": "one"}


def test_a_resume_without_an_unfinished_run_is_refused(runner: Runner):
    runner.run(TWO_STEPS, note)
    with pytest.raises(InputError) as refused:
        runner.run(TWO_STEPS, note, resume=True)
    assert code_and_message(refused.value) == ("AF-R210", 'flow "f" has no run that could be resumed')


def test_an_unknown_run_is_refused_with_the_nearest_name(runner: Runner):
    runner.run(TWO_STEPS, note, run_id="nightly-1", env={"BROKEN": "true"})
    with pytest.raises(InputError) as refused:
        runner.run(TWO_STEPS, note, run_id="nightly-2", resume=True)
    assert code_and_message(refused.value) == ("AF-R211", 'flow "f" has no run "nightly-2"')
    assert refused.value.hint == 'did you mean "nightly-1"?'


def test_a_run_id_that_exists_points_to_resume(runner: Runner):
    runner.run(TWO_STEPS, note, run_id="nightly")
    with pytest.raises(InputError) as refused:
        runner.run(TWO_STEPS, note, run_id="nightly")
    assert code_and_message(refused.value) == ("AF-R212", 'flow "f" has a run "nightly" already (SUCCESS)')
    assert refused.value.hint == "continue it with --resume nightly, or choose another id"
    assert refused.value.exit_code == 2


def test_a_failed_step_may_be_mended_before_the_resume(runner: Runner):
    runner.run(TWO_STEPS, note, env={"BROKEN": "true"})
    mended = TWO_STEPS.replace(', broken: "{{env.BROKEN:false}}"', "")
    assert runner.run(mended, note, resume=True).status is RunStatus.SUCCESS


def test_a_change_to_a_finished_step_is_shown_and_stops(runner: Runner):
    runner.run(TWO_STEPS, note, env={"BROKEN": "true"})
    changed = TWO_STEPS.replace("word: one}", "word: uno}")
    with pytest.raises(InputError) as refused:
        runner.run(changed, note, resume=True)
    [finding] = refused.value.diagnostics
    assert (finding.code, finding.message) == ("AF-R201", 'step "a.one" has changed since it finished')
    assert finding.span is not None
    assert finding.span.line == 7


NOTES = """
from aetherflow.core.api import StepFailed, register_step

@register_step("t.note")
def note(ctx, inputs):
    if inputs.get("broken"):
        raise StepFailed("broken")
    return {'word': inputs["word"]}
"""


def test_a_finished_step_that_is_no_longer_in_the_flow_is_shown_and_stops(runner: Runner):
    runner.run(TWO_STEPS, note, env={"BROKEN": "true"})
    removed = TWO_STEPS.replace("{id: one,", "{id: first,").replace("steps.one.", "steps.first.")
    with pytest.raises(InputError) as refused:
        runner.run(removed, note, resume=True)
    assert code_and_message(refused.value) == ("AF-R203", 'step "a.one" has finished, and is no longer in the flow')


def test_changed_code_of_a_finished_step_is_shown_and_stops(runner: Runner):
    plugin = runner.root / "notes.py"
    plugin.write_text(NOTES)
    runner.run(TWO_STEPS, plugin_paths=[plugin], env={"BROKEN": "true"})
    plugin.write_text(NOTES.replace("'word'", "'word' * 1"))
    with pytest.raises(InputError) as refused:
        runner.run(TWO_STEPS, plugin_paths=[plugin], resume=True)
    assert code_and_message(refused.value) == (
        "AF-R202",
        'the code of step type "t.note" has changed since step "a.one" finished',
    )


def test_two_flows_that_share_state_and_run_id_do_not_see_each_other(runner: Runner):
    runner.run(TWO_STEPS, note, run_id="same", env={"BROKEN": "true"})
    other = TWO_STEPS.replace("id: f}", "id: g}")
    assert runner.run(other, note, run_id="same").status is RunStatus.SUCCESS
    assert ran == ["one", "one two", "one", "one two"]
    assert runner.run(TWO_STEPS, note, run_id="same", resume=True).status is RunStatus.SUCCESS
    assert ran[4:] == ["one two"]


def test_a_skipped_gate_stands_on_resume(runner: Runner):
    flow = """
        version: 1
        flow: {id: f}
        jobs:
          - {id: a, when: 'env.GO == "yes"', steps: [{id: s, type: t.note, inputs: {word: a}}]}
          - {id: b, steps: [{id: s, type: t.note, inputs: {word: b, broken: "{{env.BROKEN:false}}"}}]}
    """
    first = runner.run(flow, note, env={"BROKEN": "true", "GO": "no"})
    again = runner.run(flow, note, resume=True, env={"GO": "yes"})
    assert str(first.jobs["a"].status) == str(again.jobs["a"].status) == "SKIPPED"
    assert again.jobs["a"].reason == "when is false"
    assert ran == ["b", "b"]


def test_recorded_params_stand(runner: Runner):
    flow = """
        version: 1
        flow: {id: f}
        params: {word: {type: string}}
        jobs:
          - {id: b, steps: [{id: s, type: t.note, inputs: {word: "{{params.word}}", broken: "{{env.BROKEN:false}}"}}]}
    """
    runner.run(flow, note, env={"BROKEN": "true"}, params={"word": "first"})
    runner.run(flow, note, resume=True)
    assert ran == ["first", "first"]
    runner.run(flow, note, env={"BROKEN": "true"}, params={"word": "first"})
    with pytest.raises(AetherFlowError) as refused:
        runner.run(flow, note, resume=True, params={"word": "second"})
    assert refused.value.message.startswith('param "word" differs from the one that run "')


def test_a_secret_in_an_output_is_stored_as_a_reference_and_comes_back(runner: Runner):
    secret = {"DB_PASSWORD": "correct-horse-battery"}
    flow = TWO_STEPS.replace("word: one", 'word: "pw={{env.DB_PASSWORD}};"')
    first = runner.run(flow, note, env={**secret, "BROKEN": "true"})
    assert first.jobs["a"].steps["one"].outputs == {"word": "pw=***;"}
    stored = b"".join(path.read_bytes() for path in (runner.root / "state").rglob("*") if path.is_file())
    assert b"correct-horse" not in stored
    runner.run(flow, note, env=secret, resume=True)
    assert ran[-1] == "pw=correct-horse-battery; two"


def test_a_secret_that_is_not_known_any_more_stops_the_resume_and_is_named(runner: Runner):
    flow = TWO_STEPS.replace("word: one", 'word: "pw={{env.DB_PASSWORD:}};"')
    runner.run(flow, note, env={"DB_PASSWORD": "correct-horse-battery", "BROKEN": "true"})
    with pytest.raises(AetherFlowError) as refused:
        runner.run(flow, note, resume=True)
    assert "DB_PASSWORD" in refused.value.message
