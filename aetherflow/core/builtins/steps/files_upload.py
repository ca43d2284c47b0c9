"""The step type files_upload: files of the job into a resource."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

from aetherflow.core.api import STEP_SKIPPED, STEP_SUCCESS, Step, StepContext, StepFailed, StepResult, register_step
from aetherflow.core.builtins.files.crew import Crew
from aetherflow.core.builtins.files.inputs import (
    FilesResource,
    Flatten,
    IfExists,
    Name,
    Parallel,
    PatternText,
    Recursive,
    SkipWhenEmpty,
    TargetFolder,
    Verify,
)
from aetherflow.core.builtins.files.local_files import LocalFile, files_in, named_files
from aetherflow.core.builtins.files.manifest import Manifest
from aetherflow.core.builtins.files.names import inner_folder
from aetherflow.core.builtins.files.outputs import TRANSFER_SCHEMA, transfer_outputs
from aetherflow.core.builtins.files.patterns import Pattern
from aetherflow.core.builtins.files.side import Side
from aetherflow.core.builtins.files.targets import Way
from aetherflow.core.builtins.files.transfer import Transfer, identity_of
from aetherflow.core.builtins.files.uploading import Upload


class FilesUploadInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which files, and where they go."""

    resource: FilesResource
    paths: Annotated[
        list[str] | None,
        Meta(description="These files, in place of folder and pattern; relative ones are the job's own."),
    ] = None
    folder: Annotated[
        str, Meta(min_length=1, description="The folder to look in; a relative one is the job's, artifacts first.")
    ] = "."
    pattern: PatternText = "*"
    recursive: Recursive = False
    to: TargetFolder = ""
    flatten: Flatten = False
    name: Name = None
    if_exists: IfExists = "replace"
    verify: Verify = "size"
    parallel: Parallel = 4
    skip_when_empty: SkipWhenEmpty = True


@register_step("files_upload")
class FilesUpload(Step):
    """Uploads files of the job to a resource, several at once, each seen there when it is whole or not at all.

    A file is written under a hidden name, looked at, and renamed; folders that are not there are made. What was
    uploaded stands in a manifest: a step that failed or was killed goes on after it, and uploads again only what has
    changed on this machine, be it that somebody has taken the rest away from the server. [Files](../../files.md) says
    more.
    """

    input_schema: ClassVar[type] = FilesUploadInputs
    output_schema: ClassVar[dict[str, Any]] = TRANSFER_SCHEMA

    def run(self, ctx: StepContext, inputs: FilesUploadInputs) -> StepResult:
        """Upload what is not there yet; StepFailed names the resource."""
        side = Side(ctx, inputs.resource)
        crew = Crew(ctx, inputs.parallel, "the upload")
        way = Way(folder=inner_folder(inputs.to, "to"), flatten=inputs.flatten, name=inputs.name)
        files = _files(ctx, inputs)
        with Manifest(ctx, "files_upload", identity_of(inputs, side)) as manifest:
            upload = Upload(Transfer(ctx, manifest, crew), side, inputs.if_exists, inputs.verify)
            result = upload.run(crew, files, way)
            outputs = transfer_outputs(result, str(manifest.path))
        if files or not inputs.skip_when_empty:
            return StepResult(STEP_SUCCESS, outputs)
        return StepResult(STEP_SKIPPED, outputs, reason=_nothing(inputs))


def _files(ctx: StepContext, inputs: FilesUploadInputs) -> list[LocalFile]:
    if inputs.paths is None:
        return files_in(ctx, inputs.folder, Pattern(inputs.pattern, recursive=inputs.recursive))
    if inputs.folder != "." or inputs.pattern != "*" or inputs.recursive:
        raise StepFailed("`paths` names the files: leave out `folder`, `pattern` and `recursive`")
    return named_files(ctx, inputs.paths)


def _nothing(inputs: FilesUploadInputs) -> str:
    if inputs.paths is not None:
        return "no files are named"
    return f'no file in "{inputs.folder}" fits "{inputs.pattern}"'
