"""The step type zip: files of the job as one archive."""

from pathlib import Path
from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

from aetherflow.core.api import STEP_SKIPPED, STEP_SUCCESS, Step, StepContext, StepResult, register_step
from aetherflow.core.builtins.archives.inputs import ArchivePath, ResourceName
from aetherflow.core.builtins.archives.packing import chosen_files, pack
from aetherflow.core.builtins.job_paths import folder_in_job
from aetherflow.core.builtins.output_file import output_file, output_path
from aetherflow.core.builtins.resource_use import using


class ZipInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which files, and the archive that they go to."""

    resource: ResourceName
    path: ArchivePath
    files: Annotated[
        list[str], Meta(min_length=1, description="Patterns below `folder`: `*.csv`, `**/*` for all, at any depth.")
    ]
    exclude: Annotated[list[str], Meta(description="Patterns of files that stay out.")] = []
    folder: Annotated[
        str, Meta(min_length=1, description="Where files are looked up, and what is no part of their names.")
    ] = "."
    skip_when_empty: Annotated[
        bool, Meta(description="Without files the step ends SKIPPED and writes nothing; false: an empty archive.")
    ] = True


@register_step("zip")
class ZipStep(Step):
    """Packs files of the job into a zip file, with a password where the resource has one.

    Files stand in it in the order of their names, without their times: the same files make the same archive, unless it
    is encrypted. Links are not packed. The archive appears under its name when it is whole, or not at all.
    """

    input_schema: ClassVar[type] = ZipInputs
    output_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "path": {"type": ["string", "null"], "description": "The full path of the archive; null: none is written."},
            "files": {"type": "integer", "description": "How many files are in it."},
            "bytes": {"type": "integer", "description": "How long it is."},
            "content_bytes": {"type": "integer", "description": "How long the files in it are together."},
            "sha256": {"type": ["string", "null"], "description": "Its SHA-256, as hexadecimal digits."},
        },
        "required": ["path", "files", "bytes", "content_bytes", "sha256"],
        "additionalProperties": False,
    }

    def run(self, ctx: StepContext, inputs: ZipInputs) -> StepResult:
        """Pack; StepFailed says which file cannot be read, or where the archive cannot be written."""
        folder = folder_in_job(ctx.artifacts_dir, inputs.folder, "folder")
        files = chosen_files(ctx, folder, inputs.files, inputs.exclude, output_path(ctx, inputs.path))
        if not files and inputs.skip_when_empty:
            nothing = {"path": None, "files": 0, "bytes": 0, "content_bytes": 0, "sha256": None}
            return StepResult(STEP_SKIPPED, nothing, reason=_why_nothing(inputs, folder))
        with using(ctx, inputs.resource) as connector, output_file(ctx, inputs.path) as output:
            size = pack(ctx, connector.connect(), folder, files, output)
        return StepResult(
            STEP_SUCCESS,
            {
                "path": str(output.final),
                "files": len(files),
                "bytes": output.size_bytes,
                "content_bytes": size,
                "sha256": output.sha256,
            },
        )


def _why_nothing(inputs: ZipInputs, folder: Path) -> str:
    return "no file matches" if folder.is_dir() else f'there is no folder "{inputs.folder}"'
