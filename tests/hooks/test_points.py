"""Each hook is asked at its point, with the data that the table of SPEC says, and may do what it says."""

from typing import Any

import pytest

from aetherflow.core.api import BasePlugin, PluginHook, PluginMetadata, register_plugin
from aetherflow.core.contracts.hook import HOOK_ALIASES
from tests.hooks.conftest import Hooked, hook

METADATA = PluginMetadata(name="seen", version="1.0.0", author="Tests", description="Keeps what it is asked.")


class Seen(list[tuple[str, dict[str, Any]]]):
    """Everything that was asked, in order."""

    def plugin(self) -> type[BasePlugin]:
        """Give a plugin that writes down what it is asked."""
        seen = self

        @register_plugin("seen")
        class Keeper(BasePlugin):
            metadata = METADATA

            def handle_hook(self, hook: PluginHook, data: dict[str, Any]) -> None:
                seen.append((hook.value, data))

        return Keeper

    def at(self, *names: str) -> list[dict[str, Any]]:
        """Give the data that were seen at some hooks."""
        return [data for name, data in self if name in names]


STEP = {"job": "main", "item": None, "step": "s", "attempt": 1}


def test_a_run_asks_at_every_point_with_the_data_of_the_table(hooked: Hooked) -> None:
    seen = Seen()
    hooked.run("- {id: s, type: echo, inputs: {a: 1}, outputs: {b: '{{result.a}}'}}", seen.plugin())
    assert seen == [
        ("before_run", {"params": {}}),
        ("before_job", {"job": "main", "item": None}),
        ("before_step", {**STEP, "type": "echo", "inputs": {"a": 1}}),
        ("after_step", {**STEP, "status": "SUCCESS", "outputs": {"a": 1}, "error": None}),
        ("after_job", {"job": "main", "item": None, "status": "SUCCESS", "outputs": {"b": 1}}),
        (
            "after_run",
            {"status": "SUCCESS", "jobs": {"main": {"status": "SUCCESS", "reason": None, "outputs": {"b": 1}}}},
        ),
    ]


def test_a_step_that_fails_asks_about_each_attempt_and_tells_at_last(hooked: Hooked) -> None:
    seen = Seen()
    hooked.run("- {id: s, type: flaky, retry: {max_attempts: 2, backoff_seconds: 0.01}}", seen.plugin())
    assert [name for name, _ in seen] == [
        "before_run",
        "before_job",
        *("before_step", "after_step", "on_retry"),
        *("before_step", "after_step", "on_error"),
        "after_job",
        "after_run",
    ]
    (retry,) = seen.at("on_retry")
    (error,) = seen.at("on_error")
    assert (retry["attempt"], retry["delay_seconds"], error["attempt"]) == (1, 0.01, 2)
    assert retry["error"].startswith("ConnectionError: not yet (")
    assert error["error"] == retry["error"]
    assert [(data["attempt"], data["status"], data["error"]) for data in seen.at("after_step")] == [
        (1, "FAILED", retry["error"]),
        (2, "FAILED", retry["error"]),
    ]
    assert [data["status"] for data in seen.at("after_job", "after_run")] == ["FAILED", "FAILED"]


def test_a_loop_is_asked_about_as_a_whole_and_item_by_item(hooked: Hooked) -> None:
    seen = Seen()
    hooked.run(
        """
        flow: {id: f}
        jobs:
          - id: each
            for_each: [x, y]
            steps: [{id: s, type: echo, inputs: {v: "{{item}}"}, outputs: {v: "{{result.v}}"}}]
        """,
        seen.plugin(),
    )
    assert [(name, data["item"]) for name, data in seen if "job" in data] == [
        ("before_job", None),
        *(("before_job", 0), ("before_step", 0), ("after_step", 0), ("after_job", 0)),
        *(("before_job", 1), ("before_step", 1), ("after_step", 1), ("after_job", 1)),
        ("after_job", None),
    ]
    assert [data["outputs"] for data in seen.at("after_job")] == [{"v": "x"}, {"v": "y"}, [{"v": "x"}, {"v": "y"}]]


def test_steps_of_handlers_are_asked_about_and_handlers_are_no_jobs(hooked: Hooked) -> None:
    seen = Seen()
    result = hooked.run(
        """
        flow: {id: f}
        jobs: [{id: a, steps: [{id: s, type: echo}]}]
        handlers: {on_exit: [{id: bye, type: echo, inputs: {a: 1}}]}
        """,
        seen.plugin(),
        hook("before_step", lambda data, ctx: {"inputs": {"a": 2}} if data["job"] == "handlers.on_exit" else None),
    )
    assert [data["job"] for data in seen.at("before_job", "after_job")] == ["a", "a"]
    assert [(data["job"], data["step"]) for data in seen.at("before_step")] == [("a", "s"), ("handlers.on_exit", "bye")]
    assert result.handlers["on_exit"].steps["bye"].outputs == {"a": 2}


def test_what_does_not_run_asks_nobody(hooked: Hooked) -> None:
    seen = Seen()
    result = hooked.run(
        """
        flow: {id: f}
        jobs:
          - {id: closed, when: "false", steps: [{id: s, type: echo}]}
          - {id: blocked, depends_on: [closed], steps: [{id: s, type: echo}]}
          - id: open
            steps:
              - {id: passed_over, when: "false", type: echo}
              - {id: first, type: echo, inputs: {a: {}}}
              - {id: unrendered, type: echo, inputs: {a: "{{steps.first.a.b}}"}}
        """,
        seen.plugin(),
    )
    assert {name: report.status.value for name, report in result.jobs.items()} == {
        "closed": "SKIPPED",
        "blocked": "BLOCKED",
        "open": "FAILED",
    }
    assert {data["job"] for data in seen.at("before_job", "after_job")} == {"open"}
    assert {data["step"] for data in seen.at("before_step", "after_step")} == {"first"}
    assert [data["step"] for data in seen.at("on_error")] == ["unrendered"]


def test_a_step_inside_another_one_is_part_of_that(hooked: Hooked) -> None:
    seen = Seen()
    hooked.run("- {id: s, type: with_lock, inputs: {lock_key: k, step: {type: echo, inputs: {a: 1}}}}", seen.plugin())
    assert [data["type"] for data in seen.at("before_step")] == ["with_lock"]


@pytest.mark.parametrize(("alias", "meant"), HOOK_ALIASES.items())
def test_an_alias_is_another_name_of_its_hook(alias: str, meant: PluginHook, hooked: Hooked) -> None:
    asked: list[Any] = []
    hooked.run("- {id: s, type: flaky}", hook(alias, lambda data, ctx: asked.append((data["step"], ctx.step_id))))
    assert asked == [("s", "s")]
    assert meant in ("before_step", "after_step", "on_error")


def test_a_hook_reaches_what_its_context_offers_and_can_change_nothing_there(hooked: Hooked) -> None:
    found: list[Any] = []

    def look(data: dict[str, Any], ctx: Any) -> None:
        found.append((ctx.flow_id, ctx.run_id, ctx.job_id, ctx.step_id, dict(ctx.params), ctx.env["HOME"]))
        ctx.params["day"].append("changed")
        ctx.log.info("looked")
        with pytest.raises(TypeError):
            ctx.env["HOME"] = "/"
        with pytest.raises(TypeError):
            ctx.params["day"] = 1

    flow = """
        flow: {id: f}
        params: {day: {type: array, default: [1]}}
        jobs: [{id: main, steps: [{id: s, type: echo, inputs: {d: "{{params.day}}"}}]}]
    """
    result = hooked.run(flow, hook("before_run", look), hook("before_step", look), run_id="r")
    assert result.status == "SUCCESS", result.diagnostics
    home = str(hooked.root)
    assert found == [
        ("f", "r", None, None, {"day": [1]}, home),
        ("f", "r", "main", "s", {"day": [1]}, home),
    ]
    assert hooked.calls == [{"d": [1]}]
    logged = [(event.job_id, event.step_id, event.attempt, event.payload) for event in hooked.told("log")]
    payload = {"level": "info", "message": "looked", "plugin": "tests.hooks.conftest"}
    assert logged == [(None, None, None, payload), ("main", "s", 1, payload)]
