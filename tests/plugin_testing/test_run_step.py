"""`run_step`: one step type of a plugin, run by the engine with everything around it."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from aetherflow.core.api import (
    AetherFlowError,
    ConnectorBase,
    Event,
    InputError,
    StepFailed,
    StepResult,
    register_connector,
    register_step,
)
from aetherflow.testing import StepRunner


@register_step("greet")
def greet(ctx, inputs):  # type: ignore[no-untyped-def]
    """Greets somebody."""
    ctx.log.info(f"greeting {inputs['name']}")
    return {"greeting": f"{ctx.env.get('WORD', 'hello')} {inputs['name']}", "day": ctx.params.get("day")}


greet.input_schema = {  # type: ignore[attr-defined]
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
}


@register_step("flaky")
def flaky(ctx, inputs):  # type: ignore[no-untyped-def]
    """Fails at its first attempt."""
    if ctx.attempt == 1:
        raise StepFailed("not yet", hint="try again")
    return StepResult("SKIPPED", {}, reason="nothing to do")


@register_connector(kind="desk", driver="fake")
class Desk(ConnectorBase):
    """A desk."""

    def connect(self):  # type: ignore[no-untyped-def]
        return SimpleNamespace(name=self.config["name"])


@register_step("ask")
def ask(ctx, inputs):  # type: ignore[no-untyped-def]
    """Asks at the desk."""
    return {"name": ctx.connectors[inputs["desk"]].connect().name}


def test_a_step_gives_its_outputs(run_step: StepRunner) -> None:
    ran = run_step("greet", {"name": "Ada"}, plugins=[greet])
    assert (ran.status, ran.outputs) == ("SUCCESS", {"greeting": "hello Ada", "day": None})
    assert (ran.error, ran.attempts, ran.messages) == (None, 1, ["greeting Ada"])


def test_params_have_their_types_and_inputs_are_rendered(run_step: StepRunner) -> None:
    ran = run_step("greet", {"name": "{{params.day}}"}, plugins=[greet], params={"day": "monday", "n": 1.5})
    assert ran.outputs == {"greeting": "hello monday", "day": "monday"}
    assert run_step("greet", {"name": "x"}, plugins=[greet], params={"day": [1]}).outputs["day"] == [1]


def test_the_environment_can_be_added_to(run_step: StepRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORD", "good morning")
    assert run_step("greet", {"name": "Ada"}, plugins=[greet]).outputs["greeting"] == "good morning Ada"
    assert run_step("greet", {"name": "Ada"}, plugins=[greet], env={"WORD": "hi"}).outputs["greeting"] == "hi Ada"


def test_settings_of_the_developer_count_for_nothing(run_step: StepRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AETHERFLOW_PLUGIN_PATHS", "/not/there")
    monkeypatch.setenv("AETHERFLOW_STATE_ROOT", "/proc/not/writable")
    assert run_step("greet", {"name": "Ada"}, plugins=[greet]).status == "SUCCESS"


def test_secrets_are_masked_as_in_every_run(run_step: StepRunner) -> None:
    ran = run_step("greet", {"name": "{{env.DESK_TOKEN}}"}, plugins=[greet], env={"DESK_TOKEN": "s3cr3t-value"})
    assert ran.outputs["greeting"] == "hello ***"


def test_a_failure_is_a_value(run_step: StepRunner) -> None:
    ran = run_step("flaky", plugins=[flaky])
    assert (ran.status, ran.error, ran.attempts) == ("FAILED", "not yet", 1)
    assert ran.result.status == "FAILED"


def test_a_retry_is_counted(run_step: StepRunner) -> None:
    ran = run_step("flaky", plugins=[flaky], retry={"max_attempts": 3})
    assert (ran.status, ran.reason, ran.attempts) == ("SKIPPED", "nothing to do", 2)


def test_resources_are_those_of_a_flow(run_step: StepRunner) -> None:
    desk = {"kind": "desk", "driver": "fake", "config": {"name": "front"}}
    ran = run_step("ask", {"desk": "here"}, plugins=[ask, Desk], resources={"here": desk})
    assert ran.outputs == {"name": "front"}


def test_inputs_that_do_not_fit_are_refused_with_their_finding(run_step: StepRunner) -> None:
    with pytest.raises(InputError, match='step type "greet" needs the input "name"'):
        run_step("greet", {}, plugins=[greet])


def test_an_unknown_step_type_is_refused_with_its_finding(run_step: StepRunner) -> None:
    with pytest.raises(InputError, match='unknown step type "gret"'):
        run_step("gret", {"name": "x"}, plugins=[greet])


def test_the_time_of_a_step_can_be_limited(run_step: StepRunner) -> None:
    @register_step("wait")
    def wait(ctx, inputs):  # type: ignore[no-untyped-def]
        """Waits until it is cancelled."""
        while not ctx.is_cancelled:
            pass
        return {}

    ran = run_step("wait", plugins=[wait], timeout_seconds=0.05)
    assert ran.status == "FAILED"
    assert ran.error and "0.05 s" in ran.error


def test_plugins_come_out_of_folders(run_step: StepRunner, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(
        "from aetherflow.core.api import register_step\n\n"
        "@register_step('own')\ndef own(ctx, inputs):\n    return {'x': 1}\n"
    )
    assert run_step("own", plugin_paths=[tmp_path / "own.py"]).outputs == {"x": 1}


def test_a_plugin_that_cannot_load_is_refused_with_its_finding(run_step: StepRunner, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("import not_there_at_all\n")
    with pytest.raises(AetherFlowError, match="not_there_at_all"):
        run_step("log", {"message": "x"}, plugin_paths=[tmp_path / "broken.py"])


def test_events_are_those_of_the_runs_of_this_test(run_step: StepRunner, events: list[Event]) -> None:
    first = run_step("greet", {"name": "Ada"}, plugins=[greet])
    second = run_step("greet", {"name": "Bob"}, plugins=[greet])
    assert first.events[0].type == "run_started"
    assert list(first.events) + list(second.events) == events
    assert {each.run_id for each in second.events} == {second.result.run_id}
