"""What a log file tells of events."""

import pytest

from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.events.log_lines import LogLines
from tests.events.made import event, plugin_loaded, step_finished

NOON = "2026-09-21T14:13:20.000Z"


def told(shown: Event, *, tells_debug: bool = False) -> str:
    return LogLines(tells_debug=tells_debug).text(shown)


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        (step_finished("load.insert"), "✓ load.insert 1.5s"),
        (event(EventType.STEP_STARTED, "load", "insert", type="log"), "· load.insert started (log)"),
        (event(EventType.RUN_FINISHED, status="FAILED", duration_seconds=61.0), "✗ daily: run r1 FAILED in 1m01s"),
        (
            event(EventType.LOCK_ACQUIRED, "a", "b", item=2, key="x y", fencing_token=3, lost=None),
            '· a[2].b lock_acquired key="x y" fencing_token=3',
        ),
        (event(EventType.METRIC, name="rows"), "· metric name=rows"),
        (event(EventType.METRIC, name="loss", value=0.1 + 0.2), "· metric name=loss value=0.30000000000000004"),
        (
            event(EventType.LOCK_ACQUIRED, waited_seconds=0.0016629250021651387),
            "· lock_acquired waited_seconds=0.002",
        ),
        (plugin_loaded(), "· plugin mine 1.2 loaded in 0.02s (flag, in_process, sha256:0123456789ab)"),
    ],
)
def test_an_event_is_a_line_with_its_time(shown: Event, line: str) -> None:
    assert told(shown) == f"{NOON} {line}\n"


def test_a_failure_is_told_in_full() -> None:
    failed = step_finished("load.insert", "FAILED", error="boom\n  at line 3", hint="mend it")
    assert told(failed) == (f"{NOON} ✗ load.insert FAILED 1.5s: boom\n{NOON}       at line 3\n{NOON}     = mend it\n")


def test_every_line_of_a_message_has_the_time() -> None:
    assert told(event(EventType.LOG, "a", "b", message="x\ny")) == f"{NOON}   a.b | x\n{NOON}   a.b | y\n"


def test_a_value_cannot_forge_a_line() -> None:
    assert told(event(EventType.METRIC, name="a\nb")) == f"{NOON} · metric name=a\\nb\n"


def test_debug_messages_are_told_where_asked_for() -> None:
    message = event(EventType.LOG, "a", "b", level="debug", message="x")
    assert told(message) == ""
    assert told(message, tells_debug=True) == f"{NOON}   a.b | debug: x\n"
