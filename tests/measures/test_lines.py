"""How progress and metrics are told on a terminal and in logs."""

import re
from typing import Any

import pytest
from msgspec.structs import replace

from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.events.event_lines import EventLines
from aetherflow.core.events.log_lines import LogLines
from aetherflow.core.events.measure_lines import told_progress
from aetherflow.core.events.segments import plain_text
from aetherflow.core.events.wording import ASCII_SIGNS
from tests.events.made import NOON, event, step_finished
from tests.plugin_debug.test_on_a_terminal import on_a_terminal, screen
from tests.support.project import Project


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        ({"done": 1200, "total": 5000, "message": "reading"}, "1,200/5,000 (24%) reading"),
        ({"done": 3, "total": None, "message": None}, "3"),
        ({"done": 0.5, "total": 1.0}, "0.5/1 (50%)"),
        ({"done": 12, "total": 10}, "12/10 (100%)"),
        ({"done": 0, "total": 0}, "0/0"),
        ({"done": 1, "total": None, "message": "a\x1b[31mb\nc"}, "1 ab"),
        ({"done": 1, "total": 5e-324, "message": "y" * 100}, "1/4.94066e-324 (100%) " + "y" * 77 + "..."),
    ],
)
def test_progress_in_words(payload: dict[str, Any], text: str) -> None:
    assert told_progress(payload) == text


def progress(done: int, at: float) -> Event:
    return replace(event(EventType.STEP_PROGRESS, "load", "insert", done=done, total=99), timestamp=NOON + at)


def metric(value: float, **labels: str) -> Event:
    return event(EventType.METRIC, "load", "insert", name="loss", value=value, labels=labels)


def lines(told: EventLines, *events: Event) -> list[str]:
    return [plain_text(line) for each in events for line in told.lines(each)]


def test_a_log_tells_progress_every_ten_seconds_and_not_of_steps_that_are_quick() -> None:
    told = EventLines(ASCII_SIGNS)
    assert lines(told, *(progress(second, second) for second in range(25))) == [
        ". load.insert 10/99 (10%)",
        ". load.insert 20/99 (20%)",
    ]


def test_where_something_moves_no_line_tells_of_progress() -> None:
    assert lines(EventLines(ASCII_SIGNS, tells_begun=False), progress(1, 0), progress(2, 60)) == []


def test_the_last_values_are_told_with_the_end_of_the_step() -> None:
    told = EventLines(ASCII_SIGNS, tells_begun=False)
    events = [metric(0.5, fold="1"), metric(0.25, fold="1"), metric(0.75, fold="2"), step_finished("load.insert")]
    assert lines(told, *events, step_finished("load.insert")) == [
        "  load.insert | loss (fold=1) 0.25, loss (fold=2) 0.75",
        "+ load.insert 1.5s",
        "+ load.insert 1.5s",
    ]


def test_of_many_metrics_a_few_are_told() -> None:
    told = EventLines(ASCII_SIGNS)
    events = [metric(number, fold=str(number)) for number in range(200)]
    first, _ = lines(told, *events, step_finished("load.insert"))
    assert first.count("loss") == 6
    assert first.endswith("loss (fold=199) 199, and 194 more")


def test_who_looks_closely_sees_each() -> None:
    told = EventLines(ASCII_SIGNS, level="debug")
    assert lines(told, progress(1, 0), metric(0.5)) == [". load.insert 1/99 (1%)", ". load.insert loss 0.5"]


def test_who_is_quiet_sees_none() -> None:
    told = EventLines(ASCII_SIGNS, is_quiet=True)
    assert lines(told, progress(1, 0), progress(2, 60), metric(0.5), step_finished("load.insert")) == []


def test_the_log_of_a_run_has_each_with_all_that_it_holds() -> None:
    told = LogLines()
    text = "".join(map(told.text, [progress(1, 0), metric(0.5, fold="1"), step_finished("load.insert")]))
    assert re.sub(r"^\S+ ", "", text, flags=re.MULTILINE) == (
        "· load.insert step_progress done=1 total=99\n"
        '· load.insert metric name=loss value=0.5 labels={"fold":"1"}\n'
        "✓ load.insert 1.5s\n"
    )


def test_a_terminal_shows_progress_and_metrics_live_and_leaves_the_last_values(project: Project) -> None:
    project.write(
        "plug/steps.py",
        """
        import time
        from aetherflow.core.api import register_step

        @register_step("slow")
        def slow(ctx, inputs):
            for done in range(1, 11):
                ctx.progress(done, 10, f"part {done}")
                ctx.visualize("speed", done * 1000)
                time.sleep(0.1)
        """,
    )
    project.write(
        "flow.yaml",
        """
        version: 1
        flow: {id: told}
        jobs:
          - id: main
            steps: [{id: tell, type: slow}]
        """,
    )
    written = on_a_terminal(project, "run", "flow.yaml", "--plugin-path", "plug")
    assert re.search(r"main\.tell\S* \S*slow [\d.]+s  5/10 \(50%\) part 5", re.sub(r"\x1b\[[\d;]*m", "", written))
    assert "    speed 5,000" in re.sub(r"\x1b\[[\d;]*m", "", written)
    stays = screen(written)
    assert "  main.tell | speed 10,000\n✓ main.tell 1" in stays
    assert "part" not in stays
