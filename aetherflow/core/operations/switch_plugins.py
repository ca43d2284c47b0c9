"""`plugins enable` and `plugins disable`: switching a plugin off for one user of one machine, and on again."""

from collections.abc import Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.operations.masked_refusals import masked_refusals
from aetherflow.core.operations.named_plugins import (
    is_namesake,
    is_shared,
    no_plugin,
    plugin_named,
    plugins_named,
)
from aetherflow.core.operations.plugin_ground import PluginGround, masker_of, plugin_ground
from aetherflow.core.operations.plugin_surroundings import gathered
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.local_switches import LocalSwitches, PluginSwitch, known_as
from aetherflow.core.plugins.plugin_set import PluginSet
from aetherflow.core.plugins.switches_writing import change_switches


class SwitchReport(Struct, frozen=True, kw_only=True):
    """What a plugin is now, and whether it was something else before.

    ``dependents`` are the plugins that are left out for it, since they require it.
    """

    plugin: str
    enabled: bool
    changed: bool
    file: str
    dependents: tuple[str, ...] = ()


def disable_plugin(request: SurroundingsRequest, name: str) -> SwitchReport:
    """Switch a plugin off; none of its code runs, so it may be as broken as it likes.

    Raises InputError where there is no such plugin, where the switches cannot be written, and in enterprise mode.
    """
    ground = plugin_ground(request)
    with masked_refusals(masker_of(ground)):
        return _disabled(ground, name)


def enable_plugin(request: SurroundingsRequest, name: str) -> SwitchReport:
    """Switch a plugin on again, also one that is not found here now; raises InputError as `disable_plugin` does."""
    ground = plugin_ground(request)
    with masked_refusals(masker_of(ground)):
        return _enabled(ground, name)


def refuse_in_enterprise(ground: PluginGround) -> None:
    """Raise InputError where what is said on this machine counts for nothing."""
    if ground.mode == "enterprise":
        finding = Diagnostic(
            code="AF-P155",
            message="in enterprise mode nothing is disabled or set on one machine: it would count for nothing",
            hint="the manifest decides which plugins load, and plugins.yaml what they are given",
        )
        raise InputError.of(finding)


def _disabled(ground: PluginGround, name: str) -> SwitchReport:
    refuse_in_enterprise(ground)
    found = gathered(ground)
    plugin = plugin_named(found, name)
    if plugin is None:
        raise no_plugin(found, name)
    key = plugin.source.id if is_shared(found, plugin) else plugin.source.name
    changed = change_switches(ground.switches_file, partial(_with_disabled, plugin=plugin, key=key))
    now = gathered(ground)
    loading = {each.source.id for each in now.plugins}
    dependents = [each.source.id for each in found.plugins if each.source.id not in {*loading, plugin.source.id}]
    return SwitchReport(
        plugin=plugin.source.id,
        enabled=False,
        changed=changed,
        file=str(ground.switches_file),
        dependents=tuple(dependents),
    )


def _with_disabled(before: LocalSwitches, *, plugin: KnownPlugin, key: str) -> dict[str, PluginSwitch]:
    if before.disables(plugin.source):
        return dict(before.plugins)
    return {**before.plugins, before.key_of(key): replace(before.named(key), enabled=False)}


def _enabled(ground: PluginGround, name: str) -> SwitchReport:
    refuse_in_enterprise(ground)
    found = gathered(ground)
    is_said = found.switches is not None and found.switches.says_of(name)
    is_of_several = len(plugins_named(found, name)) > 1
    plugin = None if is_said and is_of_several else plugin_named(found, name)
    if plugin is None and not is_said:
        raise no_plugin(found, name)
    change = partial(_with_enabled, found=found, plugin=plugin) if plugin else partial(_without, names=(name,))
    changed = change_switches(ground.switches_file, change)
    shown = plugin.source.id if plugin else name
    return SwitchReport(plugin=shown, enabled=True, changed=changed, file=str(ground.switches_file))


def _without(before: LocalSwitches, *, names: Sequence[str]) -> dict[str, PluginSwitch]:
    """Take back every word that disables a plugin under some names."""
    enabled = {key: replace(before.plugins[key], enabled=True) for key in before.keys_of(names)}
    return {**before.plugins, **enabled}


def _with_enabled(before: LocalSwitches, *, found: PluginSet, plugin: KnownPlugin) -> dict[str, PluginSwitch]:
    """Do so for one plugin; those of its name that a word meant as well stay disabled."""
    others = [each for each in found.known_plugins() if each is not plugin and is_namesake(each, plugin)]
    kept = [each.source.id for each in others if before.disables(each.source)]
    disabled = {before.key_of(each): replace(before.named(each), enabled=False) for each in kept}
    return {**_without(before, names=known_as(plugin.source)), **disabled}
