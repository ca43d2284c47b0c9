"""run.log tells everything that happened in a run, costs little, and never stops it."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.operations.run_log import RunLog
from aetherflow.core.operations.show_run import run_events
from aetherflow.core.state.folder import Folder
from tests.events.made import event
from tests.history.conftest import Past

LEVELS = """
    version: 1
    flow: {id: daily}
    jobs:
      - id: say
        steps:
          - {id: low, type: log, inputs: {message: quite low, level: debug}}
          - {id: high, type: log, inputs: {message: rather high, level: warning}}
    """


def told(past: Past) -> str:
    return re.sub(r"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ", "", past.log("r1").read_text())


def without_times(text: str) -> str:
    return re.sub(r"\d+\.\d+s", "TIME", text)


def test_every_event_and_every_line_of_a_child_is_told_across_resumes(past: Past) -> None:
    past.run("r1")
    (past.root / "fixed").touch()
    past.run("r1", resume=True)
    assert without_times(told(past)) == (
        "▶ daily: run r1 (2 jobs, 2 steps)\n"
        "· job extract started\n"
        "· extract.hello started (log)\n"
        "  extract.hello | hello monday\n"
        "✓ extract.hello TIME\n"
        "✓ job extract SUCCESS TIME\n"
        "· job load started\n"
        "· load.copy started (external.process)\n"
        "  load.copy | a line\n"
        "✗ load.copy FAILED TIME: exited with code 1: sh -c 'echo a line; test -f fixed'\n"
        "    its last output:\n"
        "      a line\n"
        "✗ job load FAILED TIME\n"
        "✗ daily: run r1 FAILED in TIME\n"
        "▶ daily: run r1 resumed (1 step done before)\n"
        "· job extract started\n"
        "✓ job extract SUCCESS TIME\n"
        "· job load started\n"
        "· load.copy started (external.process)\n"
        "  load.copy | a line\n"
        "✓ load.copy TIME\n"
        "✓ job load SUCCESS TIME\n"
        "✓ daily: run r1 SUCCESS in TIME\n"
    )


def test_the_log_and_its_folder_are_private(past: Past) -> None:
    past.run("r1")
    assert past.log("r1").stat().st_mode & 0o777 == 0o600
    assert past.log("r1").parent.stat().st_mode & 0o777 == 0o700


def test_json_lines_are_the_events_as_they_are_recorded(past: Past) -> None:
    past.run("r1", env={"AETHERFLOW_LOG_FORMAT": "json"})
    lines = [json.loads(line) for line in past.log("r1").read_text().splitlines()]
    recorded = [event.seq for event in run_events(past.env, "r1")]
    assert [line["seq"] for line in lines if line["seq"]] == recorded
    assert [line["payload"]["message"] for line in lines if line["seq"] == 0] == ["a line"]
    assert lines[-1]["type"] == "run_finished"


@pytest.mark.parametrize("level", ["error", "warning"])
def test_info_is_told_whatever_the_terminal_wants(past: Past, level: str) -> None:
    past.run("r1", LEVELS, env={"AETHERFLOW_LOG_LEVEL": level})
    assert "| warning: rather high\n" in told(past)
    assert "quite low" not in told(past)
    assert "job say started" in told(past)


@pytest.mark.parametrize(
    ("env", "logs_debug"), [({"AETHERFLOW_LOG_LEVEL": "debug"}, False), ({"AETHERFLOW_LOG_LEVEL": "error"}, True)]
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_debug_is_told_where_asked_for(past: Past, env: dict[str, str], logs_debug: bool, form: str) -> None:
    past.run("r1", LEVELS, env=env | {"AETHERFLOW_LOG_FORMAT": form}, logs_debug=logs_debug)
    assert "quite low" in past.log("r1").read_text()


def test_a_log_that_cannot_be_written_is_a_warning_and_the_run_goes_on(past: Past) -> None:
    log = past.log("r1")
    log.parent.mkdir(parents=True)
    log.symlink_to("/dev/full")
    (past.root / "fixed").touch()
    assert past.run("r1").status is RunStatus.SUCCESS
    said = [event.payload.get("message", "") for event in run_events(past.env, "r1")]
    (warning,) = [text for text in said if "run.log" in text]
    assert warning.startswith(f'the log "{log}" ends here, it cannot be written: ')


@pytest.fixture
def make(tmp_path: Path) -> Callable[[], tuple[RunLog, Path, list[str]]]:
    """Give the maker of a log: the listener, its file, and the warnings."""

    def made() -> tuple[RunLog, Path, list[str]]:
        warnings: list[str] = []
        log = RunLog(Folder(tmp_path, ("run",)), as_json=False, tells_debug=False, warn=warnings.append)
        return log, tmp_path / "run" / "run.log", warnings

    return made


Make = Callable[[], tuple[RunLog, Path, list[str]]]


def at(second: float, message: str = "x") -> Event:
    return Event(
        seq=1,
        type=EventType.LOG,
        timestamp=second,
        flow_id="daily",
        run_id="r1",
        payload={"level": "info", "message": message},
    )


def test_a_full_disk_is_told_once(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    log, file, warnings = make()
    log(at(1.0))
    monkeypatch.setattr("os.write", lambda descriptor, data: (_ for _ in ()).throw(OSError(28, "No space left")))
    log(at(2.0))
    log(at(4.0))
    log.close()
    assert warnings == [f'the log "{file}" ends here, it cannot be written: No space left']


def test_lines_wait_for_a_second_at_most_while_others_follow(make: Make) -> None:
    log, file, _ = make()
    log(at(1.0, "one"))
    log(at(1.9, "two"))
    assert not file.exists()
    log(at(2.0, "three"))
    assert len(file.read_text().splitlines()) == 3
    log(at(2.1, "four"))
    log.close()
    assert len(file.read_text().splitlines()) == 4


@pytest.mark.parametrize(
    "settled",
    [
        event(EventType.JOB_FINISHED, "a", status="SUCCESS"),
        event(EventType.STEP_FINISHED, "a", "b", status="FAILED", error="boom"),
        event(EventType.RUN_FINISHED, status="SUCCESS", duration_seconds=1.0),
    ],
    ids=lambda found: found.type,
)
def test_the_end_of_a_job_and_a_failure_are_written_at_once(make: Make, settled: Event) -> None:
    log, file, _ = make()
    log(settled)
    assert file.read_text()


def test_undecodable_bytes_do_not_stop_the_log(tmp_path: Path) -> None:
    for as_json in (False, True):
        log = RunLog(Folder(tmp_path, ("run",)), as_json=as_json, tells_debug=False, warn=pytest.fail)
        log(at(1.0, "bytes \udce9"))
        log.close()
    assert len((tmp_path / "run" / "run.log").read_text().splitlines()) == 2
