"""Findings about plugins that are disabled on this machine."""

import shlex
from collections.abc import Iterable, Sequence

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.local_switches import LocalSwitches, known_as

_MOST_NAMED = 5


def how_to_enable(plugin_id: str) -> str:
    """Give the command that switches a plugin on again, in a sentence."""
    return f"`aetherflow plugins enable {shlex.quote(plugin_id)}` switches it on again"


def disabled_note(plugin_id: str, switches: LocalSwitches) -> Diagnostic:
    """Say that a plugin does not load because its user does not want it to."""
    return Diagnostic(
        code="AF-P150",
        severity=Severity.NOTE,
        message=f'the plugin "{plugin_id}" is disabled on this machine, by "{switches.file}"',
        hint=how_to_enable(plugin_id),
    )


def without_effect(plugins: Iterable[KnownPlugin], switches: LocalSwitches) -> list[Diagnostic]:
    """Warn that what is said of some plugins on this machine counts for nothing; nothing where it is of none."""
    meant = [each.source.id for each in plugins if any(map(switches.says_of, known_as(each.source)))]
    if not meant:
        return []
    finding = Diagnostic(
        code="AF-P152",
        severity=Severity.WARNING,
        message=f"in enterprise mode what is disabled or set on this machine counts for nothing: {_quoted(meant)}",
        hint=f'the manifest decides which plugins load; "{switches.file}" is not read for it',
    )
    return [finding]


def unusable_and_without_effect(fault: Diagnostic) -> Diagnostic:
    """Warn of a file of switches that could not even be used, where it counts for nothing."""
    return Diagnostic(
        code="AF-P152",
        severity=Severity.WARNING,
        message=f"in enterprise mode what is disabled or set on this machine counts for nothing; {fault.message}",
        hint=fault.hint,
    )


def _quoted(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{each}"' for each in names[:_MOST_NAMED])
    return shown if len(names) <= _MOST_NAMED else f"{shown} and {len(names) - _MOST_NAMED} more"
