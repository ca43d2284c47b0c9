"""Which progress is shown where, and what it leaves on the screen."""

import json
import os
import re
import threading
import time
from collections.abc import Callable

import pytest

from aetherflow.cli.console import Verbosity
from aetherflow.cli.render.live import LiveProgress
from aetherflow.cli.render.plain import JsonProgress, PlainProgress
from aetherflow.cli.render.progress import open_progress
from aetherflow.core.contracts.event import EventType
from tests.cli.recording import RecordingConsole
from tests.events.made import NOON, event, step_finished

TERMINAL = {"TERM": "xterm"}


@pytest.mark.parametrize(
    ("environ", "is_terminal", "verbosity", "kind"),
    [
        (TERMINAL, True, Verbosity.NORMAL, LiveProgress),
        (TERMINAL, True, Verbosity.VERBOSE, LiveProgress),
        (TERMINAL, True, Verbosity.QUIET, PlainProgress),
        (TERMINAL, False, Verbosity.NORMAL, PlainProgress),
        ({"TERM": "dumb"}, True, Verbosity.NORMAL, PlainProgress),
        ({}, True, Verbosity.NORMAL, PlainProgress),
        (TERMINAL | {"CI": "true"}, True, Verbosity.NORMAL, PlainProgress),
        (TERMINAL | {"CI": "false"}, True, Verbosity.NORMAL, LiveProgress),
        (TERMINAL | {"NO_COLOR": "1"}, True, Verbosity.NORMAL, LiveProgress),
        (TERMINAL | {"AETHERFLOW_LOG_FORMAT": "JSON"}, True, Verbosity.NORMAL, JsonProgress),
    ],
)
def test_only_a_terminal_that_a_person_looks_at_moves(
    environ: dict[str, str], is_terminal: bool, verbosity: Verbosity, kind: type
) -> None:
    progress = open_progress(RecordingConsole(environ=environ, is_terminal=is_terminal, verbosity=verbosity))
    progress.close()
    assert type(progress) is kind


def test_a_log_has_a_line_an_event_with_its_time() -> None:
    console = RecordingConsole()
    progress = open_progress(console)
    progress(event(EventType.STEP_STARTED, "load", "insert", type="log"))
    progress(step_finished("load.insert"))
    progress.close()
    clock = time.strftime("%H:%M:%S", time.localtime(NOON))
    assert console.notes == f"{clock} · load.insert started (log)\n{clock} ✓ load.insert 1.5s\n"


def test_a_log_without_unicode_is_ascii() -> None:
    console = RecordingConsole(has_unicode=False)
    progress = open_progress(console)
    progress(step_finished("load.insert", "FAILED", error="boom"))
    assert console.notes[9:] == "x load.insert FAILED 1.5s: boom\n"


def test_the_json_log_is_the_events_themselves() -> None:
    console = RecordingConsole(environ={"AETHERFLOW_LOG_FORMAT": "json"})
    progress = open_progress(console)
    progress(event(EventType.LOG, "load", "insert", item=2, level="info", message="hi"))
    assert json.loads(console.notes) == {
        "seq": 1,
        "type": "log",
        "timestamp": NOON,
        "flow_id": "daily",
        "run_id": "r1",
        "job_id": "load",
        "item": 2,
        "step_id": "insert",
        "attempt": None,
        "payload": {"level": "info", "message": "hi"},
    }


def test_a_run_that_is_over_at_once_moves_nothing() -> None:
    console = RecordingConsole(is_terminal=True)
    progress = open_progress(console)
    progress(event(EventType.RUN_STARTED, jobs=["load"], steps=1))
    progress(step_finished("load.insert"))
    progress.close()
    assert console.notes == "▶ daily: run r1 (1 job, 1 step)\n✓ load.insert 1.5s\n"


def test_a_terminal_shows_what_is_running_and_leaves_what_is_finished() -> None:
    console = RecordingConsole(is_terminal=True)
    progress = open_progress(console)
    progress(event(EventType.RUN_STARTED, jobs=["load"], steps=2))
    progress(event(EventType.STEP_STARTED, "load", "insert", type="external.process"))
    wait_until(lambda: "load.insert external.process" in shown(console))
    assert "0/2 steps" in shown(console)
    progress(event(EventType.LOG, "load", "insert", level="info", message="half way", stream="stderr"))
    progress(step_finished("load.insert"))
    wait_until(lambda: "1/2 steps" in shown(console))
    progress.close()
    assert shown(console).index("load.insert | half way\n") < shown(console).index("✓ load.insert 1.5s\n")
    assert console.notes.count("\x1b[?25l") == console.notes.count("\x1b[?25h") == 1  # the cursor is back
    assert not [thread for thread in threading.enumerate() if thread.name == "aetherflow-progress"]


def test_a_terminal_shows_what_goes_on_until_the_run_begins() -> None:
    console = RecordingConsole(is_terminal=True)
    progress = open_progress(console)
    wait_until(lambda: "  preparing · " in shown(console))
    assert "steps" not in shown(console)
    progress(event(EventType.RUN_STARTED, jobs=["load"], steps=1))
    wait_until(lambda: "0/1 steps · " in shown(console))
    progress.close()


def test_nothing_is_lost_between_the_last_tick_and_the_end() -> None:
    console = RecordingConsole(is_terminal=True)
    progress = open_progress(console)
    progress(event(EventType.RUN_STARTED, jobs=["load"], steps=1))
    wait_until(lambda: "0/1 steps" in shown(console))
    for number in range(500):
        progress(event(EventType.LOG, "load", "insert", level="info", message=f"line {number:03}."))
    progress.close()
    assert re.findall(r"line (\d+)\.\n", shown(console)) == [f"{number:03}" for number in range(500)]


def test_what_ails_the_drawing_costs_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LiveProgress, "_moving", lambda self: 1 / 0)
    console = RecordingConsole(is_terminal=True)
    progress = open_progress(console)
    progress(step_finished("load.insert"))
    wait_until(lambda: "✓ load.insert 1.5s\n" in shown(console))
    progress.close()


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def shown(console: RecordingConsole) -> str:
    """Give what was written, without the codes that move the cursor and colour."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", console.notes).replace("\r", "")


def test_colours_need_a_terminal_and_nobody_who_minds() -> None:
    from aetherflow.cli.console import look_of

    leader, follower = os.openpty()
    try:
        assert look_of(follower, TERMINAL, no_color=False).has_colour
        assert not look_of(follower, TERMINAL, no_color=True).has_colour
        assert not look_of(follower, TERMINAL | {"NO_COLOR": "1"}, no_color=False).has_colour
        assert look_of(follower, TERMINAL | {"NO_COLOR": ""}, no_color=False).has_colour
        assert not look_of(follower, {"TERM": "dumb"}, no_color=False).has_colour
    finally:
        os.close(leader)
        os.close(follower)


@pytest.mark.parametrize(
    ("verbosity", "told_levels"),
    [(Verbosity.QUIET, "error"), (Verbosity.NORMAL, "warning error"), (Verbosity.VERBOSE, "debug info warning error")],
)
def test_options_and_the_environment_set_the_level(verbosity: Verbosity, told_levels: str) -> None:
    console = RecordingConsole(environ={"AETHERFLOW_LOG_LEVEL": " Warning"}, verbosity=verbosity)
    progress = open_progress(console)
    for level in ("debug", "info", "warning", "error"):
        progress(event(EventType.LOG, "a", "b", level=level, message=f"<{level}>"))
    assert " ".join(re.findall("<(.*?)>", console.notes)) == told_levels
