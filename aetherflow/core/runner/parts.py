"""Everything that a run is made of, wired once by the operation that starts it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.environment.masking import Masker
from aetherflow.core.events.journal import Journal
from aetherflow.core.processes.interrupts import InterruptGate
from aetherflow.core.resolution.scope import Scope
from aetherflow.core.runner.clock import Clock
from aetherflow.core.runner.history import History
from aetherflow.core.runner.plan import Plan
from aetherflow.core.runner.recorder import Recorder
from aetherflow.core.runner.run_locks import RunLocks
from aetherflow.core.runner.step_call import StepCallers
from aetherflow.core.runner.variables import Variables
from aetherflow.core.runner.worker_pool import WorkerPool
from aetherflow.core.runner.workspaces import Workspaces

if TYPE_CHECKING:  # runs without hooks do without all of it
    from aetherflow.core.runner.hooks.points import HookPoints


class RunParts(Struct, frozen=True, kw_only=True):
    """The collaborators and fixed facts of one execution of one run.

    ``scope`` holds the roots that never change (``env``, ``params``, ``run_id``…) and ``jobs``, which grows as jobs
    end. ``variables`` is `ctx.state`. ``workspaces`` makes folders when they are first wanted.
    """

    plan: Plan
    flow_id: str
    run_id: str
    token: str
    env: Mapping[str, str]
    params: Mapping[str, Any]
    scope: Scope
    jobs: dict[str, Any]
    connectors: Mapping[str, Any]
    step_types: Mapping[str, Contribution]
    callers: StepCallers
    variables: Variables
    history: History
    masker: Masker
    journal: Journal
    recorder: Recorder
    gate: InterruptGate
    clock: Clock
    workspaces: Workspaces
    locks: RunLocks
    workers: WorkerPool
    warn: Callable[[str], None]
    strict_templates: bool = True
    fail_fast: bool = False
    hooks: "HookPoints | None" = None
