"""The lock of plugins, written or compared, as text and as JSON."""

from collections.abc import Iterable
from typing import Any

import msgspec

from aetherflow.cli.console import Console, Look
from aetherflow.cli.render.diagnostics import findings_text
from aetherflow.cli.render.paint import paint
from aetherflow.core.contracts.diagnostic import Diagnostic, in_order_of_place
from aetherflow.core.events.segments import harmless
from aetherflow.core.events.wording import counted
from aetherflow.core.operations.sync_plugins import SyncReport
from aetherflow.core.plugins.plugin_finding import PluginFinding


def sync_text(report: SyncReport, look: Look) -> str:
    """Say what was written, and what is new in it; what keeps plugins out of it stands above."""
    did = "wrote {}" if report.wrote else "{} is up to date"
    lines = [f"{did.format(report.lock_name)} ({_size(report)})"]
    if report.drift:
        lines += [
            "differences to what the lock said before:",
            *(f"  {each.diagnostic.message}" for each in report.drift),
        ]
    return "\n".join([*_findings(report.errors, report, look), harmless("\n".join(lines)) + "\n"])


def check_text(report: SyncReport, look: Look) -> str:
    """Show every difference with its place, or say that there is none."""
    parts = _findings((*report.errors, *report.drift), report, look)
    if not report.drift:
        verdict = paint("ok", "good", colour=look.has_colour)
        parts.append(f"{harmless(report.lock_name)}: {verdict} ({_size(report)})\n")
    return "\n".join(parts)


def refusals_text(report: SyncReport, console: Console) -> str:
    """Say that there are plugins which the mode does not load, and who tells which."""
    if not report.refused:
        return ""
    verb = "is" if report.refused == 1 else "are"
    said = f"{counted(report.refused, 'origin')} {verb} refused in {report.mode} mode"
    return f"{said}: `{console.reader.command('aetherflow plugins list --verbose')}` says why\n"


def sync_json(report: SyncReport, findings: Iterable[PluginFinding]) -> dict[str, Any]:
    """Give the JSON form: findings are those that decide the exit code, changes what was new to the lock."""
    found = list(findings)
    return {
        "ok": not found,
        "lock": report.lock_file,
        "written": report.wrote,
        "plugins": [_plugin(each) for each in msgspec.to_builtins(report.plugins)],
        "changes": [_finding(each) for each in report.drift],
        "diagnostics": [_finding(each) for each in found],
    }


def diagnostics_of(findings: Iterable[PluginFinding]) -> list[Diagnostic]:
    """Give the findings alone, in order of place."""
    return in_order_of_place(each.diagnostic for each in findings)


def _findings(findings: Iterable[PluginFinding], report: SyncReport, look: Look) -> list[str]:
    found = diagnostics_of(findings)
    return [findings_text(found, report.sources, str, look)] if found else []


def _size(report: SyncReport) -> str:
    files = sum(len(plugin.files) for plugin in report.plugins)
    return f"{counted(len(report.plugins), 'plugin')}, {counted(files, 'file')}"


def _plugin(plugin: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in plugin.items() if key != "files"}


def _finding(finding: PluginFinding) -> dict[str, Any]:
    from aetherflow.core.diagnostics.forms import to_json  # deferred: text output does without

    return {"plugin": finding.plugin, **to_json(finding.diagnostic)}
