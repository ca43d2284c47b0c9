"""Joins what is recorded of a run's jobs and steps with what its journal tells of them."""

from collections.abc import Iterator
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.events.segments import harmless
from aetherflow.core.events.wording import iso_utc
from aetherflow.core.operations.report.child_output import ChildOutput
from aetherflow.core.operations.report.journal_reading import JournalReading
from aetherflow.core.operations.report.step_story import Lines, RawLine
from aetherflow.core.operations.report.texts import Texts
from aetherflow.core.operations.report.values import (
    CUT_OFF,
    IN_FLIGHT,
    NOT_RUN,
    WAITING,
    ItemEntry,
    JobEntry,
    Kept,
    LogLine,
    Status,
    StepEntry,
)
from aetherflow.core.operations.show_run import ItemDetails, JobDetails, RunDetails, StepDetails
from aetherflow.core.runner.history import HANDLER_PREFIX


class Sources(Struct, frozen=True):
    """What entries are made of."""

    details: RunDetails
    journal: JournalReading
    output: ChildOutput
    texts: Texts


def job_entries(sources: Sources) -> tuple[JobEntry, ...]:
    """Give the jobs in the order of the run, those of its plan that it has not come to among them, then handlers."""
    return tuple(_Entries(sources).jobs())


class _Entries:
    """Makes entries, and numbers them."""

    def __init__(self, sources: Sources) -> None:
        self._details = sources.details
        self._journal = sources.journal
        self._output = sources.output
        self._texts = sources.texts
        self._job_numbers, self._step_numbers = count(1), count(1)
        is_live = sources.details.run.is_live
        self._unfinished: Status = IN_FLIGHT if is_live else CUT_OFF
        self._unbegun: Status = WAITING if is_live else NOT_RUN

    def jobs(self) -> Iterator[JobEntry]:
        recorded = {job.id: job for job in self._details.jobs}
        for job_id in dict.fromkeys((*self._journal.planned, *recorded)):
            if job_id in recorded:
                yield self._job(recorded[job_id], is_handler=False)
            else:
                yield JobEntry(number=next(self._job_numbers), id=job_id, status=self._unbegun)
        for handlers in self._details.handlers:
            yield self._job(handlers, is_handler=True)

    def _job(self, job: JobDetails, *, is_handler: bool) -> JobEntry:
        name = f"{HANDLER_PREFIX}{job.id}" if is_handler else job.id
        return JobEntry(
            number=next(self._job_numbers),
            id=name,
            is_handler=is_handler,
            status=job.status or self._unfinished,
            started_at=job.started_at,
            finished_at=job.finished_at,
            reason=self._texts.text(job.reason),
            outputs=() if job.items is not None else self._texts.pairs(job.outputs),  # a loop's are those of its items
            items=None if job.items is None else tuple(self._item(name, item) for item in job.items),
            steps=tuple(self._step(name, None, step) for step in job.steps),
        )

    def _item(self, job_name: str, item: ItemDetails) -> ItemEntry:
        return ItemEntry(
            index=item.index,
            value=self._texts.value(item.item),
            status=item.status or (self._unfinished if item.steps else self._unbegun),
            reason=self._texts.text(item.reason),
            outputs=self._texts.pairs(item.outputs),
            steps=tuple(self._step(job_name, item.index, step) for step in item.steps),
        )

    def _step(self, job_name: str, item: int | None, step: StepDetails) -> StepEntry:
        story = self._journal.story((job_name, item, step.id))
        place = f"{job_name}{'' if item is None else f'[{item}]'}.{step.id}"
        return StepEntry(
            number=next(self._step_numbers),
            id=step.id,
            place=place,
            status=step.status or self._unfinished,
            type=self._texts.line(story.type),
            started_at=step.started_at,
            finished_at=step.finished_at,
            attempts=step.attempts,
            spans=tuple(replace(span, error=self._texts.line(span.error)) for span in story.spans),
            spans_left_out=story.spans_left_out,
            error=self._texts.text(step.error or (None if step.status or not story.spans else story.spans[-1].error)),
            hint=self._texts.text(story.hint) if step.error else "",
            reason=self._texts.text(step.reason),
            outputs=self._texts.pairs(step.outputs),
            log=kept(self._texts, story.log, self._output.lines.get(place)),
            plugin=step.plugin or "",
            plugin_digest=step.plugin_digest or "",
            effects=step.effects or "",
        )


def kept(texts: Texts, log: Lines, printed: Lines | None = None) -> Kept:
    """Give the lines of a log, those of children in their places among them; of all only so many as a log may have."""
    lines, left_out = list(log.kept), log.left_out
    if printed is not None:
        logged = {each for line in log.kept for each in _in_run_log(line)}
        lines += [line for line in printed.kept if (line.clock, line.text) not in logged]
        lines.sort(key=lambda line: line.at)
        more = max(0, len(lines) - (log.kept.maxlen or 0))
        lines, left_out = lines[more:], left_out + printed.left_out + more
    return Kept(tuple(LogLine(line.at, line.level, texts.text(line.text)) for line in lines), left_out)


def _in_run_log(line: RawLine) -> Iterator[tuple[str, str]]:
    """Give the lines that the run's log has of a message, each with its time there."""
    tag = "" if line.level == "info" else f"{line.level}: "
    for text in harmless(line.text).rstrip("\n").split("\n"):
        yield iso_utc(line.at), f"{tag}{text}"
