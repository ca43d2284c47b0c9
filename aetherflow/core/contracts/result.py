"""The result of a run, as `run --json` prints it and embedding programs get it."""

from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.status import JobStatus, RunStatus, StepStatus


class StepReport(Struct, frozen=True, kw_only=True):
    """How one step ended."""

    status: StepStatus
    outputs: dict[str, Any] = {}
    attempts: int = 0
    duration_seconds: float = 0.0
    error: str | None = None
    reason: str | None = None


class ItemReport(Struct, frozen=True, kw_only=True):
    """How a loop's job ended for one item."""

    index: int
    item: Any
    status: JobStatus
    outputs: dict[str, Any] | None = None
    steps: dict[str, StepReport] = {}


class JobReport(Struct, frozen=True, kw_only=True):
    """How one job ended; ``outputs`` is a list for a loop, in item order, null where an item gave none."""

    status: JobStatus
    outputs: dict[str, Any] | list[Any] = {}
    reason: str | None = None
    duration_seconds: float = 0.0
    items: list[ItemReport] | None = None
    steps: dict[str, StepReport] = {}


class PluginUse(Struct, frozen=True, kw_only=True):
    """A plugin that took part in a run."""

    name: str
    version: str
    digest: str


class RunResult(Struct, frozen=True, kw_only=True):
    """The whole run; every string in it is masked.

    Example::

        result = run_flow("flow.yaml")
        print(result.status, result.jobs["main"].steps["say"].outputs)
    """

    run_id: str
    flow_id: str
    status: RunStatus
    duration_seconds: float = 0.0
    jobs: dict[str, JobReport] = {}
    handlers: dict[str, JobReport] = {}
    plugins: list[PluginUse] = []
    diagnostics: list[Diagnostic] = []
    interrupted_by: int | None = None  # the signal's number
    recorded: bool = False  # the result of a run that ended before: this call ran nothing
