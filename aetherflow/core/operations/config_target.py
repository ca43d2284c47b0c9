"""Whose config somebody means who names a plugin, or a class that one registers."""

from msgspec import Struct

from aetherflow.core.operations.named_plugins import no_plugin, plugin_named
from aetherflow.core.plugins.config_schemas import Schema, config_schemas
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.plugin_set import PluginSet


class ConfigTarget(Struct, frozen=True, kw_only=True):
    """Who is meant: the first of ``names`` that has a config has it; where none has, it is kept under ``shown``."""

    shown: str
    names: tuple[str, ...]
    schemas: tuple[Schema, ...] = ()


def config_target(found: PluginSet, asked: str) -> ConfigTarget:
    """Find whom a name means: a plugin, the name that a class of one is registered under, or one that is kept."""
    plugin = plugin_named(found, asked)
    if plugin is not None:
        return _of_plugin(plugin)
    for owner in found.known_plugins():
        if asked in _registered(owner):
            names = (asked, owner.source.id, owner.source.name)
            return ConfigTarget(shown=asked, names=names, schemas=tuple(config_schemas(owner, asked)))
    if found.switches is not None and found.switches.says_of(asked):
        return ConfigTarget(shown=asked, names=(asked,))
    raise no_plugin(found, asked, (name for each in found.known_plugins() for name in _registered(each)))


def _of_plugin(plugin: KnownPlugin) -> ConfigTarget:
    """Mean a plugin, with the one class that it registers under a name of its own, if there is one."""
    source = plugin.source
    registered = _registered(plugin)
    own = registered if len(registered) == 1 else []
    schemas = tuple(config_schemas(plugin))
    return ConfigTarget(shown=source.id, names=(*own, source.id, source.name), schemas=schemas)


def _registered(plugin: KnownPlugin) -> list[str]:
    return [each.name for each in plugin.contents.provides if each.kind == "plugin"]
