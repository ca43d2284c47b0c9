"""What is told of each event."""

import msgspec
import pytest

from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.events.event_lines import EventLines
from aetherflow.core.events.segments import plain_text
from aetherflow.core.events.wording import ASCII_SIGNS, UNICODE_SIGNS, duration
from tests.events.made import event, plugin_loaded, step_finished


def told(shown: Event, *, level: str = "info", is_quiet: bool = False, tells_begun: bool = True) -> str:
    event_lines = EventLines(UNICODE_SIGNS, level=level, is_quiet=is_quiet, tells_begun=tells_begun)
    return "\n".join(plain_text(line) for line in event_lines.lines(shown))


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        (event(EventType.RUN_STARTED, jobs=["a", "b"], steps=12), "▶ daily: run r1 (2 jobs, 12 steps)"),
        (
            event(EventType.RUN_STARTED, jobs=["a", "b", "c"], steps=3, steps_of={"a": 1, "c": 2}),
            "▶ daily: run r1 (2 of 3 jobs, 3 steps)",
        ),
        (event(EventType.RUN_RESUMED, jobs=["a"], steps=3, done=7), "▶ daily: run r1 resumed (7 steps done before)"),
        (event(EventType.RUN_RESUMED, jobs=["a"], steps=3, done=1), "▶ daily: run r1 resumed (1 step done before)"),
        (event(EventType.JOB_STARTED, "load"), "· job load started"),
        (event(EventType.JOB_STARTED, "load", item=3), "· job load[3] started"),
        (
            event(EventType.JOB_GATED, "report", status="BLOCKED", reason='"load" did not end SUCCESS'),
            '– job report BLOCKED: "load" did not end SUCCESS',
        ),
        (event(EventType.JOB_GATED, "load", status="FAILED", reason="when: no"), "✗ job load FAILED: when: no"),
        (event(EventType.JOB_FINISHED, "load", status="SUCCESS", duration_seconds=61.0), "✓ job load SUCCESS 1m01s"),
        (event(EventType.STEP_STARTED, "load", "insert", type="db_execute"), "· load.insert started (db_execute)"),
        (
            event(EventType.STEP_RETRYING, "load", "insert", error="exit code 3\nmore", delay_seconds=2.0, attempt=1),
            "↻ load.insert attempt 1 failed: exit code 3; again in 2.0s",
        ),
        (step_finished("load.insert"), "✓ load.insert 1.5s"),
        (step_finished("load.insert", attempts=3), "✓ load.insert 1.5s (3 attempts)"),
        (step_finished("load.insert", reused=True), "✓ load.insert done before"),
        (step_finished("load.insert", "SKIPPED", reason="no data"), "– load.insert SKIPPED 1.5s: no data"),
        (step_finished("load.insert", "FAILED", error="boom\nmore"), "✗ load.insert FAILED 1.5s: boom"),
        (event(EventType.LOG, "load", "insert", level="info", message="hello"), "  load.insert | hello"),
        (event(EventType.LOG, "load", "insert", level="warning", message="hm"), "  load.insert | warning: hm"),
        (event(EventType.LOG, "a", "b", level="info", message="x\ny\n", stream="stderr"), "  a.b | x\n  a.b | y"),
        (event(EventType.LOG, level="warning", message="no job yet"), "  | warning: no job yet"),
        (event(EventType.LOG, "a", "b", level="debug", message="details"), ""),
        (event(EventType.ERROR, message="the close failed"), "✗ the close failed"),
        (event(EventType.RUN_FINISHED, status="SUCCESS", duration_seconds=1.0), ""),
    ],
)
def test_an_event_is_told_in_one_line(shown: Event, line: str) -> None:
    assert told(shown) == line


@pytest.mark.parametrize(
    "shown",
    [
        event(EventType.RUN_STARTED, jobs=[], steps=0),
        event(EventType.JOB_GATED, "a", status="FAILED", reason="when: no"),
        event(EventType.JOB_FINISHED, "a", status="FAILED", reason="for_each: no"),
        step_finished("a.b"),
        step_finished("a.b", "FAILED", error="boom"),
    ],
)
def test_quiet_leaves_what_failed_to_the_end(shown: Event) -> None:
    assert told(shown, is_quiet=True) == ""


def test_quiet_tells_errors_and_messages() -> None:
    assert told(event(EventType.ERROR, message="the close failed"), is_quiet=True) == "✗ the close failed"
    assert told(event(EventType.LOG, "a", "b", level="error", message="x"), is_quiet=True) == "  a.b | error: x"


def test_messages_below_the_level_are_left_out() -> None:
    assert told(event(EventType.LOG, "a", "b", level="info", message="x"), level="warning") == ""


def test_beginnings_are_no_lines_where_something_moves() -> None:
    assert told(event(EventType.STEP_STARTED, "a", "b", type="log"), tells_begun=False) == ""


def test_a_message_cannot_steer_the_terminal() -> None:
    assert told(event(EventType.LOG, "a", "b", level="info", message="\x1b[2Jx")) == "  a.b | x"


def test_without_unicode_signs_are_ascii() -> None:
    assert all(sign.isascii() for sign in msgspec.structs.astuple(ASCII_SIGNS))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.00s"),
        (0.041, "0.04s"),
        (0.5, "0.5s"),
        (12.34, "12.3s"),
        (59.96, "1m00s"),
        (245, "4m05s"),
        (7380, "2h03m"),
    ],
)
def test_durations_are_short(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("level", "line"),
    [("debug", "· plugin mine 1.2 loaded in 0.02s (flag, in_process, sha256:0123456789ab)"), ("info", "")],
)
def test_the_load_of_a_plugin_is_told_to_who_looks_closely(level: str, line: str) -> None:
    assert told(plugin_loaded(), level=level) == line
