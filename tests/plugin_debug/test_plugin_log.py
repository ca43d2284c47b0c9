"""plugins.log in one process: what is held, what is masked when, how lines look."""

import json
from pathlib import Path

import pytest

from aetherflow.core.contracts.event import EventType
from aetherflow.core.environment.masking import Masker
from aetherflow.core.operations.plugin_log import PluginLog
from aetherflow.core.plugins.tracing import PluginOperation, TracedOperation
from aetherflow.core.state.folder import Folder
from tests.events.made import NOON, event

BEGUN = event(EventType.RUN_STARTED)


class Traced:
    """A log, who watches it, and what it has written."""

    def __init__(self, root: Path, *, as_json: bool = False) -> None:
        self.masker = Masker()
        self.watched: list[TracedOperation] = []
        self.warnings: list[str] = []
        self.file = root / "r1" / "plugins.log"
        self.log = PluginLog(as_json=as_json, now=lambda: NOON, mask=self.masker.mask_text, watch=self.watched.append)

    def begin(self) -> None:
        self.log.belongs_to(Folder(self.file.parents[1], ("r1",)), self.warnings.append)
        self.log.on_event(BEGUN)


@pytest.fixture
def traced(tmp_path: Path) -> Traced:
    """Give a log of a run that has not begun."""
    return Traced(tmp_path)


def operation(**fields: object) -> PluginOperation:
    return PluginOperation(**({"operation": "load", "plugin": "mine"} | fields))  # type: ignore[arg-type]


def test_what_came_before_the_run_is_written_when_it_begins(traced: Traced) -> None:
    traced.log(operation(outcome="fine", seconds=1.25))
    assert not traced.file.exists()
    traced.begin()
    assert traced.file.read_text() == "2026-09-21T14:13:20.000Z  load       1250.00 ms  mine          fine\n"


def test_a_run_that_does_not_begin_has_no_file(traced: Traced) -> None:
    traced.log(operation())
    traced.log.belongs_to(Folder(traced.file.parents[1], ("r1",)), traced.warnings.append)
    traced.log.close()
    assert not traced.file.parent.exists()


def test_what_becomes_secret_before_the_run_is_masked_in_the_file(traced: Traced) -> None:
    traced.log(operation(outcome="failed: the password is opensesame"))
    traced.masker.add("env:X", "opensesame")
    traced.begin()
    assert traced.file.read_text().endswith("failed: the password is ***\n")


def test_a_secret_at_the_cut_is_masked_whole(traced: Traced) -> None:
    traced.masker.add("env:X", "opensesame")
    traced.log(operation(outcome="x" * 495 + "opensesame and more"))
    assert traced.watched[0].operation.outcome == "x" * 495 + "*** a…"


@pytest.mark.parametrize("field", ["plugin", "name", "outcome"])
def test_no_text_can_steer_a_terminal_or_break_a_line(traced: Traced, field: str) -> None:
    traced.log(operation(**{field: "a\x1b[2Jb\nc\u202e"}))
    assert getattr(traced.watched[0].operation, field) == "ab\\nc\ufffd"


def test_columns_widen_with_the_names_of_plugins(traced: Traced) -> None:
    traced.begin()
    for plugin in ("a", "one-with-a-long-name", "b"):
        traced.log(operation(plugin=plugin, outcome="fine"))
    assert [line.index("fine") for line in traced.file.read_text().splitlines()] == [63, 71, 71]


def test_hooks_and_events_have_their_place_in_the_form(traced: Traced) -> None:
    traced.begin()
    traced.log(
        operation(operation="hook", name="before_step", outcome="patched", seconds=0.001, job_id="load", step_id="a")
    )
    traced.log(operation(operation="event", name="job_started", outcome="raised KeyError: x", seconds=0.0))
    assert [line[26:] for line in traced.file.read_text().splitlines()] == [
        "hook          1.00 ms  mine          before_step at load.a: patched",
        "event         0.00 ms  mine          job_started: raised KeyError: x",
    ]


def test_an_object_holds_every_field(tmp_path: Path) -> None:
    traced = Traced(tmp_path, as_json=True)
    traced.log(operation(operation="step", name="greet", job_id="load", item=2, step_id="a", attempt=1, seconds=0.5))
    traced.begin()
    assert json.loads(traced.file.read_text()) == {
        "timestamp": NOON,
        "operation": "step",
        "plugin": "mine",
        "name": "greet",
        "outcome": "",
        "failed": False,
        "seconds": 0.5,
        "job_id": "load",
        "item": 2,
        "step_id": "a",
        "attempt": 1,
    }


def test_undecodable_bytes_are_written_all_the_same(tmp_path: Path) -> None:
    traced = Traced(tmp_path, as_json=True)
    traced.begin()
    traced.log(operation(outcome="file \udcff"))
    assert json.loads(traced.file.read_text())["outcome"] == "file \ufffd"
