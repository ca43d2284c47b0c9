"""What a hook gives back goes on, as far as it may change it; what changed is on record."""

import json
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aetherflow.core.api import BasePlugin, PluginMetadata, register_plugin, register_step
from tests.hooks.conftest import HOOK_LINE, Hooked, hook, one_job
from tests.hooks.replay import replayed

ECHO = "- {id: s, type: echo, inputs: {a: 1, deep: {b: [1, 2]}}}"


def changing(**changes: Any) -> Callable[[dict[str, Any], Any], Any]:
    """Give the answer of a hook that changes some inputs."""
    return lambda data, ctx: {"inputs": {**data["inputs"], **changes}}


def test_each_hook_gets_what_the_one_before_returned(hooked: Hooked) -> None:
    def doubled(data: dict[str, Any], ctx: Any) -> dict[str, Any]:
        data["inputs"]["a"] *= 2
        return data

    def added(data: dict[str, Any], ctx: Any) -> dict[str, Any]:
        return {"inputs": {**data["inputs"], "a": data["inputs"]["a"] + 1}}

    hooked.run(ECHO, hook("before_step", doubled), hook("pre-execute", added), hook("before_step", doubled))
    assert hooked.calls == [{"a": 6, "deep": {"b": [1, 2]}}]


def test_a_change_in_place_that_is_not_returned_changes_nothing(hooked: Hooked) -> None:
    seen: list[Any] = []

    def mutate(data: dict[str, Any], ctx: Any) -> None:
        data["inputs"]["deep"]["b"].append("changed")
        data["job"] = "other"

    hooked.run(ECHO, hook("before_step", mutate), hook("before_step", lambda data, ctx: seen.append(data["inputs"])))
    assert seen == hooked.calls == [{"a": 1, "deep": {"b": [1, 2]}}]
    assert hooked.told("hook_patched") == []


def test_what_a_hook_keeps_of_its_answer_changes_nothing_later(hooked: Hooked) -> None:
    kept: dict[str, Any] = {"inputs": {"a": [1]}}

    def give(data: dict[str, Any], ctx: Any) -> Any:
        return kept

    def change_it(data: dict[str, Any], ctx: Any) -> None:
        kept["inputs"]["a"].append(2)

    hooked.run(ECHO, hook("before_step", give), hook("before_step", change_it))
    assert hooked.calls == [{"a": [1]}]


def test_async_hooks_are_awaited(hooked: Hooked) -> None:
    async def slowly(data: dict[str, Any], ctx: Any) -> dict[str, Any]:
        import asyncio

        await asyncio.sleep(0.01)
        return {"inputs": {"a": "async"}}

    hooked.run(ECHO, hook("before_step", slowly))
    assert hooked.calls == [{"a": "async"}]


def test_changed_outputs_are_those_of_the_step_everywhere(hooked: Hooked) -> None:
    result = hooked.run(
        """
        - {id: one, type: echo, inputs: {a: 1}, outputs: {x: "{{result.a}}"}}
        - {id: two, type: echo, inputs: {b: "{{steps.one.a}}"}}
        """,
        hook("after_step", lambda data, ctx: {"outputs": {"a": 9}} if data["step"] == "one" else None),
    )
    assert hooked.calls[1] == {"b": 9}
    assert result.jobs["main"].outputs == {"x": 9}
    assert result.jobs["main"].steps["one"].outputs == {"a": 9}


def test_the_outputs_of_a_failed_attempt_may_be_changed_too(hooked: Hooked) -> None:
    result = hooked.run(
        "- {id: s, type: flaky}", hook("after_step", lambda data, ctx: {"outputs": {"seen": data["status"]}})
    )
    step = result.jobs["main"].steps["s"]
    assert (step.status, step.outputs) == ("FAILED", {"seen": "FAILED"})


def test_a_changed_delay_is_waited_for(hooked: Hooked) -> None:
    result = hooked.run(
        "- {id: s, type: flaky, inputs: {until: 2}, retry: {max_attempts: 2, backoff_seconds: 60}}",
        hook("on_retry", lambda data, ctx: {"delay_seconds": 0}),
    )
    assert result.status == "SUCCESS"
    assert [event.payload["delay_seconds"] for event in hooked.told("step_retrying")] == [0]
    (patch,) = hooked.told("hook_patched")
    assert (patch.payload["before"], patch.payload["after"]) == ({"delay_seconds": 60.0}, {"delay_seconds": 0})


PARAMS = "{day: {type: string, default: mon, enum: [mon, tue]}, size: {type: integer, default: 1}}"


def test_changed_params_are_those_of_the_whole_run(hooked: Hooked) -> None:
    seen: list[Any] = []
    hooked.run(
        one_job("- {id: s, type: echo, inputs: {d: '{{params.day}}'}}", PARAMS),
        hook("before_run", lambda data, ctx: {"params": {**data["params"], "day": "tue"}}),
        hook("before_job", lambda data, ctx: seen.append(dict(ctx.params))),
    )
    assert hooked.calls == [{"d": "tue"}]
    assert seen == [{"day": "tue", "size": 1}]


def test_resources_are_rendered_with_changed_params(hooked: Hooked) -> None:
    found: list[str] = []

    @register_step("look")
    def look(ctx: Any, inputs: dict[str, Any]) -> None:
        found.append(ctx.connectors["notes"].config["path"])

    flow = """
        flow: {id: f}
        params: {file: {type: string, default: first.db}}
        resources: {notes: {kind: db, driver: sqlite, config: {path: "{{params.file}}"}}}
        jobs: [{id: main, steps: [{id: s, type: look}]}]
    """
    from aetherflow.core.api import ConnectorBase, register_connector

    @register_connector(kind="db", driver="sqlite")
    class Notes(ConnectorBase):
        def connect(self) -> None: ...

    result = hooked.run(flow, look, Notes, hook("before_run", lambda data, ctx: {"params": {"file": "second.db"}}))
    assert (result.status, found) == ("SUCCESS", ["second.db"])


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"day": "mon", "size": "two"}, 'gives the param "size" a wrong value: "two" is no integer'),
        ({"day": "sun", "size": 1}, 'gives the param "day" a wrong value: "sun" is none of "mon", "tue"'),
        ({"day": "mon", "size": 1, "more": 1}, 'gives a param "more", which the flow does not declare'),
        ({"day": "mon"}, 'takes the param "size" away'),
        ([], 'returned "params" that are no mapping'),
    ],
)
def test_params_that_the_flow_would_refuse_are_the_hooks_failure(params: Any, problem: str, hooked: Hooked) -> None:
    result = hooked.run(
        one_job("- {id: s, type: echo}", PARAMS), hook("before_run", lambda data, ctx: {"params": params})
    )
    assert (result.status, hooked.calls) == ("FAILED", [])
    (finding,) = [each for each in result.diagnostics if each.code == "AF-H110"]
    begin = f'the hook before_run of plugin "tests.hooks.conftest" {problem} ('
    assert finding.message.startswith(begin)
    assert finding.message.endswith(f"conftest.py:{HOOK_LINE})")


def test_changed_inputs_must_fit_the_step_and_whoever_changed_them_is_named(hooked: Hooked) -> None:
    result = hooked.run("- {id: s, type: log, inputs: {message: hello}}", hook("before_step", changing(level=[1])))
    (finished,) = hooked.told("step_finished")
    assert finished.payload["error"] == (
        'the inputs do not fit step type "log": Expected `str`, got `array` - at `$.level`'
    )
    assert finished.payload["hint"].startswith('its inputs were changed by plugin "tests.hooks.conftest" (/')
    assert result.status == "FAILED"


WRONG = [
    ("before_step", {"inputs": {"a": {1, 2}}}, "returned what is not JSON: data.inputs.a is a set"),
    ("before_step", {"inputs": {1: 2}}, "returned what is not JSON: data.inputs has a key that is an int"),
    ("before_step", {"inputs": {"a": float("nan")}}, "returned what is not JSON: data.inputs.a is nan"),
    ("before_step", "yes", "returned a value of type str: return the data, a Veto, or nothing"),
    ("before_step", [], "returned a value of type list: return the data, a Veto, or nothing"),
    ("before_step", {"inputs": [1]}, 'returned "inputs" that are no mapping'),
    ("before_step", {"input": {}}, 'returned "input", which its data do not have: they are job, item, step, attempt'),
    ("before_step", {"step": "t"}, 'changed "step", which it may not: only "inputs" may be changed'),
    ("before_step", {"attempt": True}, 'changed "attempt", which it may not: only "inputs" may be changed'),
    ("after_step", {"status": "FAILED"}, 'changed "status", which it may not: only "outputs" may be changed'),
    ("after_step", {"outputs": None}, 'returned "outputs" that are no mapping'),
    ("on_retry", {"delay_seconds": -1}, 'returned a "delay_seconds" that is no number from 0 to 86400'),
    ("on_retry", {"delay_seconds": True}, 'returned a "delay_seconds" that is no number from 0 to 86400'),
    ("on_retry", {"delay_seconds": "1"}, 'returned a "delay_seconds" that is no number from 0 to 86400'),
    ("before_job", {"job": "other"}, 'changed "job", which it may not: nothing may be changed here'),
    ("after_job", {"status": "SUCCES"}, 'changed "status", which it may not: nothing may be changed here'),
]


@pytest.mark.parametrize(("point", "answer", "problem"), WRONG)
def test_an_answer_that_may_not_be_is_the_hooks_failure(point: str, answer: Any, problem: str, hooked: Hooked) -> None:
    step = "- {id: s, type: flaky, inputs: {until: 2}, retry: {max_attempts: 2, backoff_seconds: 0}}"
    step = step.replace("flaky", "echo") if point == "after_job" else step
    result = hooked.run(step.replace(", backoff_seconds: 0", ""), hook(point, lambda data, ctx: answer))
    report = result.jobs["main"]
    assert (result.status, report.status) == ("FAILED", "FAILED")
    assert f'the hook {point} of plugin "tests.hooks.conftest" {problem}' in (report.reason or "")


def test_an_endless_answer_is_a_failure_like_others(hooked: Hooked) -> None:
    endless: dict[str, Any] = {}
    endless["inputs"] = endless
    result = hooked.run(ECHO, hook("before_step", lambda data, ctx: endless))
    assert "raised RecursionError" in (result.jobs["main"].steps["s"].error or "")


@pytest.mark.parametrize("depth", range(100, 500, 40))
def test_data_of_any_depth_end_as_a_change_or_as_a_failure(depth: int, hooked: Hooked) -> None:
    @register_step("deep")
    def deep(ctx: Any, inputs: dict[str, Any]) -> dict[str, Any]:
        nested: Any = 0
        for _ in range(depth):
            nested = [nested]
        return {"a": nested}

    def deeper(data: dict[str, Any], ctx: Any) -> Any:
        return {"outputs": {"a": [[data["outputs"].get("a")]]}}

    for hooks in ([], [hook("after_step", deeper), hook("after_step", deeper)]):
        result = hooked.run("- {id: s, type: deep}", deep, *hooks)
        assert result.status in ("SUCCESS", "FAILED")


def test_a_patch_is_on_record_with_who_where_what(hooked: Hooked) -> None:
    def patch(data: dict[str, Any], ctx: Any) -> dict[str, Any]:
        return {"inputs": {"deep": {"b": [1, "two"]}, "odd key.": None}}

    hooked.run(ECHO, hook("before_step", patch))
    (event,) = hooked.told("hook_patched")
    assert (event.job_id, event.item, event.step_id, event.attempt) == ("main", None, "s", 1)
    payload = json.loads(json.dumps(event.payload, default=dict))
    file = payload.pop("file")
    assert Path(file).name == "conftest.py"
    assert payload == {
        "plugin": "tests.hooks.conftest",
        "hook": "before_step",
        "function": "asked",
        "line": HOOK_LINE,
        "changed": ["inputs.a", "inputs.deep.b[1]", 'inputs["odd key."]'],
        "before": {"inputs.a": 1, "inputs.deep.b[1]": 2},
        "after": {"inputs.deep.b[1]": "two", 'inputs["odd key."]': None},
    }


def test_a_patch_on_record_has_no_secret_and_no_end(hooked: Hooked) -> None:
    secret = "correct-horse-battery"
    many = {f"k{number}": number for number in range(100)}

    def patch(data: dict[str, Any], ctx: Any) -> dict[str, Any]:
        at_the_cut = "x" * 495 + ctx.env["DB_PASSWORD"] + "y" * 5000
        return {"inputs": {"a": at_the_cut, "deep": [secret] * 400, ctx.env["DB_PASSWORD"]: 1, **many}}

    hooked.run(ECHO, hook("before_step", patch), env={"DB_PASSWORD": secret})
    assert hooked.calls[0]["deep"][0] == secret
    (event,) = hooked.told("hook_patched")
    after = event.payload["after"]
    assert after["inputs.a"] == "x" * 495 + "***yy… (cut, 5,498 characters)"
    assert after["inputs.deep"].startswith('["***","***",')
    assert after["inputs.deep"].endswith("… (cut, 2,401 characters)")
    assert (len(event.payload["changed"]), event.payload["left_out"]) == (50, 53)
    assert "correct" not in json.dumps(
        event.payload, default=lambda value: dict(value) if hasattr(value, "keys") else list(value)
    )


def test_outputs_with_a_secret_are_sealed_as_a_steps_own(hooked: Hooked) -> None:
    secret = "correct-horse-battery"
    result = hooked.run(
        "- {id: s, type: echo}",
        hook("after_step", lambda data, ctx: {"outputs": {"p": ctx.env["DB_PASSWORD"]}}),
        env={"DB_PASSWORD": secret},
    )
    assert result.jobs["main"].steps["s"].outputs == {"p": "***"}
    assert [path for path in hooked.root.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()] == []


_TEXT = st.text(string.printable.replace("\r", "").replace("\x0b", "").replace("\x0c", ""), max_size=8)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)
_INPUTS = st.dictionaries(_TEXT, _JSON, max_size=4)


@settings(max_examples=40)
@given(patches=st.lists(st.none() | _INPUTS, min_size=1, max_size=4))
def test_the_patches_on_record_lead_to_the_inputs_that_the_step_got(
    patches: list[dict[str, Any] | None], tmp_path_factory: pytest.TempPathFactory
) -> None:
    hooked = Hooked(tmp_path_factory.mktemp("property"))
    answers = [hook("before_step", lambda data, ctx, it=it: it and {"inputs": it}) for it in patches]
    result = hooked.run(ECHO, *answers)
    assert result.status == "SUCCESS", result.diagnostics
    before = {"inputs": {"a": 1, "deep": {"b": [1, 2]}}}
    assert exact(replayed(before, hooked.told("hook_patched"))) == exact({"inputs": hooked.calls[0]})


def exact(value: Any) -> str:
    """Write a value so that 1, 1.0 and true are told apart."""
    return json.dumps(value, sort_keys=True)


def test_the_object_of_a_plugin_patches_as_functions_do(hooked: Hooked) -> None:
    @register_plugin("patcher")
    class Patcher(BasePlugin):
        metadata = PluginMetadata(name="patcher", version="1.0.0", author="Tests", description="Patches.")

        async def handle_hook(self, hook: Any, data: dict[str, Any]) -> Any:
            return {"inputs": {"by": "object"}} if hook == "before_step" else None

    hooked.run(ECHO, Patcher)
    assert hooked.calls == [{"by": "object"}]
    assert hooked.told("hook_patched")[0].payload["function"] == "Patcher.handle_hook"
