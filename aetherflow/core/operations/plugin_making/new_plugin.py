"""`dev plugin-new`: writes a small plugin that passes its own tests, doctor and `dev plugin-test` as it stands."""

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.operations.new_files import write_new_files
from aetherflow.core.operations.plugin_making.author import author_of
from aetherflow.core.operations.plugin_making.contents import contents_of, try_it
from aetherflow.core.operations.plugin_making.kinds import PluginKind
from aetherflow.core.operations.plugin_making.naming import check_name


class NewPluginRequest(Struct, frozen=True, kw_only=True):
    """What is to be written: a plugin of this name, in a new folder of this name below ``directory``."""

    name: str
    kind: PluginKind
    environ: Mapping[str, str]
    directory: Path = Path()
    is_package: bool = False


class NewPlugin(Struct, frozen=True, kw_only=True):
    """The folder of a plugin, the files that were written into it, and the commands that try it there."""

    folder: Path
    files: list[str]
    commands: list[str]


def new_plugin(request: NewPluginRequest) -> NewPlugin:
    """Write the plugin; raises InputError for a name that none can have, and where its folder is there already."""
    check_name(request.name, request.kind, is_package=request.is_package)
    folder = request.directory / request.name
    if os.path.lexists(folder):
        raise InputError.of(_in_the_way(folder))
    author = author_of(request.directory.absolute(), request.environ)
    contents = contents_of(request.name, request.kind, author, is_package=request.is_package)
    write_new_files(folder, contents)
    commands = try_it(request.name, request.kind, is_package=request.is_package)
    return NewPlugin(folder=folder, files=list(contents), commands=commands)


def _in_the_way(folder: Path) -> Diagnostic:
    return Diagnostic(
        code="AF-R604",
        message=f'"{folder}" is there already',
        hint="nothing was written: take another name, or another directory with `--dir`",
    )
