"""Inputs that the file steps share."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.files.names import inner_path

FilesResource = Annotated[
    str, Meta(description="The name of a resource of kind files.", extra_json_schema={"x-aetherflow-resource": "files"})
]
Folder = Annotated[str, Meta(description="The folder to look in, below the resource's root.")]
PatternText = Annotated[
    str,
    Meta(
        min_length=1, description="Which files: `*.csv`; with a slash by their path in the folder: `2026-*/**/*.csv`."
    ),
]
Recursive = Annotated[bool, Meta(description="Whether a pattern without a slash holds in the folders inside, too.")]
MinAge = Annotated[
    float, Meta(ge=0, description="Leaves out files that were changed less long ago, by this machine's clock.")
]
MinBytes = Annotated[int, Meta(ge=0, description="Leaves out smaller files.")]
MaxBytes = Annotated[Annotated[int, Meta(ge=0)] | None, Meta(description="Leaves out larger files.")]
SkipWhenEmpty = Annotated[bool, Meta(description="Without files the step ends SKIPPED; false: it is a success.")]
TargetFolder = Annotated[str, Meta(description="The folder they go to, below the resource's root; it is made.")]
Parallel = Annotated[int, Meta(ge=1, le=32, description="How many files are in hand at once, a connection each.")]
Flatten = Annotated[bool, Meta(description="true puts all files into one folder, whatever folders they come from.")]
Name = Annotated[str | None, Meta(description="What the file is called there; only where it is one.")]
IfExists = Annotated[
    Literal["replace", "skip", "fail"], Meta(description="What to do where there is a file of that name.")
]
Verify = Annotated[
    Literal["size", "sha256"],
    Meta(description="What is compared in the end: its size there, or by reading it back what it holds."),
]


class GivenFile(Struct, frozen=True):
    """A file as a step has listed or transferred it; what else was said of it does not matter here."""

    path: str
    size: int | None = None
    modified: str | None = None


Files = Annotated[
    list[str | GivenFile] | None,
    Meta(description="Just these: paths below the root, or `files` of another step, in place of folder and pattern."),
]


def given_files(files: list[str | GivenFile]) -> list[GivenFile]:
    """Give the files that stand under `files`, each once; StepFailed where one may lie outside of the root."""
    found = [GivenFile(file) if isinstance(file, str) else file for file in files]
    by_path = {inner_path(file.path, "files"): file for file in found}
    return list(by_path.values())


class Chosen(Struct, frozen=True, kw_only=True):
    """Which files of a resource a step is about."""

    folder: str = ""
    pattern: str = "*"
    recursive: bool = False
    files: list[str | GivenFile] | None = None
    min_age_seconds: float = 0
    min_bytes: int = 0
    max_bytes: int | None = None

    def refuse_both(self) -> None:
        """Refuse to be told the files twice."""
        if self.files is not None and (self.folder or self.pattern != "*" or self.recursive):
            raise StepFailed("`files` names the files: leave out `folder`, `pattern` and `recursive`")


def chosen_by(inputs: Any) -> Chosen:
    """Take out of a step's inputs which files it is about."""
    return Chosen(
        **{name: value for name in Chosen.__struct_fields__ if (value := getattr(inputs, name, None)) is not None}
    )


def nothing_fits(chosen: Chosen) -> str:
    """Say why a step has nothing to do."""
    if chosen.files is not None:
        return "no files are named, or none of them fits"
    place = f' in "{chosen.folder}"' if chosen.folder else ""
    return f'no file{place} fits "{chosen.pattern}"'
