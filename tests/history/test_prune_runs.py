"""Prune removes what a rule lets go, and nothing that lives or lies elsewhere."""

import subprocess
import time
from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.operations.prune_runs import PruneReport, PruneRule, Resting, prunable, prune_runs
from aetherflow.core.operations.run_lookup import RunFilter, RunView, list_runs
from aetherflow.core.processes.leftovers import TOKEN_VARIABLE
from tests.history.conftest import TWO_JOBS, Past

DAY = 86400.0
EVERYTHING = PruneRule(keep=0)


def files(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if not path.name.startswith("state.db")}


def names(past: Past) -> list[str]:
    return [run.name for run in list_runs(past.env, RunFilter())]


def prune(past: Past, rule: PruneRule = EVERYTHING, *, dry_run: bool = False) -> PruneReport:
    return prune_runs(past.env, rule, dry_run=dry_run)


@pytest.fixture
def worked(past: Past) -> Past:
    """Give a past of two runs that left artifacts."""
    writes = TWO_JOBS.replace("echo a line;", "echo a line > $AETHERFLOW_OUTPUT_DIR/kept;")
    for run_id in ("r1", "r2"):
        past.run(run_id, writes)
    return past


def test_a_run_goes_with_all_that_it_left_and_the_other_stays(worked: Past) -> None:
    before = files(worked.root)
    assert "work/daily/load/r1" in before
    report = prune(worked, PruneRule(keep=1))
    assert [(found.run.run_id, found.left_because) for found in report.runs] == [("r1", None)]
    assert report.runs[0].folders == [
        str(worked.root / "work" / "daily" / "load" / "r1"),
        str(worked.root / "state" / "runs" / "daily" / "r1"),
    ]
    assert names(worked) == ["daily/r2"]
    gone = before - files(worked.root)
    assert gone
    assert all("/r1" in name or name.startswith("state/state.db.locks/run-") for name in gone)
    assert len([name for name in gone if "locks" in name]) == 1


def test_without_a_word_it_is_a_dry_run(worked: Past) -> None:
    before = files(worked.root)
    report = prune_runs(worked.env, EVERYTHING)
    assert report.is_dry_run
    assert [found.run.run_id for found in report.runs] == ["r1", "r2"]
    assert all(found.folders for found in report.runs)
    assert files(worked.root) == before
    assert len(names(worked)) == 2


def test_a_pruned_run_may_run_again_under_its_id(worked: Past) -> None:
    prune(worked)
    assert worked.run("r1").status is RunStatus.FAILED


def test_every_root_that_a_run_had_is_looked_into(past: Past) -> None:
    past.run("r1")
    elsewhere = past.root / "elsewhere"
    past.run("r1", resume=True, env={"AETHERFLOW_WORK_ROOT": str(elsewhere)})
    assert (elsewhere / "daily" / "load" / "r1").exists()
    prune(past)
    assert not (elsewhere / "daily" / "load" / "r1").exists()
    assert not (past.root / "work" / "daily" / "load" / "r1").exists()


def test_a_live_run_is_never_touched(worked: Past) -> None:
    worked.record("live", status=RunStatus.RUNNING, finished_at=None)
    with worked.hold("live"):
        report = prune(worked)
    assert "live" not in [found.run.run_id for found in report.runs]
    assert names(worked) == ["daily/live"]


def test_a_run_that_is_taken_up_this_moment_is_left(past: Past) -> None:
    past.run("r1")
    with past.hold("r1"):  # as a resume does, before it is recorded as RUNNING
        (found,) = prune(past).runs
    assert found.left_because == 'run "r1" of flow "daily" is held by process 1 on host-a'
    assert names(past) == ["daily/r1"]
    assert past.log("r1").exists()


def test_what_a_dead_run_left_running_is_ended_first(past: Past) -> None:
    past.record("dead", status=RunStatus.RUNNING, finished_at=None)
    left = subprocess.Popen(["/bin/sleep", "60"], env={TOKEN_VARIABLE: "token-dead"})
    try:
        prune(past)
        assert left.wait(5) != 0
    finally:
        left.kill()
    assert names(past) == []


def test_a_link_in_the_place_of_a_folder_is_left_and_so_are_the_records(worked: Past) -> None:
    outside = worked.root / "outside"
    outside.mkdir()
    (outside / "precious").touch()
    load = worked.root / "work" / "daily" / "load"
    load.rename(worked.root / "moved")
    load.symlink_to(outside)
    (outside / "r1").mkdir()
    (outside / "r1" / "precious").touch()
    (found,) = prune(worked, PruneRule(keep=1)).runs
    assert found.left_because == f'{load / "r1"}: "{load}" is a symbolic link'
    assert (outside / "r1" / "precious").exists()
    assert names(worked) == ["daily/r2", "daily/r1"]


def test_links_inside_are_removed_and_not_followed(worked: Past) -> None:
    outside = worked.root / "outside"
    outside.mkdir()
    (outside / "precious").touch()
    (worked.root / "work" / "daily" / "load" / "r1" / "link").symlink_to(outside)
    prune(worked)
    assert names(worked) == []
    assert (outside / "precious").exists()


def test_a_rule_that_says_nothing_is_refused(past: Past) -> None:
    with pytest.raises(InputError) as caught:
        prune(past, PruneRule(statuses=frozenset({RunStatus.FAILED})))
    assert caught.value.diagnostics[0].code == "AF-R505"


def test_where_nothing_ran_there_is_nothing_to_prune(past: Past) -> None:
    assert prune(past).runs == []
    assert list(past.root.iterdir()) == []


def test_the_age_of_a_dead_run_is_that_of_its_last_event(past: Past) -> None:
    yesterday = time.time() - DAY
    event = Event(seq=1, type=EventType.LOG, timestamp=yesterday, flow_id="daily", run_id="dead")
    past.record("dead", status=RunStatus.RUNNING, started_at=yesterday - 90 * DAY, finished_at=None, events=[event])
    assert prune(past, PruneRule(older_than_seconds=2 * DAY)).runs == []
    assert len(prune(past, PruneRule(older_than_seconds=DAY / 2)).runs) == 1


def a_rest(
    run_id: str, age: float, *, flow_id: str = "daily", status: str = "SUCCESS", is_live: bool = False
) -> Resting:
    view = RunView(
        run_id=run_id,
        flow_id=flow_id,
        status=RunStatus(status),
        started_at=-age,
        finished_at=-age,
        is_live=is_live,
    )
    return Resting(view, -age)


RUNS = [
    a_rest("a", 1, is_live=True, status="RUNNING"),
    a_rest("b", 2),
    a_rest("w", 3, flow_id="weekly"),
    a_rest("c", 4, status="FAILED"),
    a_rest("d", 5),
]


@pytest.mark.parametrize(
    ("rule", "chosen"),
    [
        (PruneRule(keep=0), "dcwb"),
        (PruneRule(keep=2), "dc"),  # the live one is one of the two
        (PruneRule(keep=9), ""),
        (PruneRule(older_than_seconds=3), "dc"),
        (PruneRule(older_than_seconds=3, keep=3), "d"),
        (PruneRule(keep=0, flow_id="weekly"), "dcwb"),  # the flow is chosen where runs are read
        (PruneRule(keep=0, statuses=frozenset({RunStatus.FAILED})), "c"),
    ],
)
def test_a_rule_chooses_oldest_first(rule: PruneRule, chosen: str) -> None:
    assert "".join(found.run.run_id for found in prunable(RUNS, rule, now=0.0)) == chosen
