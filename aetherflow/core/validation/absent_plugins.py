"""What nobody registers may be registered by a plugin that is not known in full, or that may not load."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.registry import Kind

Absent = TypeVar("Absent")

_MOST_SHOWN = 3


class SearchedPlugins(Struct, frozen=True, kw_only=True):
    """Where names were looked for: all plugins, those that register nothing, and how much the mode refuses."""

    mode: str = "internal_fast"
    plugins: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    refused_paths: int = 0
    refused_packages: int = 0


class DisabledPlugin(Struct, frozen=True):
    """A plugin that is switched off on this machine, and what switches it on again, as an advice."""

    name: str
    advice: str


class AbsentPlugins(Struct, frozen=True, kw_only=True):
    """Plugins whose names the registry lacks.

    ``unread`` are the names of those that may register more than could be read; ``left_out`` gives, for what a plugin
    that may not load would register, that plugin; ``unregistered``, for what a plugin's manifest declares and its code
    does not register, the place of the declaration; ``disabled``, for what a plugin would register that is switched off
    on this machine, that plugin, and ``disabled_unread`` those that may register more. ``are_told`` says that being
    left out is an error of its own, and ``are_unknown`` that no plugin could be looked for, which is one too.
    """

    unread: tuple[str, ...] = ()
    left_out: Mapping[tuple[Kind, str], str] = {}
    unregistered: Mapping[tuple[Kind, str], str] = {}
    disabled: Mapping[tuple[Kind, str], DisabledPlugin] = {}
    disabled_unread: tuple[DisabledPlugin, ...] = ()
    searched: SearchedPlugins | None = None
    are_told: bool = False
    are_unknown: bool = False

    def judge(self, finding: Diagnostic, kind: Kind, name: str) -> Diagnostic | None:
        """Give the finding of an unknown name as it is to be told; None where the plugin's own finding tells all."""
        if self.are_unknown:
            return None
        if plugin := _found(self.left_out, kind, name):
            note = f'the plugin "{plugin}" would register it, but the code for it does not load'
            return None if self.are_told else replace(finding, notes=(*finding.notes, note))
        if disabled := _found(self.disabled, kind, name):
            label = f'the plugin "{disabled.name}" registers it, and is disabled on this machine'
            return replace(finding, label=label, hint=disabled.advice)
        notes = (*finding.notes, *self._notes(finding, kind, name))
        severity = Severity.WARNING if self.unread else finding.severity
        return replace(finding, severity=severity, notes=notes)

    def _notes(self, finding: Diagnostic, kind: Kind, name: str) -> Iterator[str]:
        if place := _found(self.unregistered, kind, name):
            yield f"{place} declares it, and the code does not register it"
        if self.unread:
            plugins = f"{_plugins(self.unread)} {_quoted(self.unread)}"
            yield f"it may be registered by {plugins}: what that is, is only known when the code runs"
        for each in self.disabled_unread:
            yield f'the plugin "{each.name}" may register it, and is disabled on this machine: {each.advice}'
        if self.searched:
            # Where a known name was meant, it does not matter where else a name could come from.
            yield from _where_it_is_not(self.searched) if not (self.unread or finding.label) else ()
            yield from _what_may_hide_it(self.searched)


def _found(named: Mapping[tuple[Kind, str], Absent], kind: Kind, name: str) -> Absent | None:
    """Look for what has a name; a tool is a step type."""
    return named.get((kind, name)) or (named.get(("tool", name)) if kind == "step" else None)


def _where_it_is_not(searched: SearchedPlugins) -> Iterator[str]:
    if searched.plugins:
        if searched.plugins != searched.silent:
            yield f"looked for in {_plugins(searched.plugins)} {_quoted(searched.plugins)}"
    elif searched.mode == "enterprise":
        yield "no plugins are loaded: enterprise mode loads those that the manifest names"
    else:
        yield "no plugins are loaded: name a folder with --plugin-path or AETHERFLOW_PLUGIN_PATHS"


def _what_may_hide_it(searched: SearchedPlugins) -> Iterator[str]:
    if searched.silent:
        verb = "registers" if len(searched.silent) == 1 else "register"
        plugins = f"{_plugins(searched.silent)} {_quoted(searched.silent)}"
        yield f"{plugins} {verb} nothing: `aetherflow plugins doctor` says why"
    counts = (_count(searched.refused_paths, "path"), _count(searched.refused_packages, "installed package"))
    if refused := " and ".join(filter(None, counts)):
        yield f"{searched.mode} mode refuses {refused}: `aetherflow plugins list --verbose` says why"


def _plugins(names: Sequence[str]) -> str:
    return "the plugin" if len(names) == 1 else "the plugins"


def _quoted(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{each}"' for each in names[:_MOST_SHOWN])
    return shown if len(names) <= _MOST_SHOWN else f"{shown} and {len(names) - _MOST_SHOWN} more"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""
