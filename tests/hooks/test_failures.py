"""A hook that fails, fails what it was asked about; where its plugin is tolerated, that is a warning."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.api import Veto
from tests.hooks.conftest import HOOK_LINE, Hooked, hook

STEP = "- {id: s, type: echo, inputs: {a: 1}}"
FLAKY = "- {id: s, type: flaky, inputs: {until: 2}, retry: {max_attempts: 3, backoff_seconds: 0.01}}"


def failing(data: dict[str, Any], ctx: Any) -> Any:
    """Fail."""
    raise LookupError("no such table")


def words_of(point: str) -> str:
    """Give the beginning of what is told of the failure."""
    return f'the hook {point} of plugin "tests.hooks.conftest" raised LookupError: no such table ('


def test_before_the_run_nothing_runs(hooked: Hooked) -> None:
    result = hooked.run(STEP, hook("before_run", failing))
    assert (result.status, result.jobs["main"].status, hooked.calls) == ("FAILED", "NOT_RUN", [])
    (finding,) = result.diagnostics
    assert finding.code == "AF-H110"
    assert finding.message.startswith(words_of("before_run"))
    assert finding.message.endswith(f"conftest.py:{HOOK_LINE + 1})")
    assert finding.span is not None
    assert (Path(finding.span.file).name, finding.span.line) == ("conftest.py", HOOK_LINE + 1)


def test_before_a_job_it_fails(hooked: Hooked) -> None:
    result = hooked.run(STEP, hook("before_job", failing))
    job = result.jobs["main"]
    assert (job.status, job.steps, hooked.calls) == ("FAILED", {}, [])
    assert (job.reason or "").startswith(words_of("before_job"))


def test_after_a_job_it_fails_with_its_steps_as_they_ended(hooked: Hooked) -> None:
    result = hooked.run(STEP, hook("after_job", failing))
    job = result.jobs["main"]
    assert (result.status, job.status, job.steps["s"].status) == ("FAILED", "FAILED", "SUCCESS")
    assert (job.reason or "").startswith(words_of("after_job"))
    assert [finding.code for finding in result.diagnostics] == ["AF-R301"]


def test_after_an_item_that_item_fails_and_the_others_go_on(hooked: Hooked) -> None:
    result = hooked.run(
        """
        flow: {id: f}
        jobs: [{id: each, for_each: [x, y, z], steps: [{id: s, type: echo}]}]
        """,
        hook("after_job", lambda data, ctx: failing(data, ctx) if data["item"] == 1 else None),
    )
    assert [item.status for item in result.jobs["each"].items or ()] == ["SUCCESS", "FAILED", "SUCCESS"]
    assert result.jobs["each"].reason == "1 of 3 items failed"
    (told,) = hooked.told("error")
    assert (told.job_id, told.item) == ("each", 1)
    assert told.payload["message"].startswith(words_of("after_job"))


def test_before_a_step_the_attempt_fails_and_is_made_again_by_the_steps_policy(hooked: Hooked) -> None:
    result = hooked.run(
        FLAKY, hook("before_step", lambda data, ctx: failing(data, ctx) if data["attempt"] == 1 else None)
    )
    assert (result.status, result.jobs["main"].steps["s"].attempts, len(hooked.calls)) == ("SUCCESS", 2, 1)
    assert hooked.told("step_retrying")[0].payload["error"].startswith(words_of("before_step"))


def test_after_a_step_the_attempt_fails_and_the_step_runs_again(hooked: Hooked) -> None:
    result = hooked.run(
        FLAKY.replace("flaky", "echo"),
        hook("after_step", lambda data, ctx: failing(data, ctx) if data["attempt"] < 3 else None),
    )
    assert (result.status, result.jobs["main"].steps["s"].attempts, len(hooked.calls)) == ("SUCCESS", 3, 3)


def test_without_a_policy_the_step_fails_with_the_plugins_words(hooked: Hooked) -> None:
    result = hooked.run(STEP, hook("after_step", failing))
    step = result.jobs["main"].steps["s"]
    assert (step.status, step.outputs) == ("FAILED", {"a": 1})
    assert (step.error or "").startswith(words_of("after_step"))


def test_on_retry_there_is_no_further_attempt(hooked: Hooked) -> None:
    result = hooked.run(FLAKY, hook("on_retry", failing))
    step = result.jobs["main"].steps["s"]
    assert (step.status, step.attempts) == ("FAILED", 1)
    assert f"; no further attempt: {words_of('on_retry')}" in (step.error or "")


def test_on_error_it_is_told_and_the_others_are_asked_all_the_same(hooked: Hooked) -> None:
    asked: list[str] = []
    result = hooked.run(
        "- {id: s, type: flaky}",
        hook("on_error", failing),
        hook("on_error", lambda data, ctx: asked.append(data["step"])),
    )
    assert (result.jobs["main"].steps["s"].error or "").startswith("ConnectionError: not yet")
    assert asked == ["s"]
    (warning,) = hooked.told("log")
    assert warning.payload["message"].startswith(words_of("on_error"))
    assert warning.payload["message"].endswith("; it counts for nothing")


def test_after_the_run_it_is_failed_and_its_jobs_stand(hooked: Hooked) -> None:
    result = hooked.run(STEP, hook("after_run", failing))
    assert (result.status, result.jobs["main"].status) == ("FAILED", "SUCCESS")
    (finding,) = result.diagnostics
    assert finding.code == "AF-H111"
    assert finding.message.startswith(words_of("after_run"))
    assert finding.span is not None
    assert (Path(finding.span.file).name, finding.span.line) == ("conftest.py", HOOK_LINE + 1)
    assert hooked.told("run_finished")[0].payload["status"] == "FAILED"
    assert hooked.told("error")[0].payload["message"].startswith(words_of("after_run"))


POINTS = ["before_run", "before_job", "before_step", "after_step", "on_retry", "on_error", "after_job", "after_run"]


@pytest.mark.parametrize("point", POINTS)
def test_the_failure_of_a_tolerated_plugin_is_a_warning_and_changes_nothing(point: str, hooked: Hooked) -> None:
    hooked.settings("settings: {tests.hooks.conftest: {on_error: warn}}")
    flaky = FLAKY.replace("until: 2", "until: 9") if point == "on_error" else FLAKY
    plain = hooked.run(flaky, run_id="plain")
    result = hooked.run(flaky, hook(point, failing), run_id="hooked")
    assert (result.status, result.jobs["main"].status) == (plain.status, plain.jobs["main"].status)
    warnings = [event.payload for event in hooked.told("log")]
    assert warnings
    assert {warning["plugin"] for warning in warnings} == {"tests.hooks.conftest"}
    assert all(warning["level"] == "warning" for warning in warnings)
    assert all(warning["message"].startswith(words_of(point)) for warning in warnings)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SystemExit(3), "raised SystemExit: 3"),
        (KeyboardInterrupt(), "raised KeyboardInterrupt"),
        (GeneratorExit("gone"), "raised GeneratorExit: gone"),
        (asyncio.CancelledError(), "raised CancelledError"),
    ],
)
@pytest.mark.parametrize("is_async", [False, True])
def test_what_would_end_a_program_is_a_failure_like_others(
    error: BaseException, told: str, is_async: bool, hooked: Hooked
) -> None:
    async def asynchronous(data: dict[str, Any], ctx: Any) -> None:
        raise error

    def plain(data: dict[str, Any], ctx: Any) -> None:
        raise error

    result = hooked.run(STEP, hook("before_step", asynchronous if is_async else plain))
    assert told in (result.jobs["main"].steps["s"].error or "")


class Unreadable(Exception):
    """An exception whose message fails."""

    def __str__(self) -> str:
        raise ValueError("not even this")


def test_an_exception_whose_words_fail_is_told_by_its_type(hooked: Hooked) -> None:
    def raising(data: dict[str, Any], ctx: Any) -> None:
        raise Unreadable

    result = hooked.run(STEP, hook("before_step", raising))
    assert "raised Unreadable: its message cannot be read" in (result.jobs["main"].steps["s"].error or "")


def blocking(data: dict[str, Any], ctx: Any) -> dict[str, Any]:
    """Take longer than is allowed, and then answer."""
    time.sleep(0.2)
    return {"inputs": {"a": "late"}}


async def waiting(data: dict[str, Any], ctx: Any) -> dict[str, Any]:
    """Wait for much longer than is allowed."""
    await asyncio.sleep(30)
    return {"inputs": {"a": "late"}}


@pytest.mark.parametrize("slow", [blocking, waiting])
def test_a_hook_that_takes_too_long_fails_at_its_end(slow: Callable[..., Any], hooked: Hooked) -> None:
    hooked.settings("limits: {timeout_seconds: 0.1}")
    result = hooked.run(STEP, hook("before_step", slow))
    error = result.jobs["main"].steps["s"].error or ""
    assert error.startswith('the hook before_step of plugin "tests.hooks.conftest" took 0.')
    assert " s, and limits.timeout_seconds allows 0.1 s (/" in error
    assert hooked.calls == []
    assert result.duration_seconds < 10


def test_the_time_of_hooks_is_not_the_steps(hooked: Hooked) -> None:
    def slow(data: dict[str, Any], ctx: Any) -> None:
        time.sleep(0.3)

    result = hooked.run(STEP[:-1] + ", timeout_seconds: 0.2}", hook("before_step", slow), hook("after_step", slow))
    assert (result.status, hooked.calls) == ("SUCCESS", [{"a": 1}])


def test_the_late_answer_of_a_tolerated_plugin_counts_for_nothing(hooked: Hooked) -> None:
    hooked.settings("{limits: {timeout_seconds: 0.1}, settings: {tests.hooks.conftest: {on_error: warn}}}")
    result = hooked.run(STEP, hook("before_step", blocking))
    assert (result.status, hooked.calls, hooked.told("hook_patched")) == ("SUCCESS", [{"a": 1}], [])
    assert "limits.timeout_seconds allows 0.1 s" in hooked.messages()[0]


def test_a_veto_that_comes_too_late_is_a_failure(hooked: Hooked) -> None:
    hooked.settings("limits: {timeout_seconds: 0.1}")

    def late(data: dict[str, Any], ctx: Any) -> Veto:
        time.sleep(0.2)
        return Veto("too late")

    result = hooked.run(STEP, hook("before_job", late))
    assert result.jobs["main"].status == "FAILED"
