"""Which plugin somebody means who names one, for what is kept under that name."""

import os
from collections.abc import Iterable, Iterator

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.diagnostics.cells import make_visible
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.plugins.distribution_names import normalised_name
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.plugin_ids import RESERVED_NAMES
from aetherflow.core.plugins.plugin_set import PluginSet
from aetherflow.core.plugins.strictness import input_errors

_MOST_SHOWN = 5


def plugins_named(found: PluginSet, asked: str) -> list[KnownPlugin]:
    """Find plugins by an id or a path, which are one plugin's, else by a name, which may be that of several.

    A path has a slash: a name may be that of a folder here as well.
    """
    plugins = list(found.known_plugins())
    place = os.path.realpath(asked) if "/" in asked else None
    exact = [each for each in plugins if asked == each.source.id or place == each.source.place]
    return exact[:1] or [each for each in plugins if normalised_name(each.source.name) == normalised_name(asked)]


def plugin_named(found: PluginSet, asked: str) -> KnownPlugin | None:
    """Find the plugin that is called so; raises InputError where several are."""
    named = plugins_named(found, asked)
    if len(named) < 2:
        return next(iter(named), None)
    ids = ", ".join(f'"{make_visible(each.source.id)}" in {make_visible(each.source.place)}' for each in named)
    raise InputError(f'{len(named)} plugins are called "{asked}"', hint=f"name one of them by its id: {ids}")


def is_shared(found: PluginSet, plugin: KnownPlugin) -> bool:
    """Tell whether another plugin has the name of one, so that only the id means it."""
    return any(each is not plugin and is_namesake(each, plugin) for each in found.known_plugins())


def is_namesake(one: KnownPlugin, other: KnownPlugin) -> bool:
    """Tell whether two plugins have one name."""
    return normalised_name(one.source.name) == normalised_name(other.source.name)


def no_plugin(found: PluginSet, asked: str, others: Iterable[str] = ()) -> InputError:
    """Say that no plugin is called so, and which, or which of some other names, may have been meant."""
    if normalised_name(asked) in RESERVED_NAMES:
        hint = "what is a plugin can be disabled, and has a config: `aetherflow plugins list` shows all of them"
        return InputError("what is built in is part of AetherFlow, and no plugin", hint=hint)
    hints = [_nearest(found, asked, others), *wrong_paths(found)]
    return InputError(f'no plugin is called "{asked}"', hint="\n".join(hints))


def _nearest(found: PluginSet, asked: str, others: Iterable[str]) -> str:
    owner = next(_registering(found, asked), None)
    if owner is not None:
        return f'"{make_visible(asked)}" is registered by the plugin "{make_visible(owner.source.id)}": name that'
    known = [make_visible(each.source.id) for each in found.known_plugins()]
    listed = f"there are {', '.join(known[:_MOST_SHOWN])}" if known else "no plugins are found"
    more = f" and {len(known) - _MOST_SHOWN} more" if len(known) > _MOST_SHOWN else ""
    where = "name the folder of others with --plugin-path or AETHERFLOW_PLUGIN_PATHS"
    return did_you_mean(asked, [*known, *others]) or f"{listed}{more}; {where}"


def _registering(found: PluginSet, name: str) -> Iterator[KnownPlugin]:
    for plugin in found.known_plugins():
        if name in {each.name for each in plugin.contents.provides}:
            yield plugin


def wrong_paths(found: PluginSet) -> Iterator[str]:
    """Say of paths that were named what is wrong with them: what is asked for may be there."""
    for finding in input_errors(found):
        yield make_visible(f"{finding.message}{'; ' if finding.label else ''}{finding.label or ''}")
