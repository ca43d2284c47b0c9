"""The step type files_delete: files of a resource that shall be gone."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

from aetherflow.core.api import STEP_SKIPPED, STEP_SUCCESS, Step, StepContext, StepFailed, StepResult, register_step
from aetherflow.core.builtins.files.crew import Crew
from aetherflow.core.builtins.files.deleting import Deletion, deletion_outputs
from aetherflow.core.builtins.files.inputs import (
    Files,
    FilesResource,
    Folder,
    MaxBytes,
    MinAge,
    MinBytes,
    Parallel,
    Recursive,
    SkipWhenEmpty,
    chosen_by,
    nothing_fits,
)
from aetherflow.core.builtins.files.manifest import Manifest
from aetherflow.core.builtins.files.outputs import BYTES, MANIFEST, files_schema
from aetherflow.core.builtins.files.side import Side
from aetherflow.core.builtins.files.transfer import identity_of


class FilesDeleteInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which files."""

    resource: FilesResource
    folder: Folder = ""
    pattern: Annotated[
        str | None, Meta(description="Which files: `*.csv`. Either this or `files` must be written.")
    ] = None
    recursive: Recursive = False
    files: Files = None
    min_age_seconds: MinAge = 0
    min_bytes: MinBytes = 0
    max_bytes: MaxBytes = None
    parallel: Parallel = 4
    skip_when_empty: SkipWhenEmpty = True


@register_step("files_delete")
class FilesDelete(Step):
    """Deletes files of a resource; those that are gone already are fine, and those that have changed are left.

    What shall be deleted is written down before the first file goes. A step that failed or was killed goes on with
    that list: what has come since is not deleted, be it under one of these names. Where `files` are the `files` of a
    step that listed or downloaded them, only what is still as it was then is deleted. Folders are never deleted.
    """

    input_schema: ClassVar[type] = FilesDeleteInputs
    output_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "files": files_schema("The files that were deleted"),
            "count": {"type": "integer", "description": "How many files were deleted."},
            "bytes": BYTES,
            "gone": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Paths of files that were to be deleted, and were not there.",
            },
            "changed": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Paths of files that are others now than those that were to be deleted, and are left.",
            },
            "manifest": MANIFEST,
        },
        "required": ["files", "count", "bytes", "gone", "changed", "manifest"],
        "additionalProperties": False,
    }

    def run(self, ctx: StepContext, inputs: FilesDeleteInputs) -> StepResult:
        """Delete what is still there; StepFailed names the resource."""
        if inputs.pattern is None and inputs.files is None:
            raise StepFailed("nothing says which files", hint="write `pattern` or `files`")
        side = Side(ctx, inputs.resource)
        crew = Crew(ctx, inputs.parallel, "the deletion")
        chosen = chosen_by(inputs)
        with Manifest(ctx, "files_delete", identity_of(inputs, side)) as manifest:
            deleted = Deletion(ctx, side, manifest, crew).run(chosen)
            outputs = deletion_outputs(deleted, str(manifest.path))
        if deleted.planned or not inputs.skip_when_empty:
            return StepResult(STEP_SUCCESS, outputs)
        return StepResult(STEP_SKIPPED, outputs, reason=nothing_fits(chosen))
