"""Which plugin a path means: a folder of modules, a package, a file, or the project that a package is made of."""

import tomllib
from pathlib import Path

import msgspec
from msgspec import Struct, field

from aetherflow.core.contracts.errors import InputError, system_reason
from aetherflow.core.plugins.plugin_tree import PLUGIN_MANIFEST

PYPROJECT = "pyproject.toml"
BASELINE_NAME = ".aetherflow-baseline.json"
_NAME_ONE = "name the folder of a plugin, its .py file, or its project"
_GROUPS = ("aetherflow.plugins", "aetherflow.workflow_plugins")


class Target(Struct, frozen=True, kw_only=True):
    """A plugin to test: ``named`` as it was written, ``path`` what is loaded, ``folder`` what its files lie beside."""

    named: str
    path: Path
    folder: Path

    @property
    def baseline_file(self) -> Path:
        """The file of its measures; hidden, and so no part of the plugin and its digest."""
        return self.folder / BASELINE_NAME

    @property
    def watched(self) -> tuple[Path, ...]:
        """The folders and files that a change of the plugin would be in."""
        if self.path.is_file() and not (self.folder / PYPROJECT).is_file():
            return (self.path, self.folder / PLUGIN_MANIFEST)
        return (self.folder,)

    @property
    def tests(self) -> Path | None:
        """The folder of its own tests, where there is one: in the project, or in the plugin."""
        return next((each for each in (self.folder / "tests", self.path / "tests") if each.is_dir()), None)


class _Project(Struct, frozen=True):
    entry_points: dict[str, dict[str, str]] = field(name="entry-points", default_factory=dict)


class _Document(Struct, frozen=True):
    """A pyproject.toml, as far as it matters here."""

    project: _Project = _Project()


def target_of(named: str) -> Target:
    """Find the plugin that a path means; raises InputError."""
    if not named.strip():
        raise InputError("PATH is empty", hint=_NAME_ONE)
    path = Path(named.strip()).expanduser()
    try:
        path = path.resolve(strict=True)
    except FileNotFoundError:
        raise InputError(f'"{named}" does not exist', hint=_NAME_ONE) from None
    except (OSError, ValueError, RuntimeError) as error:
        reason = str(error) if isinstance(error, RuntimeError) else system_reason(error)
        raise InputError(f'"{named}" cannot be read: {reason}', hint=_NAME_ONE) from None
    if not path.is_dir() and path.suffix != ".py":
        raise InputError(f'"{named}" is no plugin: it is neither a folder nor a .py file', hint=_NAME_ONE)
    if path.is_dir() and (path / PYPROJECT).is_file():
        return Target(named=named, path=_package_of(path) or path, folder=path)
    return Target(named=named, path=path, folder=path if path.is_dir() else path.parent)


def _package_of(project: Path) -> Path | None:
    """Give the package, or the module, that the project's first entry point names; None where there is none."""
    for module in _entry_modules(project / PYPROJECT):
        parts = module.split(".")[0]
        for folder in (project / "src", project):
            for candidate in (folder / parts, folder / f"{parts}.py"):
                if candidate.exists():
                    return candidate
    return None


def _entry_modules(pyproject: Path) -> list[str]:
    try:
        document = msgspec.convert(tomllib.loads(pyproject.read_text(encoding="utf-8")), _Document)
    except (OSError, ValueError) as error:  # what is wrong with UTF-8, TOML or its form is a ValueError
        hint = "correct it, or name the package's own folder"
        raise InputError(f'"{pyproject}" cannot be read: {error}', hint=hint) from None
    groups = document.project.entry_points
    return [value.partition(":")[0].strip() for group in _GROUPS for value in groups.get(group, {}).values()]
