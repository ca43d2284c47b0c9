"""All that is recorded of one run, as text and as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from aetherflow.cli.console import Look
from aetherflow.cli.render.paint import paint
from aetherflow.cli.render.runs import run_json
from aetherflow.cli.render.tables import render_table
from aetherflow.cli.render.values import value_text
from aetherflow.core.events.segments import Line, Segment, StyleName, first_line, harmless
from aetherflow.core.events.wording import Signs, duration, iso_utc, sign_of, signs_for, utc_to_the_second
from aetherflow.core.operations.show_run import ItemDetails, JobDetails, RunDetails, StepDetails
from aetherflow.core.state.records import Provenance

LONGEST_VALUE = 200


def details_json(details: RunDetails) -> dict[str, Any]:
    """Give the form of `runs show --json`: that of `run --json`, with times, digests and what is in flight."""
    return run_json(details.run) | {
        "is_live": details.run.is_live,
        "flow": details.flow_source,
        "flow_digest": details.flow_digest,
        "workflow": details.workflow,
        "run_key": details.run_key,
        "pid": details.pid,
        "host": details.host,
        "params": details.params,
        "error": details.error,
        "log": details.log,
        "jobs": {job.id: _job_json(job) for job in details.jobs},
        "handlers": {job.id: _job_json(job) for job in details.handlers},
        "plugins": [{"name": name, "digest": digest} for name, digest in _plugins(details)],
        "provenance": _provenance_json(details.provenance),
    }


def _provenance_json(provenance: Provenance) -> dict[str, Any]:
    return {
        "mode": provenance.mode or None,
        "manifest": provenance.manifest,
        "manifest_digest": provenance.manifest_digest,
        "bundle": msgspec.to_builtins(provenance.bundle),
        "plugins": msgspec.to_builtins(provenance.plugins),
    }


def _job_json(job: JobDetails) -> dict[str, Any]:
    items = {} if job.items is None else {"items": [_item_json(item) for item in job.items]}
    return _timed(job) | {"outputs": job.outputs, "reason": job.reason, **items, "steps": _steps_json(job.steps)}


def _item_json(item: ItemDetails) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.structs.asdict(item)
    return told | {"steps": _steps_json(item.steps)}


def _steps_json(steps: Iterable[StepDetails]) -> dict[str, Any]:
    return {step.id: _step_json(step) for step in steps}


def _step_json(step: StepDetails) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.structs.asdict(step)
    del told["id"]
    return told | _timed(step)


def _timed(part: JobDetails | StepDetails) -> dict[str, Any]:
    return {
        "status": part.status,
        "started_at": None if part.started_at is None else iso_utc(part.started_at),
        "finished_at": None if part.finished_at is None else iso_utc(part.finished_at),
        "duration_seconds": _seconds(part),
    }


def _seconds(part: JobDetails | StepDetails) -> float | None:
    if part.started_at is None or part.finished_at is None:
        return None
    return max(0.0, part.finished_at - part.started_at)


def _plugins(details: RunDetails) -> list[tuple[str, str]]:
    steps = [step for job in (*details.jobs, *details.handlers) for step in _all_steps(job)]
    return sorted({(step.plugin, step.plugin_digest or "") for step in steps if step.plugin})


def _all_steps(job: JobDetails) -> Iterator[StepDetails]:
    yield from job.steps
    for item in job.items or ():
        yield from item.steps


def details_text(details: RunDetails, look: Look, *, is_verbose: bool) -> str:
    """Write a run for people; verbose adds digests."""
    text = _DetailsText(look, is_live=details.run.is_live, is_verbose=is_verbose)
    return text.of(details)


class _DetailsText:
    """Writes the parts of a run one below the other."""

    def __init__(self, look: Look, *, is_live: bool, is_verbose: bool) -> None:
        self._colour = look.has_colour
        self._signs: Signs = signs_for(has_unicode=look.has_unicode)
        self._in_flight = "in flight" if is_live else "in flight when the run died"
        self._is_verbose = is_verbose

    def of(self, details: RunDetails) -> str:
        status = self._paint(f"{self._sign(details.run.status)} {details.run.status}", self._style(details.run.status))
        head = f"{status} {self._paint(harmless(details.run.flow_id), 'strong')}: run {harmless(details.run.run_id)}\n"
        facts = [[Segment(harmless(name), "dim"), Segment(harmless(value))] for name, value in self._facts(details)]
        jobs = [*details.jobs, *(msgspec.structs.replace(job, id=f"handlers.{job.id}") for job in details.handlers)]
        return "\n".join([head + render_table(facts, colour=self._colour), *map(self._job, jobs)])

    def _facts(self, details: RunDetails) -> Iterator[tuple[str, str]]:
        run = details.run
        yield "flow", details.flow_source + (f", workflow {details.workflow}" if details.workflow else "")
        yield "started", f"{utc_to_the_second(run.started_at)} UTC"
        if run.finished_at is not None:
            yield "took", duration(run.finished_at - run.started_at)
        yield "process", f"{details.pid} on {details.host}" + ("" if run.is_live else ", ended")
        if details.run_key is not None:
            yield "key", details.run_key
        for name, value in details.params.items():
            yield f"param {name}", _value(value)
        if details.error:
            yield "error", first_line(details.error)
        if details.log:
            yield "log", details.log
        yield from self._provenance(details.provenance)
        yield from self._plugins(details)
        if self._is_verbose:
            yield "flow digest", details.flow_digest

    def _provenance(self, provenance: Provenance) -> Iterator[tuple[str, str]]:
        if provenance.mode:
            yield "mode", provenance.mode
        if provenance.manifest:
            yield "manifest", f"{provenance.manifest} {self._digest(provenance.manifest_digest or '')}"
        if bundle := provenance.bundle:
            yield "bundle", f"{bundle.id} {bundle.revision} of {bundle.source} {self._digest(bundle.digest)}"

    def _plugins(self, details: RunDetails) -> Iterator[tuple[str, str]]:
        """Tell of all that the latest execution loaded, used or not, then of what steps had besides."""
        loaded = {(plugin.name, plugin.digest) for plugin in details.provenance.plugins}
        for plugin in details.provenance.plugins:
            yield f"plugin {plugin.name}", f"{plugin.version} from {plugin.origin} {self._digest(plugin.digest)}"
        for name, digest in _plugins(details):
            if (name, digest) not in loaded:
                earlier = ", in an earlier execution" if name in dict(loaded) else ""
                yield f"plugin {name}", self._digest(digest) + earlier

    def _digest(self, digest: str) -> str:
        return digest if self._is_verbose else digest[:19]

    def _job(self, job: JobDetails) -> str:
        has_failed_step = any(step.status == "FAILED" for step in _all_steps(job))  # then the reason is that step's
        reason = f": {first_line(job.reason)}" if job.reason and not has_failed_step else ""
        lines = [self._title(job.id, job.status, _seconds(job)) + reason]
        if job.outputs and job.items is None:  # of a loop they are those of its items
            lines.append(f"    {self._paint('outputs', 'dim')} {_value(job.outputs)}")
        lines += self._steps(job.steps, "  ")
        for item in job.items or ():
            lines.append(f"  {self._title(f'[{item.index}] {_value(item.item)}', item.status, None)}")
            if item.outputs:
                lines.append(f"      {self._paint('outputs', 'dim')} {_value(item.outputs)}")
            lines += self._steps(item.steps, "    ")
        return "\n".join(lines) + "\n"

    def _title(self, name: str, status: str | None, seconds: float | None) -> str:
        sign = self._paint(self._sign(status), self._style(status))
        word = self._paint(status or self._in_flight, self._style(status))
        took = f" {self._paint(duration(seconds), 'dim')}" if seconds is not None else ""
        return f"{sign} {self._paint(harmless(name), 'strong')} {word}{took}"

    def _steps(self, steps: Sequence[StepDetails], indent: str) -> Iterator[str]:
        table = render_table([self._step_row(step) for step in steps], colour=self._colour, indent=indent)
        for step, row in zip(steps, table.splitlines(), strict=True):
            yield row
            for name, value in self._step_facts(step):
                yield f"{indent}    {self._paint(name, 'dim')} {value}"

    def _step_row(self, step: StepDetails) -> Line:
        style = self._style(step.status)
        seconds = _seconds(step)
        attempts = f"{step.attempts} attempts" if step.attempts > 1 else ""
        took = "" if seconds is None else duration(seconds)
        return [
            Segment(self._sign(step.status), style),
            Segment(harmless(step.id)),
            Segment(step.status or self._in_flight, style),
            Segment(took, "dim"),
            Segment(attempts, "dim"),
        ]

    def _step_facts(self, step: StepDetails) -> Iterator[tuple[str, str]]:
        first, *more = harmless(step.error or "").strip("\n").split("\n")
        if first:
            yield "error", first
        for line in more:
            yield "     ", line
        if step.reason:
            yield "reason", first_line(step.reason)
        if step.outputs:
            yield "outputs", _value(step.outputs)
        if self._is_verbose:
            yield "definition", f"{step.definition_digest}, {step.effects}"
            yield "plugin", f"{step.plugin} {step.plugin_digest}"

    def _sign(self, status: str | None) -> str:
        return self._signs.begun if status in (None, "RUNNING") else sign_of(str(status), self._signs)[0]

    def _style(self, status: str | None) -> StyleName:
        return "plain" if status in (None, "RUNNING") else sign_of(str(status), self._signs)[1]

    def _paint(self, text: str, style: StyleName) -> str:
        return paint(text, style, colour=self._colour)


def _value(value: Any) -> str:
    return value_text(value, LONGEST_VALUE)
