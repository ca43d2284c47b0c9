"""The step type files_download: files of a resource into the job's directory."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

from aetherflow.core.api import STEP_SKIPPED, STEP_SUCCESS, Step, StepContext, StepResult, register_step
from aetherflow.core.builtins.files.crew import Crew
from aetherflow.core.builtins.files.downloading import Download
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


class FilesDownloadInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which files, and where they go."""

    resource: FilesResource
    folder: Folder = ""
    pattern: PatternText = "*"
    recursive: Recursive = False
    files: Files = None
    min_age_seconds: MinAge = 0
    min_bytes: MinBytes = 0
    max_bytes: MaxBytes = None
    to: Annotated[str, Meta(min_length=1, description="The folder they go to, among the job's artifacts.")] = "."
    flatten: Flatten = False
    name: Name = None
    if_exists: IfExists = "replace"
    parallel: Parallel = 4
    skip_when_empty: SkipWhenEmpty = True


@register_step("files_download")
class FilesDownload(Step):
    """Downloads files into the job's directory, several at once, each seen when it is whole or not at all.

    Folders inside `folder` are kept. A file that changes while it is read fails the step. What was downloaded stands
    in a manifest: a step that failed or was killed goes on after it, and downloads again only what has changed on
    the server, or is no longer there as it was written. [Files](../../files.md) says more.
    """

    input_schema: ClassVar[type] = FilesDownloadInputs
    output_schema: ClassVar[dict[str, Any]] = TRANSFER_SCHEMA

    def run(self, ctx: StepContext, inputs: FilesDownloadInputs) -> StepResult:
        """Download what is not there yet; StepFailed names the resource."""
        side = Side(ctx, inputs.resource)
        crew = Crew(ctx, inputs.parallel, "the download")
        chosen = chosen_by(inputs)
        with Manifest(ctx, "files_download", identity_of(inputs, side)) as manifest:
            found = selected(ctx, crew, side, chosen)
            download = Download(Transfer(ctx, manifest, crew), side, inputs.to, inputs.if_exists)
            below = inner_folder(inputs.folder, "folder")
            result = download.run(found, Way(below=below, flatten=inputs.flatten, name=inputs.name))
            outputs = transfer_outputs(result, str(manifest.path), folder=f"{download.folder}/")
        if result.done or result.skipped or not inputs.skip_when_empty:
            return StepResult(STEP_SUCCESS, outputs)
        return StepResult(STEP_SKIPPED, outputs, reason=nothing_fits(chosen))
