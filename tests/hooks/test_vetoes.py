"""A veto stops what the table says, its reason is on record with the plugin's id, and it is final."""

from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.api import Veto
from tests.hooks.conftest import HOOK_LINE, Hooked, hook

WORDS = 'vetoed by plugin "tests.hooks.conftest": not today'
STEP = "- {id: s, type: echo, inputs: {a: 1}}"


def veto(data: dict[str, Any], ctx: Any) -> Veto:
    """Stop whatever is asked about."""
    return Veto("not today")


def test_a_veto_before_the_run_leaves_it_failed_with_nothing_run(hooked: Hooked) -> None:
    ended: list[str] = []
    result = hooked.run(
        """
        flow: {id: f}
        jobs: [{id: a, steps: [{id: s, type: echo}]}, {id: b, steps: [{id: s, type: echo}]}]
        handlers: {on_failure: [{id: s, type: echo}], on_exit: [{id: s, type: echo}]}
        """,
        hook("before_run", veto),
        hook("after_run", lambda data, ctx: ended.append(data["status"])),
    )
    assert (result.status, hooked.calls, result.handlers) == ("FAILED", [], {})
    assert {(job.status, job.reason) for job in result.jobs.values()} == {("NOT_RUN", WORDS)}
    (finding,) = result.diagnostics
    assert (finding.code, finding.message) == ("AF-H110", WORDS)
    assert finding.span is not None
    assert (Path(finding.span.file).name, finding.span.line) == ("conftest.py", HOOK_LINE)
    assert hooked.told("run_finished")[0].payload["status"] == "FAILED"
    assert ended == ["FAILED"]


def test_a_veto_before_a_job_skips_it_and_blocks_what_depends_on_it(hooked: Hooked) -> None:
    result = hooked.run(
        """
        flow: {id: f}
        jobs:
          - {id: a, steps: [{id: s, type: echo, inputs: {a: 1}}]}
          - {id: b, depends_on: [a], steps: [{id: s, type: echo}]}
          - {id: c, steps: [{id: s, type: echo, inputs: {c: 1}}]}
        """,
        hook("before_job", lambda data, ctx: Veto("not today") if data["job"] == "a" else None),
    )
    assert (result.jobs["a"].status, result.jobs["a"].reason) == ("SKIPPED", WORDS)
    assert result.jobs["b"].status == "BLOCKED"
    assert (result.status, hooked.calls) == ("SUCCESS", [{"c": 1}])
    assert [event.payload for event in hooked.told("job_gated") if event.job_id == "a"] == [
        {"status": "SKIPPED", "reason": WORDS}
    ]


LOOP = """
    flow: {id: f}
    jobs: [{id: each, for_each: [x, y, z], steps: [{id: s, type: echo, inputs: {v: "{{item}}"}}]}]
"""


def test_a_veto_of_one_item_skips_that_item(hooked: Hooked) -> None:
    result = hooked.run(LOOP, hook("before_job", lambda data, ctx: Veto("not today") if data["item"] == 1 else None))
    assert [item.status for item in result.jobs["each"].items or ()] == ["SUCCESS", "SKIPPED", "SUCCESS"]
    assert (result.status, hooked.calls) == ("SUCCESS", [{"v": "x"}, {"v": "z"}])
    assert [(event.item, event.payload) for event in hooked.told("job_gated")] == [
        (1, {"status": "SKIPPED", "reason": WORDS})
    ]


def test_a_veto_of_a_loop_skips_the_job_before_its_items_are_made(hooked: Hooked) -> None:
    result = hooked.run(LOOP, hook("before_job", veto))
    assert (result.jobs["each"].status, result.jobs["each"].reason, hooked.calls) == ("SKIPPED", WORDS, [])


def test_a_veto_before_a_step_skips_it_with_null_for_what_it_would_give(hooked: Hooked) -> None:
    result = hooked.run(
        """
        - {id: one, type: echo, inputs: {a: 1}, outputs: {a: "{{result.a}}"}}
        - {id: two, type: echo, inputs: {b: "{{steps.one.a}}"}}
        """,
        hook("before_step", lambda data, ctx: Veto("not today") if data["step"] == "one" else None),
    )
    step = result.jobs["main"].steps["one"]
    assert (step.status, step.reason, step.error) == ("SKIPPED", WORDS, None)
    assert (result.status, hooked.calls, result.jobs["main"].outputs) == ("SUCCESS", [{"b": None}], {"a": None})


def test_a_vetoed_step_under_skip_job_skips_the_job(hooked: Hooked) -> None:
    result = hooked.run("- {id: s, type: echo, on_no_data: skip_job}", hook("before_step", veto))
    assert result.jobs["main"].status == "SKIPPED"


def test_a_veto_before_a_later_attempt_skips_the_step(hooked: Hooked) -> None:
    result = hooked.run(
        "- {id: s, type: flaky, retry: {max_attempts: 5, backoff_seconds: 0.01}}",
        hook("before_step", lambda data, ctx: Veto("not today") if data["attempt"] == 3 else None),
    )
    step = result.jobs["main"].steps["s"]
    assert (step.status, step.attempts, step.reason, len(hooked.calls)) == ("SKIPPED", 3, WORDS, 2)


def test_a_veto_after_a_step_fails_it_for_good_with_what_it_left(hooked: Hooked) -> None:
    result = hooked.run(STEP[:-1] + ", retry: {max_attempts: 3, backoff_seconds: 0.01}}", hook("after_step", veto))
    step = result.jobs["main"].steps["s"]
    assert (step.status, step.attempts, step.error, step.outputs) == ("FAILED", 1, WORDS, {"a": 1})
    assert result.status == "FAILED"


def test_a_veto_after_a_failed_attempt_ends_it_there_and_hides_no_error(hooked: Hooked) -> None:
    result = hooked.run(
        "- {id: s, type: flaky, retry: {max_attempts: 3, backoff_seconds: 0.01}}", hook("after_step", veto)
    )
    step = result.jobs["main"].steps["s"]
    assert step.attempts == 1
    assert (step.error or "").startswith("ConnectionError: not yet (")
    assert (step.error or "").endswith(f"); {WORDS}")


def test_a_veto_on_retry_leaves_it_at_this_attempt_and_says_so(hooked: Hooked) -> None:
    result = hooked.run(
        "- {id: s, type: flaky, retry: {max_attempts: 9, backoff_seconds: 0.01}}",
        hook("on_retry", lambda data, ctx: Veto("not today") if data["attempt"] == 2 else None),
    )
    step = result.jobs["main"].steps["s"]
    assert (step.status, step.attempts) == ("FAILED", 2)
    assert (step.error or "").endswith(f"; no further attempt: {WORDS}")


def test_after_a_veto_nobody_else_is_asked(hooked: Hooked) -> None:
    asked: list[str] = []
    hooked.run(STEP, hook("before_step", veto), hook("before_step", lambda data, ctx: asked.append("later")))
    assert asked == []


@pytest.mark.parametrize("point", ["after_run", "after_job"])
def test_where_nothing_can_be_stopped_a_veto_is_the_hooks_failure(point: str, hooked: Hooked) -> None:
    result = hooked.run(STEP, hook(point, veto))
    words = [finding.message for finding in result.diagnostics]
    assert result.status == "FAILED"
    assert len(words) == 1
    assert f'the hook {point} of plugin "tests.hooks.conftest" returned a Veto, and {point} stops nothing (' in words[0]


def test_a_veto_on_error_is_told_and_changes_nothing(hooked: Hooked) -> None:
    result = hooked.run("- {id: s, type: flaky}", hook("on_error", veto))
    (warning,) = hooked.told("log")
    assert "returned a Veto, and on_error stops nothing" in warning.payload["message"]
    assert (warning.payload["level"], warning.step_id, result.status) == ("warning", "s", "FAILED")


@pytest.mark.parametrize("reason", ["", "  ", None, 5])
def test_a_veto_needs_a_reason(reason: Any, hooked: Hooked) -> None:
    result = hooked.run(STEP, hook("before_step", lambda data, ctx: Veto(reason)))
    assert result.jobs["main"].status == "FAILED"
    assert "returned a Veto without a reason" in (result.jobs["main"].reason or "")


def test_a_veto_stands_where_a_plugins_failures_are_warnings(hooked: Hooked) -> None:
    hooked.settings("settings: {tests.hooks.conftest: {on_error: warn}}")
    result = hooked.run(STEP, hook("before_job", veto))
    assert (result.jobs["main"].status, hooked.calls) == ("SKIPPED", [])


def test_the_reason_of_a_veto_holds_no_secret(hooked: Hooked) -> None:
    result = hooked.run(
        STEP,
        hook("before_step", lambda data, ctx: Veto(f"no {ctx.env['DB_PASSWORD']}")),
        env={"DB_PASSWORD": "correct-horse-battery"},
    )
    assert result.jobs["main"].steps["s"].reason == 'vetoed by plugin "tests.hooks.conftest": no ***'
