"""The step type files_copy: files of one resource into another, or within one."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

from aetherflow.core.api import STEP_SKIPPED, STEP_SUCCESS, Step, StepContext, StepResult, register_step
from aetherflow.core.builtins.files.copying import Copy
from aetherflow.core.builtins.files.crew import Crew
from aetherflow.core.builtins.files.inputs import (
    Files,
    FilesResource,
    Flatten,
    Folder,
    IfExists,
    MaxBytes,
    MinAge,
    MinBytes,
    Name,
    Parallel,
    PatternText,
    Recursive,
    SkipWhenEmpty,
    TargetFolder,
    Verify,
    chosen_by,
    nothing_fits,
)
from aetherflow.core.builtins.files.manifest import Manifest
from aetherflow.core.builtins.files.names import inner_folder
from aetherflow.core.builtins.files.outputs import TRANSFER_SCHEMA, transfer_outputs
from aetherflow.core.builtins.files.selection import selected
from aetherflow.core.builtins.files.side import Side
from aetherflow.core.builtins.files.targets import Way
from aetherflow.core.builtins.files.transfer import Transfer, identity_of


class FilesCopyInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which files, and where they go."""

    resource: FilesResource
    to_resource: Annotated[
        str | None,
        Meta(
            description="Another resource of kind files that they go to; without it they stay in the first one.",
            extra_json_schema={"x-aetherflow-resource": "files"},
        ),
    ] = None
    folder: Folder = ""
    pattern: PatternText = "*"
    recursive: Recursive = False
    files: Files = None
    min_age_seconds: MinAge = 0
    min_bytes: MinBytes = 0
    max_bytes: MaxBytes = None
    to: TargetFolder = ""
    flatten: Flatten = False
    name: Name = None
    if_exists: IfExists = "replace"
    verify: Verify = "size"
    parallel: Parallel = 4
    skip_when_empty: SkipWhenEmpty = True


@register_step("files_copy")
class FilesCopy(Step):
    """Copies files from one resource to another, or within one, several at once, without a copy on this machine.

    The bytes pass through this machine's memory, a piece at a time. What holds of downloads and uploads holds here: a
    file is seen when it is whole or not at all, one that changes while it is read fails the step, and a step that
    failed or was killed goes on after what its manifest says is done. [Files](../../files.md) says more.
    """

    input_schema: ClassVar[type] = FilesCopyInputs
    output_schema: ClassVar[dict[str, Any]] = TRANSFER_SCHEMA

    def run(self, ctx: StepContext, inputs: FilesCopyInputs) -> StepResult:
        """Copy what is not there yet; StepFailed names the resource that is to blame."""
        source, target = Side(ctx, inputs.resource), Side(ctx, inputs.to_resource or inputs.resource)
        crew = Crew(ctx, inputs.parallel, "the copy")
        chosen = chosen_by(inputs)
        below = inner_folder(inputs.folder, "folder")
        way = Way(folder=inner_folder(inputs.to, "to"), below=below, flatten=inputs.flatten, name=inputs.name)
        with Manifest(ctx, "files_copy", identity_of(inputs, source, target)) as manifest:
            found = selected(ctx, crew, source, chosen)
            copy = Copy(Transfer(ctx, manifest, crew), source, target, inputs.if_exists, inputs.verify)
            result = copy.run(crew, found, way)
            outputs = transfer_outputs(result, str(manifest.path))
        if result.done or result.skipped or not inputs.skip_when_empty:
            return StepResult(STEP_SUCCESS, outputs)
        return StepResult(STEP_SKIPPED, outputs, reason=nothing_fits(chosen))
