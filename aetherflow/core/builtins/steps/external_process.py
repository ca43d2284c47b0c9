"""The step type ``external.process``: runs a command, and knows by exit code and files whether it did its work."""

import os
from pathlib import Path
from typing import Any, ClassVar

from aetherflow.core.api import (
    STEP_SKIPPED,
    STEP_SUCCESS,
    ProcessResult,
    Step,
    StepContext,
    StepFailed,
    StepResult,
    StreamMode,
    register_step,
)
from aetherflow.core.builtins.job_paths import folder_in_job, path_in_job
from aetherflow.core.builtins.steps.idempotency import final_directory, leave_marker, marker_of, output_directory
from aetherflow.core.builtins.steps.plain_text import plain_text
from aetherflow.core.builtins.steps.process_failure import advice, failure_message, how_it_ended, start_advice
from aetherflow.core.builtins.steps.process_inputs import ProcessInputs
from aetherflow.core.builtins.steps.process_outputs import parsed_value, process_outputs
from aetherflow.core.builtins.steps.success_criteria import unmet_criteria


@register_step("external.process")
class ExternalProcess(Step):
    """Runs a command in a process group of its own and judges it by its exit code and its files."""

    effects = "idempotent"
    input_schema = ProcessInputs
    output_schema: ClassVar[dict[str, Any] | None] = {
        "type": "object",
        "properties": {
            "exit_code": {"type": "integer", "description": "Minus N where signal N ended the command."},
            "stdout": {"type": "string", "description": "Captured stdout, without its last line end."},
            "stderr": {"type": "string", "description": "Captured stderr, without its last line end."},
            "value": {"description": "Captured stdout as `parse` reads it; null without `parse`."},
            "duration_seconds": {"type": "number"},
            "output_dir": {"type": "string", "description": "Where the output stands in the end."},
        },
        "required": ["exit_code", "stdout", "stderr", "value", "duration_seconds", "output_dir"],
        "additionalProperties": False,
    }

    def run(self, ctx: StepContext, inputs: ProcessInputs) -> StepResult:
        """Run the command unless its marker says that it has been done."""
        marker = marker_of(ctx, inputs.idempotency)
        if marker is not None and os.path.lexists(marker):
            return StepResult(STEP_SKIPPED, reason=f'the marker "{marker}" exists')
        with output_directory(ctx, inputs.idempotency) as written_to:
            outputs = _Command(ctx, inputs, written_to).run()
        if marker is not None:
            leave_marker(ctx, marker)
        return StepResult(STEP_SUCCESS, outputs)


class _Command:
    """One attempt at the command, writing to a given directory."""

    def __init__(self, ctx: StepContext, inputs: ProcessInputs, written_to: Path) -> None:
        self._ctx = ctx
        self._inputs = inputs
        self._written_to = written_to
        self._cwd = ctx.job_dir if inputs.cwd is None else folder_in_job(ctx.job_dir, inputs.cwd, "cwd")
        self._argv = argv_of(inputs)

    def run(self) -> dict[str, Any]:
        """Run it, judge it, and give the step's outputs; StepFailed where it did not do its work."""
        result = self._started()
        for warning in result.warnings:
            self._ctx.log.warning(warning)
        if result.timed_out or not self._inputs.success.accepts(result.exit_code):
            hint = advice(result, self._argv, shell=self._inputs.shell)
            raise self._failure(how_it_ended(result, shell=self._inputs.shell), result, hint)
        if result.lost_output:
            raise StepFailed(f"the command ended, but {result.lost_output}")
        unmet = unmet_criteria(self._inputs.success, self._judged_folder())
        if unmet:
            hint = f'relative paths under `success` are below "{self._judged_folder()}"'
            raise self._failure(f"{'; '.join(unmet)} after", result, hint)
        self._report_truncation(result)
        return {**self._outputs(result), "value": parsed_value(self._inputs, result, self._ctx.mask)}

    def _started(self) -> ProcessResult:
        try:
            return self._run_process()
        except StepFailed as failure:
            failure.hint = start_advice(failure, self._argv)
            raise

    def _run_process(self) -> ProcessResult:
        inputs = self._inputs
        return self._ctx.run_process(
            self._argv,
            cwd=self._cwd,
            env={
                **{name: "" if value is None else plain_text(value) for name, value in inputs.env.items()},
                "AETHERFLOW_OUTPUT_DIR": str(self._written_to),
            },
            inherit_env=inputs.inherit_env,
            stdin=None if inputs.stdin is None else plain_text(inputs.stdin),
            stdout=inputs.log.stdout,
            stderr=inputs.log.stderr,
            output_file=self._output_file(),
            max_capture_bytes=inputs.log.max_capture_kb * 1024,
            kill_grace_seconds=inputs.kill_grace_seconds,
        )

    def _output_file(self) -> Path | None:
        log = self._inputs.log
        if StreamMode.FILE not in (log.stdout, log.stderr):
            return None
        if log.file_path is None:
            return self._ctx.artifacts_dir / f"{self._ctx.step_id}.log"
        return path_in_job(self._ctx.job_dir, log.file_path, "log.file_path")

    def _judged_folder(self) -> Path:
        """Give where relative paths under `success` begin: in what would be published, else where the command ran."""
        return self._written_to if self._inputs.idempotency.strategy == "atomic_dir" else self._cwd

    def _report_truncation(self, result: ProcessResult) -> None:
        if self._inputs.parse is not None:
            return  # an error of its own
        for name, is_truncated in (("stdout", result.stdout_truncated), ("stderr", result.stderr_truncated)):
            if is_truncated:
                cap = self._inputs.log.max_capture_kb
                self._ctx.log.warning(f"{name} is longer than {cap} KiB (`log.max_capture_kb`): the rest was dropped")

    def _outputs(self, result: ProcessResult) -> dict[str, Any]:
        return process_outputs(result, final_directory(self._ctx, self._inputs.idempotency))

    def _failure(self, what: str, result: ProcessResult, hint: str | None) -> StepFailed:
        return StepFailed(
            failure_message(what, self._argv, result, self._ctx.mask),
            hint=hint,
            outputs=self._outputs(result),
            exit_code=result.exit_code,
            timed_out=result.timed_out,
        )


def argv_of(inputs: ProcessInputs) -> list[str]:
    """Give the words of the command; its typed inputs have seen to it that there are some."""
    args = [plain_text(arg) for arg in inputs.args]
    command = inputs.command
    if not isinstance(command, str):
        return [*map(plain_text, command), *args]
    if inputs.shell:
        name = ["sh"] if args else []  # the word after the script is its $0, those after it $1…
        return ["/bin/sh", "-c", command, *name, *args]
    import shlex  # deferred: only wanted for a command given as a string

    return [*shlex.split(command), *args]
