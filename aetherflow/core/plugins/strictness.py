"""What findings about plugins mean for a flow: what stops it, what is only told, and what is for `doctor` alone."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.lock_file import LOCK_CODES
from aetherflow.core.plugins.plugin_findings import PluginFinding
from aetherflow.core.plugins.plugin_set import PluginSet


def input_errors(found: PluginSet) -> list[Diagnostic]:
    """Give what is wrong with the words of whoever named the plugins: paths that lead nowhere."""
    return [finding for finding in found.origins.diagnostics if finding.severity is Severity.ERROR]


def plugin_findings(found: PluginSet) -> Iterator[Diagnostic]:
    """Give what is wrong with the plugins themselves: errors, which are warnings where nobody is strict, and drift."""
    named_wrongly = input_errors(found)
    for each in found.findings:
        finding = each.diagnostic
        if finding.severity is Severity.ERROR and finding not in named_wrongly:
            yield finding if found.strict or not each.plugin else as_warning(finding)
        elif finding.code in LOCK_CODES:
            yield finding


def as_warning(finding: Diagnostic) -> Diagnostic:
    """Give a finding that stops nothing."""
    return replace(finding, severity=Severity.WARNING)


def of_plugin(plugin: str, findings: Iterable[Diagnostic]) -> tuple[PluginFinding, ...]:
    """Give findings with the plugin that they are about."""
    return tuple(PluginFinding(plugin=plugin, diagnostic=finding) for finding in findings)
