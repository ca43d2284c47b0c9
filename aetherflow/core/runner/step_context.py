"""What a running step may reach: the one door from a plugin back into the engine."""

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from aetherflow.core.contracts.errors import StepFailed
from aetherflow.core.contracts.event import EventType
from aetherflow.core.contracts.process import ProcessRequest, ProcessResult, StreamMode
from aetherflow.core.contracts.step import HeldLock, StepContext, StepResult
from aetherflow.core.events.segments import harmless
from aetherflow.core.processes.child import ProcessStartError, run_child
from aetherflow.core.processes.streams import ForwardedStream
from aetherflow.core.resolution.scope import Scope
from aetherflow.core.runner.child_environment import child_environment
from aetherflow.core.runner.foreign_text import own_text
from aetherflow.core.runner.history import Place
from aetherflow.core.runner.inner_step import call_inner, contribution_of, inner_step
from aetherflow.core.runner.level_log import LevelLog
from aetherflow.core.runner.measures import Measures, MeasureSinks
from aetherflow.core.runner.parts import RunParts
from aetherflow.core.runner.plan import PlannedStep
from aetherflow.core.runner.step_result import json_copy
from aetherflow.core.runner.workspaces import JobPlace, write_atomic

if TYPE_CHECKING:  # as they are imported: where there are workers
    from concurrent.futures import Future

    from aetherflow.core.runner.step_workers import StepWorkers


class RunningStep(LevelLog):
    """The context of one attempt of one step; implements the contract `StepContext`."""

    def __init__(
        self,
        run: RunParts,
        place: Place,
        step: PlannedStep,
        scope: Scope,
        attempt: int,
        deadline: float | None,
        outer: "RunningStep | None" = None,
    ) -> None:
        self._run = run
        self._place = place
        self._step = step
        self._scope = scope
        self._deadline = deadline
        self.attempt = attempt
        self.env = run.env
        self.connectors = run.connectors
        self.state = run.variables.values
        self.flow_id = run.flow_id
        self.run_id = run.run_id
        self.job_id = place.job_id
        self.step_id = step.definition.id
        self.log = self
        # What an inner step tells of itself is its outer one's, and read as that.
        self._root: RunningStep = outer._root if outer else self
        self._workers: StepWorkers | None = None
        self._measures: Measures = outer._measures if outer else Measures(self._measure_sinks())

    @cached_property
    def params(self) -> Mapping[str, Any]:
        """The parameters of the run; a copy."""
        return _plain(self._run.params)

    @property
    def jobs(self) -> Mapping[str, Any]:
        """What is known of the jobs that ended; a copy."""
        return _plain(self._scope.roots["jobs"])

    @property
    def steps(self) -> Mapping[str, Any]:
        """The outputs of the job's steps that ended; a copy."""
        return _plain(self._scope.roots["steps"])

    @property
    def is_cancelled(self) -> bool:
        """True once a signal asked the run to end, the step's time is over, or a lock that covers it is lost."""
        if self._run.gate.requested is not None or self.remaining_seconds() == 0:
            return True
        return self._run.locks.loss_at(self._place) is not None

    def remaining_seconds(self) -> float | None:
        """Give how long the step may still run; None: without end."""
        return None if self._deadline is None else max(0.0, self._deadline - self._run.clock.monotonic())

    @cached_property
    def _folders(self) -> JobPlace:
        return self._run.workspaces.of_job(self._place.job_id, self._place.item)

    @cached_property  # for this attempt: an earlier step may have put a link in its place
    def job_dir(self) -> Path:
        """The job's own directory."""
        return self._folders.root

    @cached_property
    def artifacts_dir(self) -> Path:
        """For what the run leaves behind."""
        return self._folders.artifacts

    @cached_property
    def scratch_dir(self) -> Path:
        """For what is removed at the end of the run."""
        return self._folders.scratch

    @cached_property
    def manifests_dir(self) -> Path:
        """For lists of what was done, by which a step can resume."""
        return self._folders.manifests

    def write_atomic(self, path: str | Path, data: str | bytes) -> Path:
        """Write a file so that it is seen whole or not at all."""
        return write_atomic(self.artifacts_dir, path, data)

    @property
    def fencing_token(self) -> int | None:
        """The fencing token of the innermost lock that covers the step."""
        return self._run.locks.fencing_token(self._place)

    def acquire_lock(
        self, key: str, *, ttl_seconds: float = 3600, wait_seconds: float = 0
    ) -> AbstractContextManager[HeldLock]:
        """Hold a lock for a block; see the contract."""
        return self._run.locks.for_step(
            self.mask(key) if isinstance(key, str) else key,
            self._place,
            self.step_id,
            ttl_seconds=ttl_seconds,
            wait_seconds=wait_seconds,
            time_left_seconds=self.remaining_seconds(),
        )

    def run_step(self, definition: Mapping[str, Any]) -> StepResult:
        """Run another step type as a part of this step; see the contract."""
        inner = inner_step(definition)
        ctx = self._until(inner.timeout_seconds)
        contribution = contribution_of(inner, self._run.step_types)
        result = call_inner(self._run.callers, contribution, ctx, inner.inputs)
        if ctx is not self and ctx.remaining_seconds() == 0:
            raise StepFailed(
                f"the inner step took longer than its timeout of {inner.timeout_seconds:g} s",
                outputs=dict(result.outputs),
                timed_out=True,
            )
        return result

    def _until(self, timeout_seconds: float | None) -> "RunningStep":
        """Give a context like this one with less time, where the timeout ends before the step's own."""
        own = self.remaining_seconds()
        if timeout_seconds is None or (own is not None and own <= timeout_seconds):
            return self
        deadline = self._run.clock.monotonic() + timeout_seconds
        return RunningStep(self._run, self._place, self._step, self._scope, self.attempt, deadline, outer=self)

    def progress(self, done: float, total: float | None = None, message: str | None = None) -> None:
        """Tell how far the step is; see the contract."""
        self._measures.progress(done, total, message)

    def visualize(self, name: str, value: float, **labels: object) -> None:
        """Tell a value that the step measures; see the contract."""
        self._measures.metric(name, value, labels)

    def _measure_sinks(self) -> MeasureSinks:
        return MeasureSinks(
            emit=self._emit,
            commit=self._run.recorder.commit,
            warn=self.warning,
            mask=self.mask,
            monotonic=self._run.clock.monotonic,
        )

    def _emit(self, event_type: EventType, **payload: Any) -> None:
        self._run.journal.emit(event_type, **self._where, **payload)

    def end(self) -> None:
        """Let go of what the attempt began: its workers are ended, what was held back is told."""
        if self._workers:
            self._workers.end()
        self._measures.close()

    def spawn_worker(self, function: Callable[..., Any], /, *arguments: Any) -> "Future[Any]":
        """Call a function in a worker process; see the contract."""
        if current_thread() is not main_thread():
            return self._step_workers().spawn(function, arguments, self._deadline)
        with self._run.gate.shielded():  # a signal must not lose a process that is being started
            return self._step_workers().spawn(function, arguments, self._deadline)

    def _step_workers(self) -> "StepWorkers":
        """Those of the attempt, of an inner step too."""
        from aetherflow.core.runner.step_workers import StepWorkers  # deferred: 20 ms, and few steps have workers

        root = self._root
        with self._run.workers.lock:
            if root._workers is None:
                printed = ForwardedStream(root._forward, self.mask)
                root._workers = StepWorkers(self._run.workers, self._run.clock.monotonic, printed)
        return root._workers

    def mask(self, text: str) -> str:
        """Replace every secret that the run knows."""
        return self._run.masker.mask_text(text)

    def _log(self, level: str, message: str) -> None:
        self._run.journal.emit(EventType.LOG, **self._where, level=level, message=own_text(message))

    def _forward(self, line: str) -> None:
        self._run.journal.show(self.mask(harmless(line)), **self._where)

    @cached_property
    def _where(self) -> dict[str, Any]:
        return {
            "job_id": self.job_id,
            "item": self._place.item if self._place.item >= 0 else None,
            "step_id": self.step_id,
            "attempt": self.attempt,
        }

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
        """Run a child process to its end, within the step's remaining time; see the contract."""
        request = ProcessRequest(
            argv=tuple(argv),
            cwd=self._in_job(cwd or "."),
            env=self._child_environment(env or {}, inherit_env),
            stdin=stdin,
            stdout=StreamMode(stdout),
            stderr=StreamMode(stderr),
            output_file=self._in_job(output_file) if output_file else None,
            max_capture_bytes=max_capture_bytes,
            timeout_seconds=self.remaining_seconds(),
            kill_grace_seconds=kill_grace_seconds,
        )
        try:
            result = run_child(request, forward=self._forward, mask=self.mask, gate=self._run.gate)
        except ProcessStartError as error:
            raise StepFailed(error.message, hint=error.hint) from None
        if not (result.stdout_truncated or result.stderr_truncated):
            return result
        return replace(result, stdout=self._cut_safely(result.stdout), stderr=self._cut_safely(result.stderr))

    def _cut_safely(self, output: bytes) -> bytes:
        text = output.decode("utf-8", "surrogateescape")
        return self._run.masker.without_cut_secret(text).encode("utf-8", "surrogateescape")

    def _in_job(self, path: str | Path) -> Path:
        if ".." in Path(path).parts and not Path(path).is_absolute():
            raise StepFailed(f'"{path}" leads out of the job\'s directory', hint="stay inside, or name a full path")
        return self.job_dir / path

    def _child_environment(self, own: Mapping[str, str], inherits: bool) -> dict[str, str]:
        token = self.fencing_token
        told = {
            "FLOW_ID": self.flow_id,
            "FLOW_DIR": self._scope.roots["run"]["flow_dir"],
            "RUN_ID": self.run_id,
            "JOB_ID": self.job_id,
            "STEP_ID": self.step_id,
            "OUTPUT_DIR": os.fspath(self.job_dir),
            "FENCING_TOKEN": None if token is None else str(token),
        }
        return child_environment(self.env, told, own, inherits=inherits, token=self._run.token)


def where_of(ctx: StepContext) -> dict[str, Any]:
    """Say which attempt of which step a context belongs to; nothing of one that is not the engine's own."""
    return ctx._where if isinstance(ctx, RunningStep) else {}


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _plain_value(item) for key, item in value.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _plain(value)
    return json_copy(value)
