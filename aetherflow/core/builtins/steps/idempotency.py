"""Makes the repetition of a command harmless: a marker that says "done", or a directory replaced as a whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from aetherflow.core.api import StepContext, StepFailed
from aetherflow.core.builtins.job_paths import lies_in, path_in_job
from aetherflow.core.builtins.steps.atomic_directory import replacing, sibling_of
from aetherflow.core.builtins.steps.process_inputs import Idempotency


def marker_of(ctx: StepContext, idempotency: Idempotency) -> Path | None:
    """Give the path of the marker, None where the strategy is another one."""
    if idempotency.marker_path is None:
        return None
    return path_in_job(ctx.job_dir, idempotency.marker_path, "idempotency.marker_path")


def leave_marker(ctx: StepContext, marker: Path) -> None:
    """Write the marker; it says which run was the one."""
    done_by = {"flow_id": ctx.flow_id, "run_id": ctx.run_id, "job_id": ctx.job_id, "step_id": ctx.step_id}
    try:
        marker.parent.mkdir(parents=True, exist_ok=True)
        ctx.write_atomic(marker, msgspec.json.encode(done_by) + b"\n")
    except OSError as error:
        raise StepFailed(f'the marker "{marker}" cannot be written: {(error.strerror or str(error)).lower()}') from None


def final_directory(ctx: StepContext, idempotency: Idempotency) -> Path:
    """Give the directory in which the output stands in the end."""
    if idempotency.final_output_dir is None:
        return ctx.artifacts_dir
    final = path_in_job(ctx.job_dir, idempotency.final_output_dir, "idempotency.final_output_dir")
    if lies_in(ctx.job_dir, final):
        raise StepFailed(
            f'`idempotency.final_output_dir`: "{final}" holds the job\'s own directory',
            hint="name a directory of its own",
        )
    return final


@contextmanager
def output_directory(ctx: StepContext, idempotency: Idempotency) -> Iterator[Path]:
    """Give the directory to write to; with `atomic_dir` it takes its place after the block, or vanishes on failure."""
    final = final_directory(ctx, idempotency)
    if idempotency.strategy != "atomic_dir":
        yield final
        return
    with replacing(ctx, final, _temp_directory(ctx, idempotency, final)) as building:
        yield building


def _temp_directory(ctx: StepContext, idempotency: Idempotency, final: Path) -> Path:
    if idempotency.temp_output_dir is not None:
        return path_in_job(ctx.job_dir, idempotency.temp_output_dir, "idempotency.temp_output_dir")
    return sibling_of(ctx, final)
