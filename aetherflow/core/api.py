"""The public surface of AetherFlow: the only module of ours that plugins and embedding programs import."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aetherflow.core.contracts.connector import ConnectorBase
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import AetherFlowError, InputError, StepFailed
from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.contracts.flow_graph import FlowGraph
from aetherflow.core.contracts.process import ProcessResult, StreamMode
from aetherflow.core.contracts.registration import register_connector, register_step
from aetherflow.core.contracts.result import RunResult
from aetherflow.core.contracts.status import STEP_FAILED, STEP_SKIPPED, STEP_SUCCESS, StepStatus
from aetherflow.core.contracts.step import HeldLock, Step, StepContext, StepResult

__all__ = [
    "STEP_FAILED",
    "STEP_SKIPPED",
    "STEP_SUCCESS",
    "AetherFlowError",
    "ConnectorBase",
    "Diagnostic",
    "Event",
    "EventType",
    "FlowGraph",
    "HeldLock",
    "InputError",
    "ProcessResult",
    "RunResult",
    "Step",
    "StepContext",
    "StepFailed",
    "StepResult",
    "StepStatus",
    "StreamMode",
    "register_connector",
    "register_step",
    "run_flow",
    "validate_flow",
]


def run_flow(
    flow: str | Path,
    *,
    params: Mapping[str, Any] = {},
    plugins: Sequence[Any] = (),
    observers: Sequence[Callable[[Event], None]] = (),
    env: Mapping[str, str] | None = None,
    run_id: str | None = None,
    run_key: str | None = None,
    resume: bool = False,
) -> RunResult:
    """Run a flow once, to the end, and give its result; a failed run is a result, a refusal raises AetherFlowError.

    ``plugins`` are decorated classes and functions, ``observers`` functions that get every event as it happens,
    ``env`` the environment (default: the process's own). ``run_key`` makes the run once-only: where the key has a run
    already, that is resumed, or its result given if it ended SUCCESS.

    Example::

        result = run_flow("flow.yaml", params={"day": "2026-01-31"})
        print(result.status, result.jobs["extract"].outputs)
    """
    from aetherflow.core.operations import embedding  # deferred: the door; a plugin that imports us must not pay for it

    return embedding.run_flow(
        flow,
        params=params,
        plugins=plugins,
        observers=observers,
        env=env,
        run_id=run_id,
        run_key=run_key,
        resume=resume,
    )


def validate_flow(
    flow: str | Path, *, plugins: Sequence[Any] = (), env: Mapping[str, str] | None = None
) -> list[Diagnostic]:
    """Give everything that can be said of a flow before it runs; an empty list is praise.

    Example::

        for finding in validate_flow("flow.yaml"):
            print(finding.code, finding.message)
    """
    from aetherflow.core.operations import embedding  # deferred: the door; a plugin that imports us must not pay for it

    return embedding.validate_flow(flow, plugins=plugins, env=env)
