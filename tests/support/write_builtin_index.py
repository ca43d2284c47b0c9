"""Writes the index of built-ins that is shipped with the package: `python -m tests.support.write_builtin_index`."""

import hashlib
import pkgutil
from importlib import import_module
from pathlib import Path

import msgspec

import aetherflow.core.builtins
from aetherflow.core.contracts.marking import Mark, marks_of
from aetherflow.core.contracts.observer import ObserverPlugin
from aetherflow.core.plugins.builtin_index import INDEX_FILE, PACKAGE_ROOT, BuiltinIndex, IndexEntry
from aetherflow.core.plugins.describe import has_typed_inputs, input_schema_of, line_of, summary_of
from aetherflow.version import VERSION


def builtin_index() -> bytes:
    """Give the index as it must stand in the package, formatted for reading."""
    package = aetherflow.core.builtins
    entries = [
        _entry(module_info.name, mark)
        for module_info in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
        for target in vars(import_module(module_info.name)).values()
        if getattr(target, "__module__", None) == module_info.name
        for mark in (*marks_of(target), *_observer(target))
    ]
    entries.sort(key=lambda entry: (entry.kind, entry.name))
    return (
        msgspec.json.format(
            msgspec.json.encode(BuiltinIndex(VERSION, tree_digest(Path(package.__path__[0])), entries)), indent=1
        )
        + b"\n"
    )


def tree_digest(folder: Path) -> str:
    """Digest every module of a folder: names and contents, in order of name."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(folder).as_posix()} {content}\n".encode())
    return f"sha256:{digest.hexdigest()}"


def _observer(target: object) -> tuple[Mark, ...]:
    """Give a shipped observer under the name of its class: plugins.yaml lists observers, no decorator does."""
    is_observer = (
        isinstance(target, type) and issubclass(target, ObserverPlugin) and not target.__name__.startswith("_")
    )
    return (Mark("observer", target.__name__, target),) if is_observer else ()


def _entry(module: str, mark: Mark) -> IndexEntry:
    file = Path(import_module(module).__file__ or "")
    return IndexEntry(
        kind=mark.kind,
        name=mark.name,
        module=module,
        target=mark.target.__name__,
        file=file.relative_to(PACKAGE_ROOT).as_posix(),
        line=line_of(mark.target),
        summary=summary_of(mark),
        effects=getattr(mark.target, "effects", "idempotent"),
        input_schema=input_schema_of(mark),
        output_schema=getattr(mark.target, "output_schema", None),
        typed_inputs=has_typed_inputs(mark),
    )


if __name__ == "__main__":
    INDEX_FILE.write_bytes(builtin_index())
