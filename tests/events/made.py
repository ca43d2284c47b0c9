"""Events of a made-up run, for what shows them."""

from typing import Any

from aetherflow.core.contracts.event import Event, EventType

NOON = 1_790_000_000.0


def event(
    kind: EventType, job_id: str | None = None, step_id: str | None = None, *, item: int | None = None, **payload: Any
) -> Event:
    """Make one event of the run `r1` of the flow `daily`."""
    return Event(
        seq=1,
        type=kind,
        timestamp=NOON,
        flow_id="daily",
        run_id="r1",
        job_id=job_id,
        item=item,
        step_id=step_id,
        payload=payload,
    )


def step_finished(place: str, status: str = "SUCCESS", **payload: Any) -> Event:
    """Make the end of a step, given as `job.step`."""
    job_id, step_id = place.split(".")
    about = {"status": status, "duration_seconds": 1.5, "attempts": 1, "error": None, "reason": None, "hint": None}
    return event(EventType.STEP_FINISHED, job_id, step_id, **(about | {"reused": False} | payload))


def plugin_loaded() -> Event:
    """Make the load of a plugin."""
    return event(
        EventType.PLUGIN_LOADED,
        plugin="mine",
        name="mine",
        version="1.2",
        origin="flag",
        digest="sha256:" + "0123456789abcdef" * 4,
        isolation="in_process",
        duration_seconds=0.02,
    )
