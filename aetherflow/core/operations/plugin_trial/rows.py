"""The rows of a test's report: what was tried as verdicts, and as findings with their places."""

from collections.abc import Iterator, Mapping, Sequence

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span, render_path
from aetherflow.core.events.wording import counted
from aetherflow.core.operations.plugin_trial.known_target import KnownTarget
from aetherflow.core.operations.plugin_trial.planning import Subject
from aetherflow.core.operations.plugin_trial.values import (
    FAILED,
    PASSED,
    WHOLE_PLUGIN,
    CheckResult,
    Measure,
    Told,
)
from aetherflow.core.plugins.in_child.endings import line_place


def examined_row(known: KnownTarget) -> CheckResult:
    """Say what doctor has found, as one check."""
    severities = [each.diagnostic.severity for each in known.findings]
    counts = [counted(severities.count(each), str(each)) for each in Severity if each in severities]
    verdict = FAILED if Severity.ERROR in severities else PASSED
    return CheckResult(subject=WHOLE_PLUGIN, check="doctor", verdict=verdict, said=", ".join(counts) or "nothing found")


def imported_row(known: KnownTarget) -> CheckResult:
    """Say how much importing it has registered."""
    assert known.load is not None
    registered = counted(len(known.load.contributions), "name")
    return CheckResult(subject=WHOLE_PLUGIN, check="import", verdict=PASSED, said=f"registers {registered}")


def unused_examples(
    examples: Mapping[str, object], subjects: Sequence[Subject], known: KnownTarget
) -> Iterator[CheckResult]:
    """Find examples that are nobody's: they look as if something were tried."""
    names = {known.plugin.source.name, *(each.name for each in subjects)}
    for name in examples:
        if name not in names:
            span = known.plugin.source.manifest_spans.get(render_path(("examples", name)))
            words = f'the example "{name}" is of nothing that the plugin registers'
            hint = f"there are: {', '.join(sorted(names))}" if names else None
            finding = Diagnostic(code="AF-P914", message=words, hint=hint, span=span)
            yield CheckResult(subject=WHOLE_PLUGIN, check="examples", verdict=FAILED, said=words, finding=finding)


def row_of(subject: str, told: Told, place: Span | None) -> CheckResult:
    """Make a row of what a trial has told; a failure is a finding too, at this place."""
    finding = None
    if told.verdict == FAILED:
        first, *more = told.said.split("\n")
        message = f"{subject}: {told.check}: {first}"
        finding = Diagnostic(code=told.code, message=message, hint=told.hint, notes=tuple(more), span=place)
    return CheckResult(
        subject=subject, check=told.check, verdict=told.verdict, said=told.said.partition("\n")[0], finding=finding
    )


def regression_row(measure: Measure) -> CheckResult:
    """Say that a measure is much worse than the baseline."""
    words = f"{measure.value:.1f} {measure.unit}, and the baseline says {measure.baseline:.1f} {measure.unit}"
    told = Told(
        check=measure.what,
        verdict=FAILED,
        said=words,
        code="AF-P916",
        hint="find out what has changed, or write the baseline anew with `--update-baseline`",
    )
    return row_of(measure.subject, told, None)


def place_of(subject: Subject, known: KnownTarget) -> Span | None:
    """Give the line at which something is defined, as far as that is known."""
    if observer := subject.observer:
        return line_place(observer.file, observer.line)
    provided = subject.provided
    return line_place(known.plugin.source.path_of(provided.file), provided.line) if provided else None
