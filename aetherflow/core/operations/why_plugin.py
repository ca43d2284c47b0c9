"""`plugins why NAME`: who registers a name, where, and why it may load; or why it does not. Runs no plugin."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.hook import hook_named
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.diagnostics.cells import make_visible
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.operations.listing.answers import NameAnswer, WhyReport
from aetherflow.core.operations.listing.found_listing import built_ins, listing_of
from aetherflow.core.operations.listing.inputs import taken_inputs
from aetherflow.core.operations.listing.values import (
    ListedName,
    ListedPlugin,
    ListedRefusal,
    OverrideSide,
    PluginListing,
)
from aetherflow.core.operations.named_plugins import wrong_paths
from aetherflow.core.operations.plugin_ground import masker_of, plugin_ground
from aetherflow.core.operations.plugin_surroundings import gathered
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.operations.told_values import masked
from aetherflow.core.plugins.contributions import static_contributions
from aetherflow.core.plugins.distribution_names import normalised_name
from aetherflow.core.plugins.plugin_set import PluginSet

#: Of what the mode refuses, where the name that is asked for may be.
_MOST_REFUSED = 3


def why_plugin(request: SurroundingsRequest, asked: str) -> WhyReport:
    """Tell all that has a name; raises InputError with the nearest one where nothing has it."""
    ground = plugin_ground(request)
    found = gathered(ground)
    listing = listing_of(found)
    report = report_of(found, listing, asked.strip())
    if not (report.names or report.plugins or report.refused):
        unknown = _unknown(report.asked, listing, wrong_paths(found))
        unknown.mask = masker_of(ground).mask_text
        raise unknown
    return masked(report, masker_of(ground))


def report_of(found: PluginSet, listing: PluginListing, asked: str) -> WhyReport:
    """Pick what has the name; of what lost it to another plugin, only the winner tells."""
    answers = _Answers(found, listing)
    all_plugins = (*listing.plugins, *listing.left_out)
    named = [plugin for plugin in all_plugins if _is_plugin(plugin, asked)]
    around = [] if named else sorted((each for each in all_plugins if _is_around(each, asked)), key=_depth)[-1:]
    return WhyReport(
        asked=asked,
        mode=found.mode,
        names=tuple(answers.of(asked)),
        plugins=(*named, *around),
        refused=tuple(refused for refused in listing.refused if _is_refused(refused, asked)),
    )


class _Answers:
    """Finds names among everything that plugins register, those too that are left out."""

    def __init__(self, found: PluginSet, listing: PluginListing) -> None:
        self._listing = listing
        self._contributions = [
            *built_ins(found.catalogue),
            *(each for plugin in found.plugins for each in static_contributions(plugin)),
            *(each for left in (*found.left_out, *found.disabled) for each in static_contributions(left.plugin)),
        ]
        self._plugins = {plugin.id: plugin for plugin in (*listing.plugins, *listing.left_out)}
        self._names = {
            (plugin.id, name.kind, name.name, name.file, name.line): name
            for plugin in self._plugins.values()
            for name in plugin.provides
        }

    def of(self, asked: str) -> Iterator[NameAnswer]:
        for each in self._contributions:
            name = self._names[each.plugin, each.kind, each.name, each.file, each.line]
            if _is_called(name, asked) and name.overridden_by is None:
                yield self._answer(each, name)

    def _answer(self, each: Contribution, name: ListedName) -> NameAnswer:
        plugin = self._plugins[each.plugin]
        return NameAnswer(
            name=name,
            plugin=plugin,
            effects=each.effects if each.kind in ("step", "tool") else None,
            inputs=tuple(taken_inputs(each.kind, each.input_schema)),
            input_schema=each.input_schema,
            output_schema=each.output_schema,
            overrides=tuple(self._overridden(each)),
            reasons=plugin.reasons or tuple(self._refusals(name)),
        )

    def _overridden(self, each: Contribution) -> Iterator[OverrideSide]:
        for override in self._listing.overrides:
            winner = override.winner
            if (override.kind, winner.file, winner.line) == (each.kind, each.file, each.line):
                yield from override.losers

    def _refusals(self, name: ListedName) -> Iterator[Diagnostic]:
        for each in self._listing.findings if name.refused is not None else ():
            span = each.diagnostic.span
            if each.diagnostic.code == name.refused and span and (span.file, span.line) == (name.file, name.line):
                yield each.diagnostic


def _is_called(name: ListedName, asked: str) -> bool:
    """Tell whether a name is meant: connectors by their driver too, tools by their end, hooks by two names."""
    if name.kind == "connector":
        return asked in (name.name, name.name.partition(":")[2])
    if name.kind == "compiler":
        return asked.lower().removesuffix("://") == name.name.lower()
    if name.kind == "hook":
        return asked == name.name or (hook_named(asked) is not None and hook_named(asked) is hook_named(name.name))
    if name.kind == "tool":
        return f".{name.name}".endswith(f".{asked}")
    return asked == name.name


def _is_plugin(plugin: ListedPlugin, asked: str) -> bool:
    """Tell whether a plugin is meant: by its name, its id, its path, or its origin as it was named."""
    is_named = asked in (plugin.id, plugin.named) or normalised_name(asked) == normalised_name(plugin.name)
    return is_named or os.path.realpath(asked) == plugin.path


def _depth(plugin: ListedPlugin) -> int:
    return plugin.path.count("/")


def _is_around(plugin: ListedPlugin, asked: str) -> bool:
    """Tell whether a file that is there lies in the plugin's folder."""
    return "/" in asked and os.path.lexists(asked) and os.path.realpath(asked).startswith(f"{plugin.path}/")


def _is_refused(refused: ListedRefusal, asked: str) -> bool:
    if refused.origin == "package" and normalised_name(asked) == normalised_name(refused.named):
        return True
    path = os.path.abspath(refused.path)  # noqa: PTH100  # Path keeps the `..` of what is asked for
    return asked in (refused.named, Path(path).name) or os.path.abspath(asked) == path  # noqa: PTH100  # as above


def _unknown(asked: str, listing: PluginListing, paths: Iterable[str]) -> InputError:
    plugins = (*listing.plugins, *listing.left_out)
    names = [name.name for plugin in plugins for name in plugin.provides]
    drivers = [name.partition(":")[2] for name in names]
    known = [*names, *drivers, *(plugin.name for plugin in plugins), *(refused.named for refused in listing.refused)]
    nearest = did_you_mean(asked, map(make_visible, known)) or "`aetherflow plugins list` shows all names"
    return InputError(
        f'nothing that plugins register, and no plugin, is called "{asked}"',
        hint="\n".join([nearest, *paths, *_where_else(listing)]),
    )


def _where_else(listing: PluginListing) -> Iterator[str]:
    unread = [plugin.name for plugin in listing.plugins if not plugin.complete]
    if unread:
        yield f"what these plugins register is only known when they run: {make_visible(', '.join(unread))}"
    for each in listing.refused[:_MOST_REFUSED]:
        named, hint = make_visible(each.named), make_visible(each.hint)
        yield f'{listing.mode} mode does not look into "{named}" ({each.code}): {hint}'
    if len(listing.refused) > _MOST_REFUSED:
        yield f"nor into {len(listing.refused) - _MOST_REFUSED} more: `aetherflow plugins list --verbose` shows them"
