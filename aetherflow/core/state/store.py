"""The state file as its users see it: one connection, records in and out, every commit all or nothing and durable."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec
from msgspec import Struct

from aetherflow.core.contracts.event import Event
from aetherflow.core.contracts.status import RunStatus
from aetherflow.core.state import failures, opening, rows
from aetherflow.core.state.queries import queries
from aetherflow.core.state.records import Batch, JobRecord, RunRecord, StepRecord, VariableRecord

Record = TypeVar("Record", bound=Struct)


class StateStore:
    """Everything that runs leave behind. Threads may share a store, one at a time; never use one across a fork."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._queries = queries()
        self._numbers: dict[tuple[str, str], int] = {}
        self._lock = RLock()  # a step may log, and so cause a commit, from a thread of its own

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the state for a run, created where it is missing; raises StateError, which names the path."""
        path = _true_path(path)
        return cls(path, opening.open_for_writing(path))

    @classmethod
    def open_existing(cls, path: Path) -> Self | None:
        """Open the state to look into it, or give None where there is none; creates nothing. Raises StateError."""
        path = _true_path(path)
        connection = opening.open_existing(path)
        return cls(path, connection) if connection else None

    def close(self) -> None:
        """Let go of the file; the last one to do so folds the WAL into it."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def commit(self, batch: Batch) -> None:
        """Write a batch in one transaction; it is on the disk when this returns. StateError: nothing was written."""
        with self._lock:
            try:
                self._write(batch)
            except UnicodeEncodeError:
                # Undecodable bytes of a path or a child's output: rare, so the usual way does not look for them.
                self._write(rows.without_surrogates(batch))

    def find_run(self, flow_id: str, run_id: str) -> RunRecord | None:
        """Give a run by its names."""
        found = self._records(RunRecord, "find_run", flow_id, run_id)
        return found[0] if found else None

    def find_run_by_key(self, flow_id: str, run_key: str) -> RunRecord | None:
        """Give the run of a flow that was started with a key."""
        found = self._records(RunRecord, "find_run_by_key", flow_id, run_key)
        return found[0] if found else None

    def claim_key(self, run: RunRecord) -> RunRecord | None:
        """Record a run that has a key, unless another run of the flow has that key: then give that one."""
        with self._lock, self._transaction():
            found = self._select("find_run_by_key", run.flow_id, run.run_key)
            if found:
                return rows.record_of(RunRecord, found[0])
            self._put(Batch(runs=[run]))
            return None

    def newest_unfinished(self, flow_id: str, *, is_live: Callable[[RunRecord], bool]) -> RunRecord | None:
        """Give the newest run of a flow that FAILED, was INTERRUPTED, or is RUNNING with its process dead."""
        candidates = self._records(RunRecord, "unfinished_runs", flow_id)
        return next((run for run in candidates if run.status is not RunStatus.RUNNING or not is_live(run)), None)

    def list_runs(self, flow_id: str | None = None) -> list[RunRecord]:
        """Give the runs of one flow, or of all, newest first."""
        return self._records(RunRecord, "list_runs", flow_id)

    def jobs_of(self, flow_id: str, run_id: str) -> list[JobRecord]:
        """Give the jobs of a run, each followed by its items."""
        return self._records(JobRecord, "jobs_of", flow_id, run_id)

    def steps_of(self, flow_id: str, run_id: str) -> list[StepRecord]:
        """Give the steps of a run, job by job, in their order."""
        return self._records(StepRecord, "steps_of", flow_id, run_id)

    def variables_of(self, flow_id: str, run_id: str) -> dict[str, Any]:
        """Give the values that the steps of a run share."""
        with self._explained():
            return {name: rows.json_value(value) for name, value in self._select("variables_of", flow_id, run_id)}

    def events_of(self, flow_id: str, run_id: str, *, after: int = 0, limit: int = 1000) -> list[Event]:
        """Give a page of a run's events in order: those numbered above ``after``, at most ``limit``."""
        with self._explained():
            number = self._number(flow_id, run_id)
            if number is None:
                return []
            first, end = number * rows.RUN_SPAN, (number + 1) * rows.RUN_SPAN
            found = self._select("events_between", first + after, end, limit)
            return [rows.event_of(flow_id, run_id, row) for row in found]

    def last_seq(self, flow_id: str, run_id: str) -> int:
        """Give the number of a run's newest event, 0 where there is none."""
        with self._explained():
            number = self._number(flow_id, run_id)
            if number is None:
                return 0
            place = self._select("last_place", number * rows.RUN_SPAN, (number + 1) * rows.RUN_SPAN)[0][0]
            return 0 if place is None else int(place % rows.RUN_SPAN)

    def last_event_at(self, flow_id: str, run_id: str) -> float | None:
        """Give the time of a run's newest event."""
        with self._explained():
            number = self._number(flow_id, run_id)
            if number is None:
                return None
            found = self._select("last_event_time", number * rows.RUN_SPAN, (number + 1) * rows.RUN_SPAN)
            return None if found[0][0] is None else float(found[0][0])

    def delete_run(self, flow_id: str, run_id: str) -> None:
        """Forget a run and everything that happened in it, in one transaction; an unknown one is no trouble."""
        with self._lock, self._transaction():
            number = self._number(flow_id, run_id)
            self._numbers.pop((flow_id, run_id), None)
            if number is None:
                return
            execute, query = self._connection.execute, self._queries
            execute(query["forget_events"], (number * rows.RUN_SPAN, (number + 1) * rows.RUN_SPAN))
            for name in ("forget_variables", "forget_steps", "forget_jobs", "forget_run"):
                execute(query[name], (number,))

    def _write(self, batch: Batch) -> None:
        with self._transaction():
            self._put(batch)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        execute = self._connection.execute
        try:
            execute("BEGIN IMMEDIATE")
            yield
            execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise failures.state_error(self.path, error) from error
        except BaseException:
            self._roll_back()
            raise

    def _put(self, batch: Batch) -> None:
        execute, query, number_of = self._connection.execute, self._queries, self._known_number
        for run in batch.runs:
            execute(query["put_run"], rows.run_row(run))
        for job in batch.jobs:
            execute(query["put_job"], rows.job_row(number_of(job.flow_id, job.run_id), job))
        for step in batch.steps:
            execute(query["put_step"], rows.step_row(number_of(step.flow_id, step.run_id), step))
        for event in batch.events:
            execute(query["put_event"], rows.event_row(number_of(event.flow_id, event.run_id), event))
        for variable in batch.variables:
            self._put_variable(number_of(variable.flow_id, variable.run_id), variable)

    def _put_variable(self, number: int, variable: VariableRecord) -> None:
        if variable.is_removed:
            self._connection.execute(self._queries["remove_variable"], (number, variable.name))
        else:
            row = (number, variable.name, rows.json_text(variable.value) or "null")
            self._connection.execute(self._queries["put_variable"], row)

    def _roll_back(self) -> None:
        self._numbers.clear()  # one of them may have been given by what is now undone
        with contextlib.suppress(sqlite3.Error):  # the error that led here says more
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _known_number(self, flow_id: str, run_id: str) -> int:
        number = self._numbers.get((flow_id, run_id)) or self._number(flow_id, run_id)
        if number is None:
            raise LookupError(f'run "{run_id}" of flow "{flow_id}" must be recorded before anything that happens in it')
        self._numbers[flow_id, run_id] = number
        return number

    def _number(self, flow_id: str, run_id: str) -> int | None:
        found = self._select("run_number", flow_id, run_id)
        return int(found[0][0]) if found else None

    def _records(self, kind: type[Record], query: str, *values: str | None) -> list[Record]:
        with self._explained():
            return [rows.record_of(kind, row) for row in self._select(query, *values)]

    def _select(self, query: str, *values: str | int | None) -> list[rows.Row]:
        with self._lock:
            return self._connection.execute(self._queries[query], values).fetchall()

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what SQLite raises, and rows that hold what they cannot, into findings that name the path."""
        try:
            yield
        except sqlite3.Error as error:
            raise failures.state_error(self.path, error) from error
        except msgspec.MsgspecError as error:
            raise failures.damaged(self.path, str(error)) from error
        except RecursionError as error:
            raise failures.damaged(self.path, "a value is nested too deeply") from error


def _true_path(path: Path) -> Path:
    """Follow symlinks, so that one file has one WAL, one folder of locks and one name in messages."""
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError) as error:
        raise failures.folder_refused(path.parent, error) from error
