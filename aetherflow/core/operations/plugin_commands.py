"""Commands that plugins bring: which there are, known without running any plugin, and the load of the one named."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors
from aetherflow.core.contracts.errors import InputError, PluginRefused
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.environment.masking import Masker
from aetherflow.core.operations.masked_refusals import masked_refusals
from aetherflow.core.operations.plugin_ground import PluginGround, masker_of, plugin_ground
from aetherflow.core.operations.plugin_surroundings import gathered
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.plugin_set import PluginSet
from aetherflow.core.plugins.strictness import as_warning, input_errors, plugin_findings


class KnownCommand(Struct, frozen=True):
    """A command of a plugin, as it is known without running it."""

    name: str
    summary: str


class CommandsFound(Struct, frozen=True, kw_only=True):
    """The commands of plugins in some surroundings.

    ``unread`` names plugins that may have more of them, ``refused`` what the mode does not look into.
    """

    commands: tuple[KnownCommand, ...]
    unread: tuple[str, ...]
    refused: tuple[str, ...]
    ground: PluginGround
    found: PluginSet


class LoadedCommand(Struct, frozen=True, kw_only=True):
    """A command whose plugin was loaded. ``target`` is its Typer app or function; ``warnings`` are to be told."""

    contribution: Contribution
    target: Any
    warnings: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    masker: Masker


def find_commands(request: SurroundingsRequest) -> CommandsFound:
    """Find the commands of plugins; raises InputError and PluginRefused for what is no plugin's affair."""
    ground = plugin_ground(request)
    found, masker = gathered(ground), masker_of(ground)
    registered = found.catalogue.registry.commands
    return CommandsFound(
        commands=tuple(KnownCommand(name, masker.mask_text(registered[name].summary)) for name in sorted(registered)),
        unread=tuple(plugin.source.name for plugin in found.unread()),
        refused=tuple(dict.fromkeys(refused.origin.named for refused in found.origins.refused)),
        ground=ground,
        found=found,
    )


def load_command(here: CommandsFound, name: str) -> LoadedCommand | None:
    """Load the plugin that has a command, behind those it requires; None where no plugin has it.

    Raises what a run would raise for these plugins; what is wrong with others is no matter.
    """
    masker = masker_of(here.ground)
    with masked_refusals(masker):
        return _load(here, name, masker)


def _load(here: CommandsFound, name: str, masker: Masker) -> LoadedCommand | None:
    found = here.found
    contribution = found.catalogue.registry.commands.get(name)
    if contribution is None:
        _refuse_disabled(found, name)
        _refuse_left_out(found, name)
        return None
    needed = _needed(found, contribution.plugin)
    findings = _findings(found, {plugin.source.id for plugin in needed})
    if has_errors(findings):
        errors = [finding for finding in findings if has_errors([finding])]
        error = InputError if errors[0] in input_errors(found) else PluginRefused
        raise error(errors[0].message, hint=errors[0].hint, diagnostics=errors, sources=_texts(errors))
    target, warnings = _loaded(replace(found, plugins=needed), contribution)
    told = (*findings, *warnings)
    return LoadedCommand(contribution=contribution, target=target, warnings=told, sources=_texts(told), masker=masker)


def _refuse_disabled(found: PluginSet, name: str) -> None:
    """Say that the plugin which has a command is switched off on this machine."""
    plugin = found.disabled_with("command", name)
    if plugin is not None:
        from aetherflow.core.plugins.switch_findings import how_to_enable  # deferred: mostly nothing is disabled

        message = f'the command "{name}" is of the plugin "{plugin.source.id}", which is disabled on this machine'
        raise InputError(message, hint=how_to_enable(plugin.source.id))


def _refuse_left_out(found: PluginSet, name: str) -> None:
    """Say why the plugin that has a command may not load."""
    for left in found.left_out:
        if ("command", name) in {(each.kind, each.name) for each in left.plugin.contents.provides}:
            first = left.diagnostics[0]
            findings = left.diagnostics
            raise PluginRefused(first.message, hint=first.hint, diagnostics=findings, sources=_texts(findings))


def _needed(found: PluginSet, plugin: str) -> tuple[KnownPlugin, ...]:
    """Give a plugin and all that it requires, in load order."""
    from aetherflow.core.plugins.requirements import needs_of, waits_of  # deferred: only wanted to load a command

    graph = waits_of(needs_of(found.plugins))
    wanted = [plugin]
    for each in wanted:  # grows while we walk it
        wanted += [other for other in graph[each] if other not in wanted]
    return tuple(each for each in found.plugins if each.source.id in wanted)


def _findings(found: PluginSet, plugins: set[str]) -> list[Diagnostic]:
    """Give what a run would tell of these plugins: errors, which are warnings where nobody is strict, and drift."""
    about = tuple(each for each in found.findings if each.plugin in plugins)
    return [*input_errors(found), *plugin_findings(replace(found, findings=about))]


def _loaded(found: PluginSet, contribution: Contribution) -> tuple[Any, list[Diagnostic]]:
    """Run the code of the plugins; gives what is registered, and what is to be told of it."""
    from aetherflow.core.plugins.loading.host import IN_PROCESS  # deferred: to list commands runs no code
    from aetherflow.core.plugins.loading.loading_plugins import load_plugins

    warnings: list[Diagnostic] = []
    for load in load_plugins(found, IN_PROCESS):
        is_its = load.plugin.source.id == contribution.plugin
        registered = load.loaded.contribution("command", contribution.name) if load.loaded else None
        if load.error and (found.strict or (is_its and registered is None)):
            raise load.error
        warnings += [as_warning(finding) for finding in (load.error.diagnostics if load.error else ())]
        warnings += load.warnings
        if is_its and registered:
            return registered.target, warnings
    raise PluginRefused(
        f'the plugin "{contribution.plugin}" does not register the command "{contribution.name}"',
        hint="its text, or its manifest, says that it does: `aetherflow plugins doctor` tells more",
    )


def _texts(findings: Sequence[Diagnostic]) -> dict[str, str]:
    from aetherflow.core.operations.plugins_found import texts_of  # deferred: only wanted for findings

    return texts_of(findings) if findings else {}
