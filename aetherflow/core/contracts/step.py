"""The contract of a step: what a plugin writes, what it gets, what it gives back."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from msgspec import Struct

from aetherflow.core.contracts.effects import Effects
from aetherflow.core.contracts.process import ProcessResult, StreamMode
from aetherflow.core.contracts.status import StepStatus

if TYPE_CHECKING:  # 6 ms, and few steps have workers
    from concurrent.futures import Future


class StepResult(Struct, frozen=True):
    """What a step gives back: a status and JSON-able outputs.

    Example::

        @register_step("count")
        def count(ctx, inputs):
            return StepResult(status=STEP_SUCCESS, outputs={"rows": len(inputs["rows"])})
    """

    status: StepStatus | str = StepStatus.SUCCESS
    outputs: dict[str, Any] = {}
    error: str | None = None  # why, for a FAILED step
    reason: str | None = None  # why, for a SKIPPED step


class HeldLock(Struct, frozen=True):
    """A lock that a step holds.

    ``fencing_token`` is greater than that of every holder before: hand it to what the lock protects, and let that
    refuse a token smaller than one it has seen.

    Example::

        @register_step("publish")
        def publish(ctx, inputs):
            with ctx.acquire_lock("warehouse", wait_seconds=60) as lock:
                return {"token": lock.fencing_token}
    """

    key: str
    fencing_token: int


class StepLog(Protocol):
    """Writes lines to the run's log; secrets are masked on the way."""

    def debug(self, message: str) -> None: ...
    def info(self, message: str) -> None: ...
    def warning(self, message: str) -> None: ...
    def error(self, message: str) -> None: ...


class StepContext(Protocol):
    """All that a step may reach of the engine.

    Mappings are read-only. Directories exist when first asked for. ``log`` has ``debug``, ``info``, ``warning`` and
    ``error``. ``is_cancelled`` turns true when the run is being interrupted, the step's time is over, or a lock that
    covers it was taken away; a long step looks at it and returns.

    Example::

        @register_step("copy")
        def copy(ctx, inputs):
            rows = ctx.connectors[inputs["resource"]].connect().execute("SELECT * FROM orders")
            ctx.log.info(f"copying for {ctx.env['USER']}")
            return {"path": str(ctx.write_atomic("orders.txt", "\\n".join(map(str, rows))))}
    """

    @property
    def env(self) -> Mapping[str, str]: ...
    @property
    def params(self) -> Mapping[str, Any]: ...
    @property
    def connectors(self) -> Mapping[str, Any]: ...
    @property
    def jobs(self) -> Mapping[str, Any]: ...
    @property
    def steps(self) -> Mapping[str, Any]: ...
    @property
    def state(self) -> dict[str, Any]: ...
    @property
    def log(self) -> StepLog: ...
    @property
    def flow_id(self) -> str: ...
    @property
    def run_id(self) -> str: ...
    @property
    def job_id(self) -> str: ...
    @property
    def step_id(self) -> str: ...
    @property
    def attempt(self) -> int: ...
    @property
    def job_dir(self) -> Path: ...
    @property
    def artifacts_dir(self) -> Path: ...
    @property
    def scratch_dir(self) -> Path: ...
    @property
    def manifests_dir(self) -> Path: ...
    @property
    def is_cancelled(self) -> bool: ...

    def write_atomic(self, path: str | Path, data: str | bytes) -> Path:
        """Write a file so that it is seen whole or not at all; a relative path is inside ``artifacts_dir``."""
        ...

    def run_process(
        self,
        argv: list[str],
        *,
        cwd: str | Path | None = None,
        env: Mapping[str, str] | None = None,
        inherit_env: bool = True,
        stdin: str | None = None,
        stdout: StreamMode | str = StreamMode.CAPTURE,
        stderr: StreamMode | str = StreamMode.INHERIT,
        output_file: str | Path | None = None,
        max_capture_bytes: int = 4096 * 1024,
        kill_grace_seconds: float = 15.0,
    ) -> ProcessResult:
        """Run a child process to its end, in a process group of its own, within the step's remaining time.

        A relative ``cwd`` is inside the job's directory. ``env`` is laid over the snapshot (or, without
        ``inherit_env``, over PATH, HOME and LANG). Raises StepFailed where the program cannot be started.
        """
        ...

    @property
    def fencing_token(self) -> int | None:
        """The fencing token of the innermost lock that covers the step: its own, its job's or its flow's."""
        ...

    def acquire_lock(
        self, key: str, *, ttl_seconds: float = 3600, wait_seconds: float = 0
    ) -> AbstractContextManager[HeldLock]:
        """Hold a lock for a block; every flow that shares the state file shares its keys.

        While the runner lives it renews the lock; ``ttl_seconds`` only matters to other hosts that cannot see that.
        Raises StepFailed, which names the holder, where the lock is not free within ``wait_seconds``, and at the end of
        the block where the lock was released by force meanwhile.

        Example::

            with ctx.acquire_lock("warehouse", wait_seconds=60) as lock:
                load(token=lock.fencing_token)
        """
        ...

    def run_step(self, definition: Mapping[str, Any]) -> StepResult:
        """Run another step type as a part of this step: ``{"type": …, "inputs": {…}, "timeout_seconds": …}``.

        The inputs are as rendered as this step's own. It happens within this step's attempt and time; what it raises
        is raised here, as StepFailed.
        """
        ...

    def spawn_worker(self, function: Callable[..., Any], /, *arguments: Any) -> "Future[Any]":
        """Call a function in a worker process of the run, and give the Future of what it returns.

        The function stands in a module, of the plugin too; what goes there and comes back is pickled. What it raises is
        raised by ``result()``. Workers end with the step, its time and the run: a call that is still running then fails
        with StepFailed. Raises StepFailed for what cannot be sent.

        Example::

            futures = [ctx.spawn_worker(parse, path) for path in inputs["paths"]]
            return {"rows": sum(future.result() for future in futures)}
        """
        ...

    def progress(self, done: float, total: float | None = None, message: str | None = None) -> None:
        """Tell how far the step is, in whatever unit; call it as often as you like.

        A terminal shows it live. Ten calls in a second, and the last one, become ``step_progress`` events. Raises
        TypeError and ValueError for what is no finite number, or less than 0.
        """
        ...

    def visualize(self, name: str, value: float, **labels: object) -> None:
        """Tell a value that the step measures, as a ``metric`` event that terminal and report show.

        ``labels`` are short texts that tell series of one name apart. Of an attempt the first 1,000 values are all
        kept, further ones ten times in a second, and the last one of each series; 200 series at most. Raises TypeError
        and ValueError for what is no finite number, no text, or longer than 200 characters allow.

        Example::

            ctx.visualize("loss", loss, fold=3)
        """
        ...

    def mask(self, text: str) -> str:
        """Replace every secret that the run knows by ``***``."""
        ...


class Step:
    """The base class of step types.

    A sub-class defines ``run(self, ctx, inputs)``. ``input_schema`` is a JSON Schema or a typed record (msgspec Struct
    or dataclass); with a typed record ``run`` receives an instance of it. ``output_schema`` is a JSON Schema.

    Example::

        @register_step("greet")
        class Greet(Step):
            effects = "pure"
            input_schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}

            def run(self, ctx, inputs):
                return {"greeting": f"hello {inputs['name']}"}
    """

    effects: ClassVar[Effects] = "idempotent"
    input_schema: ClassVar[dict[str, Any] | type | None] = None
    output_schema: ClassVar[dict[str, Any] | None] = None

    def run(self, ctx: StepContext, inputs: Any) -> StepResult | dict[str, Any] | None:
        """Do the work once; must be defined by every step type."""
        raise NotImplementedError(f"{type(self).__name__} defines no run(self, ctx, inputs)")
