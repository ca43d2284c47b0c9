"""What `plugins doctor` found: as text by plugin, and in the forms for programs with the plugin beside each finding."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from aetherflow.cli.console import Console, Look, Verbosity
from aetherflow.cli.options import Format
from aetherflow.cli.render.diagnostics import columns_of, masked, style_of
from aetherflow.cli.render.paint import paint
from aetherflow.cli.render.plugin_words import name_of
from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.events.segments import StyleName
from aetherflow.core.events.wording import counted
from aetherflow.core.operations.doctor_plugins import DoctorReport
from aetherflow.core.plugins.plugin_finding import PluginFinding
from aetherflow.version import VERSION

_SHOWN = {Verbosity.NORMAL: (Severity.ERROR, Severity.WARNING), Verbosity.VERBOSE: tuple(Severity)}
_STYLES: dict[Severity, StyleName] = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "dim"}


def report_text(report: DoctorReport, look: Look, verbosity: Verbosity, *, strict: bool = False) -> str:
    """Write the findings by plugin, each with its source line, then one line that says what was examined.

    Notes are counted, and shown to those who want to be told more; the quiet see what counts, or nothing.
    """
    everything = _everything(report, verbosity)
    shown = [each for each in everything if each.diagnostic.severity in _severities(verbosity, strict=strict)]
    if verbosity is Verbosity.QUIET and not shown:
        return ""
    parts = [_group_text(plugin, group, report, look) for plugin, group in _by_plugin(report, shown)]
    return "\n\n".join([*parts, _verdict(report, shown, look)]) + "\n"


def write_report(console: Console, chosen: Format, report: DoctorReport, *, strict: bool) -> None:
    """Write all findings, masked, in one of the forms for programs; annotations show what is well known to none."""
    from aetherflow.core.diagnostics.forms import to_github, to_json, to_sarif  # deferred: text does without

    told_to = Verbosity.VERBOSE if chosen == "json" else console.verbosity
    everything = _everything(report, told_to)
    findings = [masked(each.diagnostic, report.mask) for each in everything]
    plugins = [each.plugin for each in everything]
    if chosen == "json":
        told = [to_json(finding) | {"plugin": plugin} for finding, plugin in zip(findings, plugins, strict=True)]
        console.result_json({"ok": report.is_ok(strict=strict), "diagnostics": told})
    elif chosen == "sarif":
        console.result_json(_with_plugins(to_sarif(findings, VERSION), plugins))
    elif findings:
        console.result(to_github(map(_as_error, findings) if strict else findings) + "\n")


def _everything(report: DoctorReport, verbosity: Verbosity) -> list[PluginFinding]:
    """Give the findings, with what is well known for whoever wants to be told everything."""
    return [*(report.well_known if verbosity is Verbosity.VERBOSE else ()), *report.findings]


def _severities(verbosity: Verbosity, *, strict: bool) -> tuple[Severity, ...]:
    if verbosity is Verbosity.QUIET:
        return (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    return _SHOWN[verbosity]


def _as_error(finding: Diagnostic) -> Diagnostic:
    """Give a warning as the error that it counts as: a check that fails shows what made it fail."""
    return replace(finding, severity=Severity.ERROR) if finding.severity is Severity.WARNING else finding


def _by_plugin(report: DoctorReport, findings: Sequence[PluginFinding]) -> Iterator[tuple[str, list[PluginFinding]]]:
    """Give what concerns no plugin, then each plugin's own, in load order."""
    groups: dict[str, list[PluginFinding]] = {owner: [] for owner in ("", *report.examined)}
    for each in findings:
        groups.setdefault(each.plugin, []).append(each)
    yield from ((owner, own) for owner, own in groups.items() if own)


def _group_text(plugin: str, group: Sequence[PluginFinding], report: DoctorReport, look: Look) -> str:
    from aetherflow.core.diagnostics.text import render_each  # deferred: only when there is a finding

    head = [paint(f"plugin {name_of(plugin)}", "strong", colour=look.has_colour)] if plugin else []
    findings = render_each(
        [each.diagnostic for each in group],
        report.sources,
        mask=report.mask,
        style=style_of(look),
        columns=columns_of(look),
    )
    return "\n\n".join([*head, *findings])


def _verdict(report: DoctorReport, shown: Sequence[PluginFinding], look: Look) -> str:
    """Say what was examined, how, and what came of it; never that anything is safe."""
    count = len(report.examined)
    disabled = f", {len(report.disabled)} disabled on this machine" if report.disabled else ""
    if count:
        return f"{counted(count, 'plugin')} examined{_imported(report)}{disabled}: {_counts(report, shown, look)}"
    nothing = f"no plugin examined{disabled}" if disabled else "there are no plugins but the built-ins"
    return f"{nothing}: {_counts(report, shown, look)}"


def _imported(report: DoctorReport) -> str:
    if report.imported is None:
        return f", none of {'its' if len(report.examined) == 1 else 'their'} code run"
    is_all = len(report.imported) == len(report.examined)
    return " and imported" if is_all else f", {len(report.imported)} imported"


def _counts(report: DoctorReport, shown: Sequence[PluginFinding], look: Look) -> str:
    severities = [each.diagnostic.severity for each in shown]
    said = [
        paint(counted(severities.count(severity), str(severity)), style, colour=look.has_colour)
        for severity, style in _STYLES.items()
        if severity in severities
    ]
    told = ", ".join(said) or paint("nothing found", "good", colour=look.has_colour)
    hidden = report.count(Severity.NOTE) if Severity.NOTE not in severities else 0
    return f"{told}; {counted(hidden, 'note')} with --verbose" if hidden else told


def _with_plugins(log: dict[str, Any], plugins: Sequence[str]) -> dict[str, Any]:
    """Put the plugin into the property bag of each result."""
    for result, plugin in zip(log["runs"][0]["results"], plugins, strict=True):
        result["properties"] = {"plugin": plugin}
    return log
