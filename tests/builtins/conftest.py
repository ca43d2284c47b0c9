"""A real, small context for built-in steps: real folders, real processes, one secret, a log that is kept."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aetherflow.core.api import ProcessResult, Step, StepFailed, StepResult, StreamMode
from aetherflow.core.contracts.process import ProcessRequest
from aetherflow.core.processes.child import ProcessStartError, run_child
from aetherflow.core.processes.interrupts import InterruptGate
from aetherflow.core.processes.leftovers import TOKEN_VARIABLE

SECRET = "opensesame"


class Context:
    """What a step may reach, as far as the built-in steps do."""

    flow_id = "flow"
    run_id = "run-1"
    job_id = "job"
    step_id = "step"
    attempt = 1

    def __init__(self, job_dir: Path) -> None:
        self.job_dir = job_dir
        self.artifacts_dir = job_dir / "artifacts"
        self.artifacts_dir.mkdir(parents=True)
        self.env: Mapping[str, str] = {"PATH": os.environ["PATH"], "PLAIN": "from the snapshot"}
        self.timeout_seconds: float | None = None
        self.lines: list[str] = []  # of inherited streams
        self.logged: list[tuple[str, str]] = []
        self.log = self

    def debug(self, message: str) -> None:
        self.logged.append(("debug", message))

    def info(self, message: str) -> None:
        self.logged.append(("info", message))

    def warning(self, message: str) -> None:
        self.logged.append(("warning", message))

    def error(self, message: str) -> None:
        self.logged.append(("error", message))

    is_cancelled = False

    def progress(self, done: float, total: float | None = None, message: str | None = None) -> None:
        """Tell nobody."""

    def mask(self, text: str) -> str:
        return text.replace(SECRET, "***")

    def write_atomic(self, path: str | Path, data: str | bytes) -> Path:
        target = self.artifacts_dir / path
        target.write_bytes(data if isinstance(data, bytes) else data.encode())
        return target

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
        base = self.env if inherit_env else {"PATH": self.env["PATH"]}
        request = ProcessRequest(
            argv=tuple(argv),
            cwd=self.job_dir / (cwd or "."),
            env={**base, "AETHERFLOW_RUN_ID": self.run_id, **(env or {}), TOKEN_VARIABLE: "token"},
            stdin=stdin,
            stdout=StreamMode(stdout),
            stderr=StreamMode(stderr),
            output_file=self.job_dir / output_file if output_file else None,
            max_capture_bytes=max_capture_bytes,
            timeout_seconds=self.timeout_seconds,
            kill_grace_seconds=kill_grace_seconds,
        )
        try:
            return run_child(request, forward=self.lines.append, mask=self.mask, gate=InterruptGate())
        except ProcessStartError as error:
            raise StepFailed(error.message, hint=error.hint) from None


class StepRunner:
    """Calls a step type with inputs as they come from a flow."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx

    def run(self, step: type[Step], **inputs: Any) -> StepResult:
        result = step().run(self.ctx, msgspec.convert(inputs, step.input_schema))
        assert isinstance(result, StepResult)
        return result

    def failure(self, step: type[Step], **inputs: Any) -> StepFailed:
        with pytest.raises(StepFailed) as caught:
            self.run(step, **inputs)
        return caught.value


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    """Give the context of one attempt."""
    return Context(tmp_path / "job")


@pytest.fixture
def steps(ctx: Context) -> StepRunner:
    """Give a caller of step types."""
    return StepRunner(ctx)
