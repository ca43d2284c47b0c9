"""Short ways to write records in tests."""

from typing import Any

from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.contracts.status import RunStatus, StepStatus
from aetherflow.core.state.records import Batch, RunRecord, StepRecord, VariableRecord


def a_run(flow_id: str = "etl", run_id: str = "nightly", **fields: Any) -> RunRecord:
    values: dict[str, Any] = {
        "status": RunStatus.RUNNING,
        "started_at": 1000.0,
        "pid": 7,
        "host": "host-a",
        "token": "token",
        "flow_source": "flow.yaml",
        "flow_digest": "digest",
    }
    return RunRecord(flow_id=flow_id, run_id=run_id, **(values | fields))


def a_step(flow_id: str = "etl", run_id: str = "nightly", **fields: Any) -> StepRecord:
    values: dict[str, Any] = {"job_id": "load", "step_id": "copy", "position": 0, "status": StepStatus.SUCCESS}
    return StepRecord(flow_id=flow_id, run_id=run_id, **(values | fields))


def an_event(seq: int, flow_id: str = "etl", run_id: str = "nightly", **fields: Any) -> Event:
    values: dict[str, Any] = {"type": EventType.LOG, "timestamp": 1000.0 + seq}
    return Event(seq=seq, flow_id=flow_id, run_id=run_id, **(values | fields))


def numbered_batch(number: int, flow_id: str = "etl", run_id: str = "nightly") -> Batch:
    """Batch number N: step N, events 2N+1 and 2N+2, and the variable that holds N."""
    names = {"flow_id": flow_id, "run_id": run_id}
    return Batch(
        steps=[a_step(step_id=f"s{number}", position=number, outputs={"number": number}, **names)],
        events=[an_event(2 * number + 1, **names), an_event(2 * number + 2, **names)],
        variables=[VariableRecord(name="number", value=number, **names)],
    )
