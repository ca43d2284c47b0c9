"""A dry run, for people and for programs."""

from typing import Any

import msgspec

from aetherflow.cli.console import Look
from aetherflow.cli.render.paint import paint
from aetherflow.cli.render.values import value_text
from aetherflow.core.events.segments import harmless
from aetherflow.core.events.wording import counted
from aetherflow.core.operations.plan_run import JobPlan, PlanReport, StepPlan

LONGEST_VALUE = 400


def plan_json(report: PlanReport) -> Any:
    """Give the form of `run --dry-run --json`."""
    return msgspec.to_builtins(report)


def plan_text(report: PlanReport, look: Look) -> str:
    """Write the jobs and steps in the order in which they would run."""
    running = [job for job in report.jobs if job.will_run]
    steps = counted(sum(len(job.steps) for job in running), "step")
    head = (
        f"{paint(report.flow_id, 'strong', colour=look.has_colour)} would run {counted(len(running), 'job')}, {steps}\n"
    )
    return "\n".join([head, *(_job_text(job, look) for job in report.jobs)])


def _job_text(job: JobPlan, look: Look) -> str:
    colour = look.has_colour
    if not job.will_run:
        return paint(f"{job.id}: would not run{_because(job.reason)}", "dim", colour=colour) + "\n"
    lines = [paint(job.id, "strong", colour=colour) + _because(job.reason)]
    lines += _facts(job)
    for number, step in enumerate(job.steps, start=1):
        lines += _step_lines(number, step, colour=colour)
    return "\n".join(lines) + "\n"


def _facts(job: JobPlan) -> list[str]:
    facts = []
    if job.depends_on:
        facts.append(f"  depends on: {', '.join(job.depends_on)}")
    if job.when is not None:
        facts.append(f"  when: {_value(job.when)}")
    if job.for_each is not None:
        facts.append(f"  for each: {_value(job.for_each)}")
    return facts


def _step_lines(number: int, step: StepPlan, *, colour: bool) -> list[str]:
    lines = [f"  {number}. {step.id} {paint(harmless(step.type), 'name', colour=colour)}"]
    if step.when is not None:
        lines.append(f"       when: {_value(step.when)}")
    inputs = step.inputs.items() if isinstance(step.inputs, dict) else ()
    return lines + [f"       {harmless(str(name))}: {_value(value)}" for name, value in inputs]


def _value(value: Any) -> str:
    return value_text(value, LONGEST_VALUE)


def _because(reason: str | None) -> str:
    return f" ({harmless(reason)})" if reason else ""
