"""What plugins register, as contributions: known from their text, or from the load of their code."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.contracts.registry import Contribution, Kind
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.module_reading import Provided
from aetherflow.core.plugins.plugin_source import PluginSource

if TYPE_CHECKING:  # what only a load needs is not imported to list plugins
    from aetherflow.core.plugins.loading.loaded_plugin import LoadedPlugin


def static_contributions(plugin: KnownPlugin) -> list[Contribution]:
    """Give what a plugin provides as far as it is known without running it; to load one of them runs the plugin."""
    source, digest = plugin.source, plugin.digest
    return [
        _contribution(source, digest, provided, partial(_load, source, provided.kind, provided.name))
        for provided in plugin.contents.provides
    ]


def loaded_contributions(source: PluginSource, loaded: "LoadedPlugin") -> list[Contribution]:
    """Give what the load of a plugin registered."""
    targets = [each.target for each in loaded.contributions]
    return [
        _contribution(source, loaded.snapshot.digest, provided, partial(_itself, target))
        for provided, target in zip(provided_by(loaded), targets, strict=True)
    ]


def provided_by(loaded: "LoadedPlugin") -> tuple[Provided, ...]:
    """Describe what the load of a plugin registered, as the index keeps it."""
    from aetherflow.core.contracts.marking import Mark  # deferred, as is what follows: no code runs without a load
    from aetherflow.core.plugins.describe import (
        effects_of,
        has_typed_inputs,
        input_schema_of,
        output_schema_of,
        summary_of,
    )

    root = loaded.snapshot.root
    found = []
    for each in loaded.contributions:
        mark = Mark(each.kind, each.name, each.target, each.tool)
        found.append(
            Provided(
                kind=each.kind,
                name=each.name,
                file=each.file.removeprefix(f"{root}/"),
                line=each.line,
                module=each.module,
                target=getattr(each.target, "__qualname__", ""),
                summary=summary_of(mark),
                effects=effects_of(mark),
                input_schema=input_schema_of(mark),
                output_schema=output_schema_of(mark),
                typed_inputs=has_typed_inputs(mark),
                owner=each.owner,
            )
        )
    return tuple(found)


def declared_alike(first: Iterable[Contribution], second: Iterable[Contribution]) -> bool:
    """Tell whether a flow that is valid with the ones is valid with the others: same names, schemas and effects."""
    return _declarations(first) == _declarations(second)


def _declarations(contributions: Iterable[Contribution]) -> list[tuple[Any, ...]]:
    return [
        (each.kind, each.name, each.plugin, each.effects, each.input_schema, each.output_schema, each.typed_inputs)
        for each in contributions
    ]


def _contribution(source: PluginSource, digest: str, provided: Provided, load: Any) -> Contribution:
    return Contribution(
        kind=provided.kind,
        name=provided.name,
        plugin=source.id,
        version=source.version,
        digest=digest,
        origin=source.origin.kind,
        file=source.path_of(provided.file),
        line=provided.line,
        load=load,
        place=source.place,
        summary=provided.summary,
        effects=provided.effects or "idempotent",
        input_schema=provided.input_schema,
        output_schema=provided.output_schema,
        typed_inputs=provided.typed_inputs,
        owner=provided.owner,
    )


def _itself(target: Any) -> Any:
    return target


def _load(source: PluginSource, kind: Kind, name: str) -> Any:
    """Run the plugin and give what it registers under a name; raises PluginRefused where it does not."""
    # deferred: nothing of a plugin runs to know what it provides
    from aetherflow.core.plugins.loading.host import IN_PROCESS
    from aetherflow.core.plugins.loading.loaded_plugin import refusal
    from aetherflow.core.plugins.loading.snapshot import read_snapshot

    loaded = IN_PROCESS.load(read_snapshot(source))
    found = loaded.contribution(kind, name)
    if found is None:
        raise refusal(loaded) or PluginRefused(f'the plugin "{source.name}" does not register the {kind} "{name}"')
    return found.target
