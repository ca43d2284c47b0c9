"""What happened, in order: the one record that logs, progress, observers and reports read."""

from enum import StrEnum
from typing import Any

from msgspec import Struct


class EventType(StrEnum):
    """Every kind of event.

    Example::

        class Failures(ObserverPlugin):
            def on_event(self, event):
                if event.type is EventType.ERROR:  # or: == "error"
                    print(event.payload["message"])
    """

    RUN_STARTED = "run_started"
    RUN_RESUMED = "run_resumed"
    PLUGIN_LOADED = "plugin_loaded"
    JOB_STARTED = "job_started"
    JOB_GATED = "job_gated"
    JOB_FINISHED = "job_finished"
    STEP_STARTED = "step_started"
    STEP_PROGRESS = "step_progress"
    STEP_RETRYING = "step_retrying"
    STEP_FINISHED = "step_finished"
    HOOK_PATCHED = "hook_patched"
    LOCK_ACQUIRED = "lock_acquired"
    LOCK_RELEASED = "lock_released"
    METRIC = "metric"
    LOG = "log"
    ERROR = "error"
    RUN_FINISHED = "run_finished"


class Event(Struct, frozen=True, kw_only=True, gc=False):  # what is JSON cannot refer back to it
    """One event. ``timestamp`` is UTC seconds since 1970; ``item`` the index of a loop's item; payload is JSON.

    Example::

        seen = []
        run_flow("flow.yaml", observers=[seen.append])
        print([(event.type, event.job_id, event.step_id) for event in seen])
    """

    seq: int
    type: EventType
    timestamp: float
    flow_id: str
    run_id: str
    job_id: str | None = None
    item: int | None = None
    step_id: str | None = None
    attempt: int | None = None
    payload: dict[str, Any] = {}
