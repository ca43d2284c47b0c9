"""The files of a new plugin, made of those in the folder `files`: in them `$name` stands for its name."""

import json
from collections.abc import Iterator, Mapping
from string import Template

from aetherflow.core.operations.plugin_making.kinds import BEGINNINGS, PluginKind
from aetherflow.core.operations.plugin_making.naming import dashed
from aetherflow.core.plugins.plugin_tree import PLUGIN_MANIFEST
from aetherflow.version import VERSION

#: In a package's README, for pip would fetch what PyPI has under our name.
_FIRST = ", where AetherFlow is installed from its checkout (on PyPI the name belongs to another project), and pytest"


def contents_of(name: str, kind: PluginKind, author: str, *, is_package: bool) -> Mapping[str, str]:
    """Give the text of every file, by its path in the plugin's folder."""
    words = _words(name, kind, author, is_package=is_package)
    files = {path: Template(_text(source)).substitute(words) for path, source in _sources(name, kind, is_package)}
    manifest = _manifest_path(name, is_package)
    files[manifest] += Template(_text(f"{kind}/manifest.yaml")).substitute(words)
    return files


def try_it(name: str, kind: PluginKind, *, is_package: bool) -> list[str]:
    """Give the commands that try the plugin, typed in its folder."""
    uses = [Template(each).substitute(name=name, dashed=dashed(name)) for each in BEGINNINGS[kind].uses]
    if is_package:
        return [
            "pip install -e .",
            *uses,
            "pytest",
            "aetherflow plugins doctor --strict",
            "aetherflow dev plugin-test .",
        ]
    option = "--plugin-path ."
    here = [f"AETHERFLOW_PLUGIN_PATHS=. {use}" if kind == "command" else f"{use} {option}" for use in uses]
    return [*here, "pytest", f"aetherflow plugins doctor --strict {option}", "aetherflow dev plugin-test ."]


def _sources(name: str, kind: PluginKind, is_package: bool) -> Iterator[tuple[str, str]]:
    """Give each file with the template that it is made of."""
    beginning = BEGINNINGS[kind]
    inside = f"src/{name}/" if is_package else ""
    yield _manifest_path(name, is_package), PLUGIN_MANIFEST
    if is_package:
        yield "pyproject.toml", "package/pyproject.toml.txt"
        yield f"{inside}__init__.py", "package/__init__.py.txt"
    yield f"{inside}{beginning.module}.py", f"{kind}/{beginning.module}.py.txt"
    for file in beginning.files:
        yield file, f"{kind}/{file}"
    yield "tests/conftest.py", "package/conftest.py.txt" if is_package else "conftest.py.txt"
    yield f"tests/test_{name}.py", f"{kind}/test.py.txt"
    yield "README.md", "README.md"


def _manifest_path(name: str, is_package: bool) -> str:
    return f"src/{name}/{PLUGIN_MANIFEST}" if is_package else PLUGIN_MANIFEST


def _words(name: str, kind: PluginKind, author: str, *, is_package: bool) -> Mapping[str, str]:
    beginning = BEGINNINGS[kind]
    return {
        "name": name,
        "dashed": dashed(name),
        "author": _quoted(author),
        "description": beginning.description,
        "versions": _compatible_versions(),
        "module": beginning.module,
        "import_path": f"{name}.{beginning.module}" if is_package else beginning.module,
        "first": _FIRST if is_package else "",
        "commands": "\n".join(try_it(name, kind, is_package=is_package)),
        "files": "\n".join(f"| `{path}` | {what} |" for path, what in _described(name, kind, is_package)),
    }


def _described(name: str, kind: PluginKind, is_package: bool) -> Iterator[tuple[str, str]]:
    beginning = BEGINNINGS[kind]
    inside = f"src/{name}/" if is_package else ""
    yield f"{inside}{beginning.module}.py", f"the {kind}: change it first"
    yield _manifest_path(name, is_package), "what the plugin says of itself; known without running it"
    if is_package:
        yield "pyproject.toml", "what makes it a package, with the entry point by which AetherFlow finds it"
    yield from beginning.files.items()
    yield "tests/", "its tests, with the fixtures of `aetherflow.testing`"


def _quoted(text: str) -> str:
    """Quote a text as JSON, YAML and TOML do alike."""
    return json.dumps(text, ensure_ascii=False)


def _compatible_versions() -> str:
    """Give the range of this version and all that SemVer promises to be like it."""
    major, minor, *_ = VERSION.split(".")
    return f">={major}.{minor},<{max(int(major), 1) + 1}"


def _text(path: str) -> str:
    from importlib.resources import files  # deferred: only this command reads files of the package

    return (files("aetherflow.core.operations.plugin_making") / "files" / path).read_text("utf-8")
