"""What `dev plugin-test` found out: a table of checks and one of measures, then the findings; and as JSON."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from aetherflow.cli.console import Look, Verbosity
from aetherflow.cli.render.diagnostics import columns_of, style_of
from aetherflow.cli.render.paint import paint
from aetherflow.cli.render.tables import render_table, shortened
from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.diagnostics.cells import make_visible
from aetherflow.core.events.segments import Line, Segment, StyleName
from aetherflow.core.events.wording import counted
from aetherflow.core.operations.plugin_trial.values import (
    FAILED,
    NOT_RUN,
    PASSED,
    SKIPPED,
    CheckResult,
    Measure,
    PluginTestReport,
    Verdict,
)

_STYLES: dict[Verdict, StyleName] = {PASSED: "good", FAILED: "bad", NOT_RUN: "dim"}
_NARROWEST_TEXT = 20


def report_text(report: PluginTestReport, look: Look, verbosity: Verbosity, *, strict: bool = False) -> str:
    """Write the checks, the measures, every finding with its source line, and one line that says what came of it.

    The quiet see what failed, or nothing.
    """
    is_quiet = verbosity is Verbosity.QUIET
    if is_quiet and report.is_ok(strict=strict):
        return ""
    checks = [each for each in report.checks if each.verdict == FAILED or not is_quiet]
    parts = [] if is_quiet else [_head(report, look)]
    parts += [_checks(checks, look, verbosity)]
    if report.measures and not is_quiet:
        parts += [_measures(report.measures, look)]
    parts += [text + "\n" for text in _findings(report, look, verbosity, strict=strict)]
    return "\n".join([*parts, verdict_line(report, look) + "\n"])


def verdict_line(report: PluginTestReport, look: Look) -> str:
    """Count the checks by what came of them."""
    counts = [
        paint(f"{report.count(verdict)} {verdict}", _STYLES[verdict], colour=look.has_colour)
        for verdict in (FAILED, PASSED, NOT_RUN)
        if report.count(verdict)
    ]
    warnings = sum(each.diagnostic.severity is Severity.WARNING for each in report.findings)
    counts += [paint(counted(warnings, "warning"), "warn", colour=look.has_colour)] if warnings else []
    wrote = f"; wrote {report.baseline_file}" if report.wrote_baseline else ""
    return f"{', '.join(counts)} in {report.seconds:.1f} s{wrote}"


def first_failure(report: PluginTestReport) -> str:
    """Say what failed first, on one line."""
    failed = [each for each in report.checks if each.verdict == FAILED]
    return make_visible(f"{failed[0].subject}: {failed[0].check}: {failed[0].said}") if failed else ""


def report_json(report: PluginTestReport, *, strict: bool) -> dict[str, Any]:
    """Give the JSON form; a failed check has the code of its finding."""
    from aetherflow.core.diagnostics.forms import to_json  # deferred: text output does without

    return {
        "ok": report.is_ok(strict=strict),
        "plugin": {"name": report.plugin, "version": report.version, "path": report.path},
        "checks": [_check_json(each) for each in report.checks],
        "measures": [_measure_json(each) for each in report.measures],
        "baseline": {"file": report.baseline_file, "written": report.wrote_baseline},
        "diagnostics": [to_json(each.diagnostic) for each in report.findings],
        "seconds": round(report.seconds, 3),
    }


def _check_json(check: CheckResult) -> dict[str, Any]:
    code = {"code": check.finding.code} if check.finding else {}
    return {"subject": check.subject, "check": check.check, "verdict": check.verdict, "said": check.said, **code}


def _measure_json(measure: Measure) -> dict[str, Any]:
    return {
        "subject": measure.subject,
        "what": measure.what,
        "unit": measure.unit,
        "value": round(measure.value, 3),
        "baseline": measure.baseline,
        "is_regression": measure.is_regression,
    }


def _head(report: PluginTestReport, look: Look) -> str:
    name = paint(make_visible(f"plugin {report.plugin} {report.version}"), "strong", colour=look.has_colour)
    return f"{name} ({make_visible(report.path)})\n"


def _checks(checks: Sequence[CheckResult], look: Look, verbosity: Verbosity) -> str:
    """Write a row for each check; those that went well are one row of names, unless everything is to be told."""
    rows: list[Line] = []
    before = ""
    for subject, members in groupby(checks, key=lambda each: each.subject):
        for verdict, said in _said(list(members), is_whole=verbosity is Verbosity.VERBOSE):
            shown = "" if subject == before else make_visible(subject)
            rows.append([Segment(verdict, _STYLES[verdict]), Segment(shown, "name"), Segment(make_visible(said))])
            before = subject
    if look.is_terminal:
        ellipsis = "…" if look.has_unicode else "..."
        rows = shortened(rows, 2, look.width, least=_NARROWEST_TEXT, ellipsis=ellipsis)
    return render_table(rows, colour=look.has_colour)


def _said(checks: Sequence[CheckResult], *, is_whole: bool) -> Iterator[tuple[Verdict, str]]:
    if is_whole:
        yield from ((each.verdict, f"{each.check}: {each.said}") for each in checks)
        return
    if well := [each.check for each in checks if each.verdict == PASSED]:
        yield PASSED, ", ".join(well)
    for each in checks:
        if each.verdict != PASSED and each.said != SKIPPED:  # of what was skipped, the row before says why
            yield each.verdict, f"{each.check}: {each.said}"


def _measures(measures: Sequence[Measure], look: Look) -> str:
    rows: list[Line] = []
    for each in measures:
        before = "no baseline" if each.baseline is None else f"baseline {each.baseline:.1f} {each.unit}"
        style: StyleName = "bad" if each.is_regression else "dim"
        rows.append(
            [
                Segment("measured"),
                Segment(make_visible(each.subject), "name"),
                Segment(each.what),
                Segment(f"{each.value:.1f} {each.unit}"),
                Segment(before, style),
            ]
        )
    return render_table(rows, colour=look.has_colour)


def _findings(report: PluginTestReport, look: Look, verbosity: Verbosity, *, strict: bool) -> Iterator[str]:
    from aetherflow.core.diagnostics.text import render_each  # deferred: only when there is a finding

    shown = [each.diagnostic for each in report.findings if _is_shown(each.diagnostic, verbosity, strict=strict)]
    yield from render_each(shown, report.sources, style=style_of(look), columns=columns_of(look))


def _is_shown(finding: Diagnostic, verbosity: Verbosity, *, strict: bool) -> bool:
    if verbosity is Verbosity.QUIET:
        return finding.severity is Severity.ERROR or (strict and finding.severity is Severity.WARNING)
    return verbosity is Verbosity.VERBOSE or finding.severity is not Severity.NOTE
