"""What findings about plugins mean for a flow: what stops it, what is only told, and what is for `doctor` alone."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.lock_file import LOCK_CODES
from aetherflow.core.plugins.origins import refusal_findings
from aetherflow.core.plugins.plugin_finding import PluginFinding
from aetherflow.core.plugins.plugin_set import PluginSet

#: Warnings that tell why a run is not what somebody thinks: the code was edited, a declared name is not there, a switch
#: of this machine counts for nothing.
_TOLD_WARNINGS = LOCK_CODES | {"AF-P152", "AF-P211"}
#: Origins that somebody names for this very run; installed packages are there for other reasons.
_NAMED_NOW = frozenset({"environment", "flag", "bundle", "secrets hook"})


def input_errors(found: PluginSet) -> list[Diagnostic]:
    """Give what is wrong with the words of whoever named the plugins: paths that lead nowhere."""
    return [finding for finding in found.origins.diagnostics if finding.severity is Severity.ERROR]


def plugin_findings(found: PluginSet) -> Iterator[Diagnostic]:
    """Give what is wrong with the plugins themselves: errors, which are warnings where nobody is strict, and drift.

    What somebody names now, and the mode refuses, is told first: it would be missed in silence.
    """
    yield from dict.fromkeys(_refused_now(found))
    yield from dict.fromkeys(_of_the_set(found))  # what several plugins have in common is told once


def _of_the_set(found: PluginSet) -> Iterator[Diagnostic]:
    named_wrongly = input_errors(found)
    for each in found.findings:
        finding = each.diagnostic
        if finding.severity is Severity.ERROR and finding not in named_wrongly:
            yield finding if found.strict or not each.plugin else as_warning(finding)
        elif finding.code in _TOLD_WARNINGS:
            yield finding


def _refused_now(found: PluginSet) -> list[Diagnostic]:
    return refusal_findings(each for each in found.origins.refused if each.origin.kind in _NAMED_NOW)


def as_warning(finding: Diagnostic) -> Diagnostic:
    """Give a finding that stops nothing."""
    return replace(finding, severity=Severity.WARNING)


def of_plugin(plugin: str, findings: Iterable[Diagnostic]) -> tuple[PluginFinding, ...]:
    """Give findings with the plugin that they are about."""
    return tuple(PluginFinding(plugin=plugin, diagnostic=finding) for finding in findings)
