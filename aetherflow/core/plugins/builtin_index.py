"""The built-in plugins, by the same index as any plugin's, shipped prebuilt: nothing is imported before it is used."""

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import msgspec

from aetherflow.core.contracts.effects import Effects
from aetherflow.core.contracts.registry import Contribution, Registry

PACKAGE_ROOT = Path(__file__).parents[2]
INDEX_FILE = Path(__file__).with_name("builtin_index.json")


class IndexEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One contribution as the index keeps it; ``file`` is relative to the package, ``target`` a name in ``module``."""

    kind: Literal["step", "connector", "compiler", "observer"]
    name: str
    module: str
    target: str
    file: str
    line: int
    summary: str = ""
    effects: Effects = "idempotent"
    input_schema: dict[str, Any] | None = None
    output_schema: dict[str, Any] | None = None
    typed_inputs: bool = False


class BuiltinIndex(msgspec.Struct, frozen=True):
    """The prebuilt index of everything that AetherFlow itself registers; ``digest`` is that of all its files."""

    version: str
    digest: str
    entries: list[IndexEntry]


def read_builtin_index() -> BuiltinIndex:
    """Read the index that is shipped with the package."""
    return msgspec.json.decode(INDEX_FILE.read_bytes(), type=BuiltinIndex)


def builtin_registry() -> Registry:
    """Build the registry that holds the built-ins alone."""
    index = read_builtin_index()
    contributions = [_contribution(entry, index) for entry in index.entries if entry.kind != "observer"]
    return Registry(
        steps={found.name: found for found in contributions if found.kind == "step"},
        connectors={found.name: found for found in contributions if found.kind == "connector"},
        compilers={found.name: found for found in contributions if found.kind == "compiler"},
    )


def shipped_observers() -> dict[str, Contribution]:
    """Give the observers that are shipped, by the names of their classes."""
    index = read_builtin_index()
    return {entry.name: _contribution(entry, index) for entry in index.entries if entry.kind == "observer"}


def _contribution(entry: IndexEntry, index: BuiltinIndex) -> Contribution:
    return Contribution(
        kind=entry.kind,
        name=entry.name,
        plugin="aetherflow",
        version=index.version,
        digest=index.digest,
        origin="built-in",
        file=str(PACKAGE_ROOT / entry.file),
        line=entry.line,
        load=partial(_load, entry.module, entry.target),
        summary=entry.summary,
        effects=entry.effects,
        input_schema=entry.input_schema,
        output_schema=entry.output_schema,
        typed_inputs=entry.typed_inputs,
    )


def _load(module: str, target: str) -> Any:
    return getattr(import_module(module), target)
