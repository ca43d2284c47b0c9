"""Every job with its steps: folded, page by page where there are many, each step with all that is known of it."""

import msgspec

from aetherflow.core.events.segments import first_line
from aetherflow.core.events.wording import counted, duration
from aetherflow.core.operations.report.folds import Folds
from aetherflow.core.operations.report.markup import NOTHING, Markup, element, joined
from aetherflow.core.operations.report.sections import pairs, section, took_of
from aetherflow.core.operations.report.status_look import badge, sign, sign_mark, tone, word
from aetherflow.core.operations.report.step_details import step_details
from aetherflow.core.operations.report.values import ItemEntry, JobEntry, Pair, Report, StepEntry

_PAGE = 50
_PAGE_OF_JOBS = 200
_MOST_OPEN_JOBS = 12


class _Jobs:
    """Renders jobs, items and steps; what there is no room for is folded away."""

    def __init__(self, report: Report, folds: Folds) -> None:
        self._folds = folds
        self._begun_at = report.run.started_at
        self._opens_failed = sum(tone(job.status) == "bad" for job in report.jobs) <= _MOST_OPEN_JOBS
        self._opens_all = len(report.jobs) <= 3

    def job(self, job: JobEntry) -> Markup:
        is_open = self._opens_all or (self._opens_failed and tone(job.status) in ("bad", "busy"))
        content = self._job_content(job)
        if not self._folds.takes(_shown_at_first(job)):
            content, is_open = self._folds.away(content), False
        return element("details", _job_summary(job), content, class_="job", id=f"job{job.number}", open=is_open)

    def _job_content(self, job: JobEntry) -> Markup:
        return joined(
            element("p", job.reason, class_="reason") if "\n" in job.reason and not _says_its_step(job) else None,
            _outputs(job.outputs),
            self._folds.paged(job.items, self._item, _PAGE, "items") if job.items else None,
            self._steps(job.steps),
            None if job.all_steps or job.reason else element("p", "no step has begun", class_="note"),
        )

    def _item(self, item: ItemEntry) -> Markup:
        took = sum(step.seconds or 0.0 for step in item.steps)
        summary = element(
            "summary",
            sign_mark(item.status),
            element("span", f"[{item.index}]", class_="index"),
            element("span", item.value, class_="value"),
            element("span", duration(took) if item.steps else word(item.status), class_="took"),
        )
        content = joined(
            element("p", item.reason, class_="reason") if item.reason else None,
            _outputs(item.outputs),
            self._steps(item.steps),
        )
        return element("details", summary, content, class_="item")

    def _steps(self, steps: tuple[StepEntry, ...]) -> Markup:
        return self._folds.paged(steps, self._step, _PAGE, "steps") if steps else NOTHING

    def _step(self, step: StepEntry) -> Markup:
        return step_details(step, self._begun_at)


def jobs_section(report: Report, folds: Folds) -> Markup:
    """Write all jobs, and what is needed to find a step among them."""
    steps = [step for job in report.jobs for step in job.all_steps]
    jobs = _Jobs(report, folds)
    content = folds.paged(report.jobs, jobs.job, _PAGE_OF_JOBS, "jobs")
    name = f"{report.run.flow_id}/{report.run.run_id}"
    without = (
        f"Without JavaScript a part of the steps stays folded away: `aetherflow runs show {name}` tells all of them."
    )
    hint = element("noscript", element("p", without, class_="note")) if len(steps) > _PAGE else None
    return section("steps", "Jobs and steps", hint, _finder(steps) if len(steps) > 10 else None, content)


def _finder(steps: list[StepEntry]) -> Markup:
    statuses = dict.fromkeys(sorted({step.status for step in steps}))
    options = [element("option", "any status", value=""), *(element("option", status) for status in statuses)]
    form = element(
        "div",
        element(
            "label", "Find a step ", element("input", id="find", type="search", autocomplete="off", spellcheck="false")
        ),
        element("label", "with ", element("select", *options, id="find-status")),
        element("span", "", id="found", role="status"),
        class_="finder needs-js",
    )
    index = msgspec.json.encode([[step.place, step.status, sign(step.status), tone(step.status)] for step in steps])
    written = Markup(index.decode().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
    data = element("script", written, type="application/json", id="index")
    return joined(form, element("ol", id="found-steps", class_="needs-js"), data)


def _job_summary(job: JobEntry) -> Markup:
    steps = job.all_steps
    about = [counted(len(job.items), "item")] if job.items is not None else []
    about += [counted(len(steps), "step")] if steps else []
    return element(
        "summary",
        badge(job.status),
        element("span", job.id, class_="jobname"),
        element("span", first_line(job.reason), class_="because") if job.reason and not _says_its_step(job) else None,
        element("span", " · ".join(filter(None, (*about, took_of(job)))), class_="took"),
    )


def _shown_at_first(job: JobEntry) -> int:
    """Count the steps that stand in the first pages."""
    return min(len(job.steps), _PAGE) + sum(min(len(item.steps), _PAGE) for item in (job.items or ())[:_PAGE])


def _says_its_step(job: JobEntry) -> bool:
    """Tell whether a step of the job says the same: its reason is that step's error."""
    return any(step.error for step in job.all_steps)


def _outputs(outputs: tuple[Pair, ...]) -> Markup:
    return joined(element("h4", "outputs"), pairs(outputs)) if outputs else NOTHING
