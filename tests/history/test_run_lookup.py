"""Runs are listed as they are now, and found by as much of their id as it takes."""

import pytest

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.operations.run_lookup import RunFilter, list_runs, opened_run
from tests.history.conftest import Past


@pytest.fixture
def some(past: Past) -> Past:
    """Give a past of three runs of two flows."""
    past.record("20260101-a1", started_at=100.0)
    past.record("20260102-b2", started_at=200.0, status=RunStatus.FAILED)
    past.record("20260102-b2", flow_id="weekly", started_at=300.0)
    return past


def listed(past: Past, **wanted: object) -> list[str]:
    return [run.name for run in list_runs(past.env, RunFilter(**wanted))]  # type: ignore[arg-type]  # the fields of it


def found(past: Past, name: str) -> str:
    with opened_run(past.env, name, None) as (_, record):
        return f"{record.flow_id}/{record.run_id}"


def refused(past: Past, name: str) -> InputError:
    with pytest.raises(InputError) as caught, opened_run(past.env, name, None):
        pass
    return caught.value


def test_runs_are_listed_newest_first(some: Past) -> None:
    assert listed(some) == ["weekly/20260102-b2", "daily/20260102-b2", "daily/20260101-a1"]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"flow_id": "weekly"}, ["weekly/20260102-b2"]),
        ({"statuses": frozenset({RunStatus.FAILED})}, ["daily/20260102-b2"]),
        ({"since": 200.0}, ["weekly/20260102-b2", "daily/20260102-b2"]),
        ({"since": 150.0, "until": 300.0}, ["daily/20260102-b2"]),
        ({"flow_id": "other"}, []),
    ],
)
def test_a_filter_leaves_what_is_wanted(some: Past, wanted: dict[str, object], names: list[str]) -> None:
    assert listed(some, **wanted) == names


def test_where_nothing_ran_there_are_no_runs_and_none_are_made(past: Past) -> None:
    assert listed(past) == []
    assert list(past.root.iterdir()) == []


def test_a_running_run_whose_process_is_dead_is_interrupted(past: Past) -> None:
    past.record("dead", status=RunStatus.RUNNING, finished_at=None)
    past.record("live", status=RunStatus.RUNNING, finished_at=None)
    with past.hold("live"):
        runs = {run.run_id: run for run in list_runs(past.env, RunFilter())}
    assert (runs["dead"].status, runs["dead"].is_live) == (RunStatus.INTERRUPTED, False)
    assert (runs["live"].status, runs["live"].is_live) == (RunStatus.RUNNING, True)


def test_the_beginning_of_an_id_is_enough(some: Past) -> None:
    assert found(some, "20260101") == "daily/20260101-a1"
    assert found(some, "weekly/2") == "weekly/20260102-b2"


def test_a_whole_id_wins_over_longer_ones(past: Past) -> None:
    past.record("nightly")
    past.record("nightly-2")
    assert found(past, "nightly") == "daily/nightly"


def test_a_beginning_of_several_names_them(some: Past) -> None:
    error = refused(some, "20260102")
    assert error.diagnostics[0].code == "AF-R502"
    assert error.message == '"20260102" may be 2 runs'
    assert error.hint == (
        "say more of the id, with the flow before it where needed:\n"
        "weekly/20260102-b2 (SUCCESS)\n"
        "daily/20260102-b2 (FAILED)"
    )


def test_of_very_many_candidates_ten_are_named(past: Past) -> None:
    for number in range(12):
        past.record(f"night-{number}")
    assert refused(past, "night").hint.endswith("\nand 2 more")  # type: ignore[union-attr]  # it has one


def test_an_unknown_run_gets_the_nearest(some: Past) -> None:
    error = refused(some, "20260101-a2")
    assert error.diagnostics[0].code == "AF-R501"
    assert error.message == 'no run is called "20260101-a2" or begins with it'
    assert error.hint == 'did you mean "20260101-a1"?'


@pytest.mark.parametrize("name", ["", "/", "daily/", "x/20260101", "../20260101"])
def test_a_name_that_says_nothing_is_unknown(some: Past, name: str) -> None:
    assert refused(some, name).diagnostics[0].code == "AF-R501"


def test_a_state_file_that_is_named_must_be_there(past: Past) -> None:
    with pytest.raises(InputError) as caught:
        list_runs(past.env, RunFilter(), state_file=past.root / "other.db")
    assert caught.value.diagnostics[0].code == "AF-R503"
    assert caught.value.message == f'there is no state file "{past.root}/other.db"'
