"""One step, folded: its line, and below it errors, attempts, outputs, log and the code that ran."""

from aetherflow.core.events.wording import duration
from aetherflow.core.operations.report.markup import NOTHING, Markup, element, escaped, joined
from aetherflow.core.operations.report.sections import log_lines, pairs
from aetherflow.core.operations.report.status_look import sign_mark, tone, word
from aetherflow.core.operations.report.values import Span, StepEntry


def step_details(step: StepEntry, begun_at: float) -> Markup:
    """Write a step; ``begun_at`` is when the run began."""
    again = f"{step.attempts} attempts" if step.attempts > 1 else None
    said = None if step.status in ("SUCCESS", "SKIPPED") else word(step.status)
    summary = element(
        "summary",
        sign_mark(step.status),
        element("span", step.id, class_="stepname"),
        element("span", step.type, class_="type") if step.type else None,
        element("span", again, class_="again") if again else None,
        element("span", said, class_=f"said {tone(step.status)}") if said else None,
        element("span", "" if step.seconds is None else duration(step.seconds), class_="took"),
    )
    content = joined(
        _error(step),
        element("p", step.reason, class_="reason") if step.reason else None,
        _attempts(step, begun_at),
        joined(element("h4", "outputs"), pairs(step.outputs)) if step.outputs else None,
        joined(element("h4", "log"), log_lines(step.log, begun_at)) if step.log.lines else None,
        _code(step),
    )
    return element("details", summary, element("div", content, class_="body"), class_="step", id=f"s{step.number}")


def _error(step: StepEntry) -> Markup:
    if not step.error:
        return NOTHING
    hint = element("p", element("span", "hint: ", class_="label"), step.hint, class_="hint") if step.hint else None
    return joined(element("pre", step.error, class_="error"), hint)


def _attempts(step: StepEntry, begun_at: float) -> Markup:
    """Write the attempts where there were more than one, in whatever execution."""
    if len(step.spans) < 2:
        return NOTHING
    rows = [
        element(
            "li",
            element("span", f"{span.started_at - begun_at:+.2f}s", class_="at"),
            element("span", _attempt(span)),
        )
        for span in step.spans
    ]
    said = f"{step.spans_left_out:,} earlier attempts and waits are left out" if step.spans_left_out else ""
    more = element("p", said, class_="note") if said else None
    return joined(element("h4", "attempts"), more, element("ol", *rows, class_="attempts"))


def _attempt(span: Span) -> Markup:
    took = duration(span.finished_at - span.started_at)
    if span.kind == "wait":
        return escaped(f"waited {took}")
    why = f": {span.error}" if span.error else ""
    return joined(sign_mark(span.status), f" attempt {span.attempt} {word(span.status)} in {took}{why}")


def _code(step: StepEntry) -> Markup:
    said = [part for part in (step.effects, f"plugin {step.plugin}" if step.plugin else "") if part]
    digest = element("code", step.plugin_digest[:19], title=step.plugin_digest) if step.plugin_digest else None
    return element("p", " · ".join(said), " " if digest else None, digest, class_="code") if said else NOTHING
