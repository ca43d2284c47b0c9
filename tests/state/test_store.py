"""What goes into the store comes out again, batch by batch, run by run."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import StateError
from aetherflow.core.contracts.event import EventType
from aetherflow.core.contracts.status import JobStatus, RunStatus, StepStatus
from aetherflow.core.state.queries import parse_queries
from aetherflow.core.state.records import Batch, JobRecord, VariableRecord
from aetherflow.core.state.store import StateStore
from tests.state.records import a_run, a_step, an_event, numbered_batch


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StateStore]:
    with StateStore.open(tmp_path / "state.db") as opened:
        yield opened


def test_a_run_comes_back_as_it_was_recorded(store: StateStore) -> None:
    run = a_run(params={"day": "monday", "n": 3}, options={"jobs": ["a"]}, error="it broke", finished_at=1002.5)
    store.commit(Batch(runs=[run]))
    assert store.find_run("etl", "nightly") == run
    assert store.find_run("etl", "weekly") is None


def test_a_step_in_flight_is_replaced_by_its_outcome(store: StateStore) -> None:
    in_flight = a_step(status=None, started_at=1.0, effects="once")
    done = a_step(attempts=2, started_at=1.0, finished_at=2.0, outputs={"rows": [1, {"a": None}]}, effects="once")
    store.commit(Batch(runs=[a_run()], steps=[in_flight]))
    assert store.steps_of("etl", "nightly") == [in_flight]
    store.commit(Batch(steps=[done]))
    assert store.steps_of("etl", "nightly") == [done]


def test_steps_come_in_the_order_of_their_positions(store: StateStore) -> None:
    store.commit(Batch(runs=[a_run()], steps=[a_step(step_id=name, position=at) for at, name in enumerate("cab")]))
    assert [step.step_id for step in store.steps_of("etl", "nightly")] == ["c", "a", "b"]


def test_jobs_come_with_their_items(store: StateStore) -> None:
    names = {"flow_id": "etl", "run_id": "nightly", "job_id": "load"}
    loop = JobRecord(**names, status=JobStatus.FAILED, outputs=[{"n": 1}, None], items=["a", "b"])
    items = [JobRecord(**names, item=0, status=JobStatus.SUCCESS, outputs={"n": 1}), JobRecord(**names, item=1)]
    store.commit(Batch(runs=[a_run()], jobs=[*items, loop]))
    assert store.jobs_of("etl", "nightly") == [loop, *items]


def test_a_state_file_keeps_flows_with_the_same_run_id_apart(store: StateStore) -> None:
    for flow_id in ("etl", "report"):
        store.commit(Batch(runs=[a_run(flow_id)]))
        store.commit(numbered_batch(len(flow_id), flow_id))
    assert [step.step_id for step in store.steps_of("etl", "nightly")] == ["s3"]
    assert [step.step_id for step in store.steps_of("report", "nightly")] == ["s6"]
    assert [event.seq for event in store.events_of("etl", "nightly")] == [7, 8]
    assert store.last_seq("report", "nightly") == 14
    assert store.variables_of("etl", "nightly") == {"number": 3}
    assert [run.flow_id for run in store.list_runs("report")] == ["report"]
    assert store.newest_unfinished("absent", is_live=lambda run: False) is None


def test_events_are_read_page_by_page(store: StateStore) -> None:
    events = [an_event(seq, type=EventType.METRIC, job_id="j", item=0, payload={"n": seq}) for seq in range(1, 8)]
    store.commit(Batch(runs=[a_run(), a_run(run_id="other")], events=[*events, an_event(1, run_id="other")]))
    assert store.events_of("etl", "nightly", limit=3) == events[:3]
    assert store.events_of("etl", "nightly", after=3, limit=3) == events[3:6]
    assert store.events_of("etl", "nightly", after=7) == []
    assert store.events_of("etl", "unknown") == []


def test_the_number_of_the_newest_event_is_known(store: StateStore) -> None:
    assert store.last_seq("etl", "nightly") == 0
    store.commit(Batch(runs=[a_run()]))
    assert store.last_seq("etl", "nightly") == 0
    store.commit(Batch(events=[an_event(1), an_event(5)]))
    assert store.last_seq("etl", "nightly") == 5


def test_variables_are_kept_replaced_and_removed(store: StateStore) -> None:
    names = {"flow_id": "etl", "run_id": "nightly"}
    kept = [VariableRecord(**names, name="a", value=None), VariableRecord(**names, name="b", value=[1])]
    store.commit(Batch(runs=[a_run()], variables=kept))
    assert store.variables_of("etl", "nightly") == {"a": None, "b": [1]}
    store.commit(Batch(variables=[VariableRecord(**names, name="a", is_removed=True)]))
    assert store.variables_of("etl", "nightly") == {"b": [1]}


@pytest.mark.parametrize(
    ("is_live", "expected"), [(True, "failed"), (False, "running")], ids=["its process lives", "its process is dead"]
)
def test_the_newest_unfinished_run_is_running_only_if_its_process_is_dead(
    store: StateStore, is_live: bool, expected: str
) -> None:
    statuses = [RunStatus.INTERRUPTED, RunStatus.FAILED, RunStatus.RUNNING, RunStatus.SUCCESS]
    for at, status in enumerate(statuses):
        store.commit(Batch(runs=[a_run(run_id=status.value.lower(), status=status, started_at=float(at))]))
    found = store.newest_unfinished("etl", is_live=lambda run: is_live)
    assert found is not None
    assert found.run_id == expected


def test_of_runs_that_began_together_the_one_recorded_last_is_newest(store: StateStore) -> None:
    store.commit(Batch(runs=[a_run(run_id=name, status=RunStatus.FAILED) for name in ("b", "a")]))
    assert [run.run_id for run in store.list_runs()] == ["a", "b"]
    found = store.newest_unfinished("etl", is_live=lambda run: False)
    assert found is not None
    assert found.run_id == "a"


def test_a_batch_that_fails_leaves_nothing_behind(store: StateStore) -> None:
    store.commit(Batch(runs=[a_run()], events=[an_event(1)]))
    twice = Batch(runs=[a_run(run_id="new")], steps=[a_step(status=StepStatus.FAILED)], events=[an_event(1)])
    with pytest.raises(StateError, match="UNIQUE constraint failed"):
        store.commit(twice)
    assert store.find_run("etl", "new") is None
    assert store.steps_of("etl", "nightly") == []
    store.commit(Batch(events=[an_event(2)]))
    assert store.last_seq("etl", "nightly") == 2


def test_a_run_whose_first_batch_failed_can_be_recorded_again(store: StateStore) -> None:
    store.commit(Batch(runs=[a_run()], events=[an_event(1)]))
    with pytest.raises(StateError):
        store.commit(Batch(runs=[a_run(run_id="new")], events=[an_event(1, run_id="new"), an_event(1)]))
    store.commit(Batch(runs=[a_run("other", "third")]))
    store.commit(Batch(runs=[a_run(run_id="new")], events=[an_event(1, run_id="new")]))
    assert store.last_seq("etl", "new") == 1
    assert store.last_seq("other", "third") == 0


def test_what_happens_in_a_run_needs_the_run(store: StateStore) -> None:
    with pytest.raises(LookupError, match='run "nightly" of flow "etl" must be recorded before'):
        store.commit(Batch(steps=[a_step()]))


def test_text_with_undecodable_bytes_is_kept_readably(store: StateStore) -> None:
    broken = "bytes \udce9"
    step = a_step(error=broken, outputs={broken: [broken, 1]})
    store.commit(Batch(runs=[a_run(flow_source=broken)], steps=[step], events=[an_event(1, payload={"m": broken})]))
    assert store.find_run("etl", "nightly") == a_run(flow_source="bytes \\udce9")
    assert store.steps_of("etl", "nightly")[0].outputs == {"bytes \\udce9": ["bytes \\udce9", 1]}
    assert store.events_of("etl", "nightly")[0].payload == {"m": "bytes \\udce9"}


def test_rows_that_somebody_spoilt_are_a_finding(store: StateStore, tmp_path: Path) -> None:
    store.commit(Batch(runs=[a_run()], steps=[a_step(outputs={})]))
    with sqlite3.connect(tmp_path / "state.db") as other:
        other.execute("UPDATE runs SET status = 'DANCING'")
        other.execute("UPDATE steps SET outputs = '{'")
    other.close()
    with pytest.raises(StateError, match=r"is damaged: Invalid enum value 'DANCING'"):
        store.find_run("etl", "nightly")
    with pytest.raises(StateError) as caught:
        store.steps_of("etl", "nightly")
    assert caught.value.diagnostics[0].code == "AF-R105"


def test_a_run_may_be_renamed_by_nothing_but_its_keys(store: StateStore) -> None:
    store.commit(Batch(runs=[a_run()]))
    store.commit(numbered_batch(0))
    finished = a_run(status=RunStatus.SUCCESS, finished_at=1010.0, pid=8, host="host-b")
    store.commit(Batch(runs=[finished]))
    assert store.list_runs() == [finished]
    assert len(store.steps_of("etl", "nightly")) == 1


def test_threads_may_commit_to_one_store(store: StateStore) -> None:
    store.commit(Batch(runs=[a_run()]))
    threads = [
        threading.Thread(target=lambda first=first: [store.commit(numbered_batch(n)) for n in range(first, first + 20)])
        for first in (0, 20, 40)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.steps_of("etl", "nightly")) == 60


def test_named_queries_are_split_at_their_names() -> None:
    text = "-- About this file.\n\n-- one --\n-- What it does.\nSELECT 1\n\n-- two --\nSELECT\n  2 -- inline\n"
    assert parse_queries(text) == {"one": "SELECT 1", "two": "SELECT\n  2 -- inline"}


def test_a_run_is_forgotten_whole_and_no_other_with_it(store: StateStore) -> None:
    for run_id in ("nightly", "weekly"):
        variable = VariableRecord(flow_id="etl", run_id=run_id, name="n", value=1)
        job = JobRecord(flow_id="etl", run_id=run_id, job_id="load")
        events = [an_event(seq, run_id=run_id) for seq in (1, 2**40 - 1)]
        batch = Batch(runs=[a_run(run_id=run_id)], jobs=[job], events=events, variables=[variable])
        batch.steps.append(a_step(run_id=run_id))
        store.commit(batch)
    store.delete_run("etl", "nightly")
    store.delete_run("etl", "nightly")
    with sqlite3.connect(store.path) as connection:
        tables = ("runs", "jobs", "steps", "events", "variables")
        rows = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}
    connection.close()
    assert rows == {"runs": 1, "jobs": 1, "steps": 1, "events": 2, "variables": 1}
    assert store.last_event_at("etl", "nightly") is None
    assert store.last_event_at("etl", "weekly") == 1000.0 + 2**40 - 1


def test_a_forgotten_run_may_be_recorded_again(store: StateStore) -> None:
    store.commit(Batch(runs=[a_run()], events=[an_event(1)]))
    store.delete_run("etl", "nightly")
    store.commit(Batch(runs=[a_run()], events=[an_event(1)]))
    assert store.last_seq("etl", "nightly") == 1
