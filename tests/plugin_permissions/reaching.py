"""What plugins written to disk are seen to reach for, for tests."""

from collections.abc import Mapping
from pathlib import Path

from aetherflow.core.plugins.doctor.plugin_code import read_plugin_code
from aetherflow.core.plugins.doctor.reaches import Reaches, reaches_of
from tests.plugin_doctor.examining import known, write

MANIFEST = "name: acme\nversion: '1'\nauthor: A\ndescription: D\nrequired_permissions: [{}]\n"


def reaches(folder: Path, files: Mapping[str, str] | str) -> Reaches:
    """Write the plugin "acme" and look through it; a text is its one module."""
    path = write(folder / "acme", {"steps.py": files} if isinstance(files, str) else files)
    return reaches_of(read_plugin_code(known(path).source))


def permissions(folder: Path, files: Mapping[str, str] | str) -> list[str]:
    """Give the permissions that cover what the plugin is certain to reach for, each once, in the order of the text."""
    found = reaches(folder, files).seen
    return list(dict.fromkeys(reach.permission for reach in found if reach.is_certain))


def ways(folder: Path, files: Mapping[str, str] | str) -> list[str]:
    """Give the names of the ways that the text does not show, in the order of the text."""
    return [way.name for way in reaches(folder, files).ways]
