"""The head of the page: which run, how it went, in numbers; what went wrong; and what it went by."""

from collections import Counter
from collections.abc import Iterable, Iterator

from aetherflow.core.events.segments import first_line
from aetherflow.core.events.wording import counted, duration, iso_utc, utc_to_the_second
from aetherflow.core.operations.report.markup import NOTHING, Markup, element, joined
from aetherflow.core.operations.report.sections import log_lines, pairs, section, table
from aetherflow.core.operations.report.status_look import badge, sign, sign_mark, tone, weight, word
from aetherflow.core.operations.report.values import Execution, JobEntry, Report, Status, StepEntry, Table

_MOST_FAILURES = 20


def head(report: Report) -> Markup:
    """Write which run this is and how it went."""
    run = report.run
    begun = element("time", f"{utc_to_the_second(run.started_at)} UTC", datetime=iso_utc(run.started_at))
    said = [
        element("p", "run ", element("code", run.run_id), " · started ", begun, f" · {_took(report)}", class_="about")
    ]
    if run.is_live:
        seen = f"{utc_to_the_second(report.made_at)} UTC"
        said.append(element("p", f"It is still running: this page shows it as it was at {seen}.", class_="live"))
    title = element("h1", run.flow_id, " ", badge(run.status))
    return element(
        "header", title, *said, element("div", *_tiles(report), class_="tiles"), class_=f"head {tone(run.status)}"
    )


def _took(report: Report) -> str:
    worked = sum(execution.finished_at - execution.started_at for execution in report.executions)
    times = len(report.executions)
    return f"worked {duration(worked)} in {times} executions" if times > 1 else f"took {duration(worked)}"


def _tiles(report: Report) -> Iterator[Markup]:
    steps = [step for job in report.jobs for step in job.all_steps]
    yield _tile("jobs", Counter(job.status for job in report.jobs if not job.is_handler))
    yield _tile("steps", Counter(step.status for step in steps))
    again = sum(max(0, step.attempts - 1) for step in steps)
    if again:
        content = joined(element("strong", f"{again:,}"), element("span", "retries" if again > 1 else "retry"))
        yield element("div", content, class_="tile")


def _tile(noun: str, statuses: Counter[Status]) -> Markup:
    """Write how many there were, with a bar of their statuses that is told in words below."""
    total = sum(statuses.values())
    bars, begin = [], 0.0
    ordered = sorted(statuses, key=weight, reverse=True)
    for status in ordered:
        width = 100 * statuses[status] / total
        bars.append(
            element("rect", x=f"{begin:.3f}%", width=f"{width:.3f}%", height="100%", class_=f"b {tone(status)}")
        )
        begin += width
    said = [
        element(
            "span",
            element("span", sign(status), class_=f"sign {tone(status)}", aria_hidden="true"),
            f" {statuses[status]:,} {word(status)}",
        )
        for status in reversed(ordered)
    ]
    return element(
        "div",
        element("strong", f"{total:,}"),
        element("span", noun if total != 1 else noun.removesuffix("s")),
        element("svg", *bars, class_="share", aria_hidden="true"),
        element("div", *said, class_="shares"),
        class_="tile",
    )


def failures_section(report: Report) -> Markup:
    """Write what went wrong, and how to go on; nothing where nothing did."""
    steps = [step for job in report.jobs for step in job.all_steps if tone(step.status) == "bad"]
    jobs = [job for job in report.jobs if job.status == "FAILED" and not any(map(_is_bad, job.all_steps))]
    if not steps and not jobs and tone(report.run.status) != "bad":
        return NOTHING
    shown = steps[:_MOST_FAILURES]
    more = len(steps) - len(shown) + max(0, len(jobs) - _MOST_FAILURES)
    rest = f"and {more:,} more, which are below: choose FAILED where a step is looked for"
    return section(
        "failures",
        "What went wrong",
        element("pre", report.error, class_="error") if report.error and not steps and not jobs else None,
        *map(_failed_job, jobs[:_MOST_FAILURES]),
        *map(_failed_step, shown),
        element("p", rest, class_="note") if more else None,
        _way_on(report),
    )


def _is_bad(step: StepEntry) -> bool:
    return tone(step.status) == "bad"


def _failed_step(step: StepEntry) -> Markup:
    title = element("h3", sign_mark(step.status), " ", element("a", step.place, href=f"#s{step.number}"))
    error = step.error or "the process that ran it died, or was killed: nobody knows how far it came"
    hint = element("p", element("span", "hint: ", class_="label"), step.hint, class_="hint") if step.hint else None
    return element("article", title, element("pre", error, class_="error"), hint, class_="failure")


def _failed_job(job: JobEntry) -> Markup:
    title = element("h3", sign_mark(job.status), " ", element("a", job.id, href=f"#job{job.number}"))
    return element("article", title, element("pre", job.reason, class_="error"), class_="failure")


def _way_on(report: Report) -> Markup:
    if report.run.status not in ("FAILED", "INTERRUPTED"):
        return NOTHING
    command = f"aetherflow runs resume {report.run.flow_id}/{report.run.run_id}"
    return element("p", "What is done stays done: ", element("code", command), " goes on from here.", class_="note")


def records_section(report: Report) -> Markup:
    """Write what the run was told and went by, with gates, patches, locks and messages."""
    params = joined(element("h3", "Parameters"), pairs(report.params)) if report.params else None
    executions = _executions(report.executions) if len(report.executions) > 1 else None
    plugins = Table(
        ("plugin", "version", "from", "digest"),
        tuple((used.name, used.version, used.origin, used.digest) for used in report.provenance.plugins),
    )
    tables = (
        (plugins, "Plugins"),
        (report.gates, "Jobs that were gated"),
        (report.patches, "What hooks changed"),
        (report.locks, "Locks"),
    )
    return section(
        "records",
        "What it went by",
        pairs(report.facts, "pairs facts"),
        params,
        executions,
        *(table(content, caption) for content, caption in tables if content.rows),
        joined(element("h3", "Messages"), log_lines(report.messages, report.run.started_at))
        if report.messages.lines
        else None,
    )


def _executions(executions: Iterable[Execution]) -> Markup:
    rows = [
        (
            str(number),
            f"{utc_to_the_second(execution.started_at)}",
            duration(execution.finished_at - execution.started_at),
            execution.status or "its process died",
            counted(execution.done_before, "step") if number > 1 else "",
        )
        for number, execution in enumerate(executions, start=1)
    ]
    return table(Table(("execution", "began (UTC)", "worked", "ended", "done before"), tuple(rows)), "Executions")


def page_title(report: Report) -> str:
    """Give the title of the page, for a browser's tab."""
    run = report.run
    return first_line(f"{sign(run.status)} {run.flow_id}: {word(run.status)} · {run.run_id}")
