"""The step type files_list: what files a resource has."""

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct

from aetherflow.core.api import STEP_SKIPPED, STEP_SUCCESS, Step, StepContext, StepResult, register_step
from aetherflow.core.builtins.files.crew import Crew
from aetherflow.core.builtins.files.inputs import (
    FilesResource,
    Folder,
    MaxBytes,
    MinAge,
    MinBytes,
    PatternText,
    Recursive,
    SkipWhenEmpty,
    chosen_by,
    nothing_fits,
)
from aetherflow.core.builtins.files.outputs import BYTES, MOST_LISTED, files_schema
from aetherflow.core.builtins.files.selection import selected
from aetherflow.core.builtins.files.side import Side
from aetherflow.core.builtins.files.store import Entry


class FilesListInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which files, in which order."""

    resource: FilesResource
    folder: Folder = ""
    pattern: PatternText = "*"
    recursive: Recursive = False
    min_age_seconds: MinAge = 0
    min_bytes: MinBytes = 0
    max_bytes: MaxBytes = None
    sort: Annotated[Literal["path", "modified", "size"], Meta(description="By what the files are ordered.")] = "path"
    descending: Annotated[bool, Meta(description="true: the newest, largest or last first.")] = False
    limit: Annotated[
        Annotated[int, Meta(ge=1)] | None, Meta(description="How many files are given at most, in that order.")
    ] = None
    skip_when_empty: SkipWhenEmpty = True


@register_step("files_list")
class FilesList(Step):
    """Lists the files of a resource that fit a pattern, an age and a size, for loops, conditions and other steps.

    Paths are relative to the resource's root, as the other file steps want them. `*` stays within one name and passes
    over names that begin with a dot. Links, devices and unfinished files of transfers are left out; what a name may
    be, and all else that the file steps share, says [Files](../../files.md).
    """

    effects = "pure"
    input_schema: ClassVar[type] = FilesListInputs
    output_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "files": files_schema("The files in the order asked for"),
            "paths": {"type": "array", "items": {"type": "string"}, "description": "Only the paths of those."},
            "count": {"type": "integer", "description": "How many files fit in all."},
            "bytes": BYTES,
            "truncated": {"type": "boolean", "description": "Whether more fit than are given."},
            "left_out": {"type": "integer", "description": "How many links and devices fit the pattern."},
        },
        "required": ["files", "paths", "count", "bytes", "truncated", "left_out"],
        "additionalProperties": False,
    }

    def run(self, ctx: StepContext, inputs: FilesListInputs) -> StepResult:
        """Ask the server; SKIPPED where no file fits."""
        side = Side(ctx, inputs.resource)
        chosen = chosen_by(inputs)
        found = selected(ctx, Crew(ctx, 1, "the listing"), side, chosen)
        outputs = _outputs(_ordered(found.entries, inputs), found.entries, inputs, len(found.left_out))
        if found.entries or not inputs.skip_when_empty:
            return StepResult(STEP_SUCCESS, outputs)
        return StepResult(STEP_SKIPPED, outputs, reason=nothing_fits(chosen))


def _ordered(entries: tuple[Entry, ...], inputs: FilesListInputs) -> list[Entry]:
    def by(entry: Entry) -> tuple[float | int | str, ...]:
        if inputs.sort == "modified":
            return (entry.modified or 0.0, entry.path)
        return (entry.size, entry.path) if inputs.sort == "size" else (entry.path,)

    return sorted(entries, key=by, reverse=inputs.descending)


def _outputs(
    ordered: list[Entry], all_of_them: tuple[Entry, ...], inputs: FilesListInputs, left_out: int
) -> dict[str, Any]:
    given = ordered[: min(inputs.limit or MOST_LISTED, MOST_LISTED)]
    return {
        "files": [{"path": each.path, "size": each.size, "modified": each.moment} for each in given],
        "paths": [each.path for each in given],
        "count": len(all_of_them),
        "bytes": sum(each.size for each in all_of_them),
        "truncated": len(given) < len(all_of_them),
        "left_out": left_out,
    }
