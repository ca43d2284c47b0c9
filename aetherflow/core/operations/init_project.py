"""`init`: writes a small project that runs as it stands. Nothing that is there is ever overwritten."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.documents.schemas import json_schema
from aetherflow.core.operations.new_files import write_new_files
from aetherflow.core.plugins.builtin_index import builtin_registry

#: Where each file of the folder project_files goes. Those with a dot in front have none there, so that they are seen.
_FILES = {
    "flow.yaml": "flow.yaml",
    "profiles.yaml": "profiles.yaml",
    "env.example": ".env.example",
    "README.md": "README.md",
    "gitignore": ".gitignore",
}
_SCHEMAS = ("flow", "profiles")


class NewProject(Struct, frozen=True, kw_only=True):
    """The folder of a project, and the files that were written into it."""

    folder: Path
    files: list[str]


def init_project(folder: Path) -> NewProject:
    """Write the project into a folder, which may exist; raises InputError where a file would be overwritten."""
    contents = project_contents()
    in_the_way = [name for name in contents if os.path.lexists(folder / name)]
    if in_the_way:
        raise InputError.of(_in_the_way(folder, in_the_way))
    write_new_files(folder, contents)
    return NewProject(folder=folder, files=list(contents))


def project_contents() -> Mapping[str, str]:
    """Give the text of every file of a new project, by its path in the project's folder."""
    from importlib.resources import files  # deferred: only this command reads files of the package

    templates = files("aetherflow.core.operations") / "project_files"
    steps = builtin_registry().steps
    return {
        **{target: (templates / name).read_text("utf-8") for name, target in _FILES.items()},
        **{f"schemas/{name}.schema.json": _written(json_schema(name, steps=steps)) for name in _SCHEMAS},
    }


def _written(schema: dict[str, object]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _in_the_way(folder: Path, names: list[str]) -> Diagnostic:
    what = "a file is" if len(names) == 1 else f"{len(names)} files are"
    return Diagnostic(
        code="AF-R601",
        message=f'{what} in the way in "{folder}": {", ".join(names)}',
        hint="nothing was written: name a new directory, or move what is there",
    )
