"""The step type unzip: an archive as a folder of files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

from aetherflow.core.api import STEP_SKIPPED, STEP_SUCCESS, Step, StepContext, StepFailed, StepResult, register_step
from aetherflow.core.builtins.archives.inputs import ArchivePath, ResourceName
from aetherflow.core.builtins.archives.limits import Limits
from aetherflow.core.builtins.archives.unpacking import Unpacked, Unpacking
from aetherflow.core.builtins.job_paths import leads_out, lies_in, refuse_climbing
from aetherflow.core.builtins.output_file import FileFailed, input_path
from aetherflow.core.builtins.resource_use import using
from aetherflow.core.builtins.steps.atomic_directory import replacing, sibling_of

_MOST_NAMED = 1000


class UnzipInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An archive, the folder that it becomes, and how much that may be."""

    resource: ResourceName
    path: ArchivePath
    into: Annotated[
        str, Meta(min_length=1, description="The folder, among the job's artifacts; one that is there is replaced.")
    ]
    max_bytes: Annotated[int, Meta(ge=1, description="Files that are more together fail the step.")] = 2_000_000_000
    max_files: Annotated[int, Meta(ge=1, le=1_000_000, description="More files and folders fail the step.")] = 50_000
    max_ratio: Annotated[
        int, Meta(ge=1, description="An archive that unpacks to more than so many times its size fails the step.")
    ] = 200
    skip_when_empty: Annotated[
        bool, Meta(description="Without files in it the step ends SKIPPED; false: an empty folder is a success.")
    ] = True


@register_step("unzip")
class UnzipStep(Step):
    """Unpacks a zip file into a folder of its own, which is seen when it is whole, or not at all.

    All names are judged first. Refused are members that climb out, are absolute, links or devices, are in it twice,
    differ in case alone, or have a name that not every system can have; and archives that come to more than the
    bounds. What is counted is what comes out, not what the archive says of itself. Of rights, only that to execute is
    kept.
    """

    input_schema: ClassVar[type] = UnzipInputs
    output_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "path": {"type": ["string", "null"], "description": "The full path of the folder; null: none was made."},
            "files": {"type": "integer", "description": "How many files came out."},
            "bytes": {"type": "integer", "description": "How long they are together."},
            "names": {
                "type": "array",
                "items": {"type": "string"},
                "description": f"Their paths below the folder, in order; the first {_MOST_NAMED:,} of them.",
            },
        },
        "required": ["path", "files", "bytes", "names"],
        "additionalProperties": False,
    }

    def run(self, ctx: StepContext, inputs: UnzipInputs) -> StepResult:
        """Unpack; StepFailed names the member that may not be unpacked, or the bound."""
        source = input_path(ctx, inputs.path)
        final = _folder(ctx, inputs.into)
        limits = Limits(max_bytes=inputs.max_bytes, max_files=inputs.max_files, max_ratio=inputs.max_ratio)
        with using(ctx, inputs.resource) as connector, _named(inputs.path), source.open("rb") as file:
            unpacking = Unpacking(ctx, connector.connect(), file, limits)
            if not unpacking.has_files and inputs.skip_when_empty:
                return StepResult(STEP_SKIPPED, _outputs(None, Unpacked((), 0)), reason="the archive has no files")
            with replacing(ctx, final, sibling_of(ctx, final)) as building:
                unpacked = unpacking.unpack(building)
        return StepResult(STEP_SUCCESS, _outputs(final, unpacked))


@contextmanager
def _named(path: str) -> Iterator[None]:
    try:
        yield
    except StepFailed as failed:
        kind = FileFailed if isinstance(failed, FileFailed) else StepFailed  # no resource is to blame for our disk
        raise kind(f'"{path}": {failed.message}', hint=failed.hint, timed_out=failed.timed_out) from None


def _folder(ctx: StepContext, into: str) -> Path:
    refuse_climbing(into, "into")
    final = ctx.artifacts_dir / into
    if lies_in(ctx.artifacts_dir, final):
        raise StepFailed(f'`into`: "{into}" holds the other artifacts', hint="name a folder of its own")
    if not lies_in(final, ctx.job_dir):
        raise leads_out(into, "into")
    return final


def _outputs(final: Path | None, unpacked: Unpacked) -> dict[str, Any]:
    return {
        "path": str(final) if final else None,
        "files": len(unpacked.files),
        "bytes": unpacked.size_bytes,
        "names": list(unpacked.files[:_MOST_NAMED]),
    }
