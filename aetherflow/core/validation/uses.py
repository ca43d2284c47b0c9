"""Where a flow uses values: every string with a template and every condition, with what may be named there."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.flow import FlowHeader, JobDefinition, StepDefinition
from aetherflow.core.resolution.conditions import ConditionSyntaxError, parse_condition
from aetherflow.core.resolution.tokens import (
    OPENING,
    Template,
    TemplateSyntaxError,
    parse_template,
    parsed_or_error,
    templates_in,
)
from aetherflow.core.validation.flow_index import FlowIndex, StepList

_MOST_ERRORS = 20  # in one string

_SETTING_ROOTS = ("env", "params")
_JOB_ROOTS = ("env", "params", "jobs", "job", "run_id", "flow_id", "run")
_STEP_ROOTS = ("env", "params", "steps", "job", "jobs", "run_id", "flow_id", "run")
_LOOP_ROOTS = ("item", "index")
_RESULT_ROOTS = ("result",)


class Where(Struct, frozen=True):
    """A place that uses values: the roots it may name, and the job or step it belongs to."""

    roots: tuple[str, ...]
    job_id: str | None = None
    steps: StepList | None = None
    position: int = 0


class Reference(Struct, frozen=True):
    """A path that is named at characters ``start`` to ``end`` of a string."""

    path: tuple[str, ...]
    start: int
    end: int
    has_default: bool = False


class SyntaxProblem(Struct, frozen=True):
    """Characters ``start`` to ``end`` of a string cannot be read."""

    message: str
    hint: str | None
    start: int
    end: int


class Use(Struct, frozen=True):
    """One string that uses values: the paths that it names, and what of it cannot be read."""

    path: DocumentPath
    text: str
    where: Where
    references: tuple[Reference, ...] = ()
    errors: tuple[SyntaxProblem, ...] = ()
    is_condition: bool = False


def uses_in(index: FlowIndex) -> Iterator[Use]:
    """Give every use of values in a flow, resources left out (they are judged with their profiles)."""
    yield from _uses_in_header(index.definition.flow)
    for steps in index.step_lists:
        yield from uses_in_steps(steps)


def uses_in_steps(steps: StepList) -> Iterator[Use]:
    """Give the uses of a job, its own first, or of a handler."""
    if steps.job:
        yield from _uses_in_job(steps.job, steps.path[:-1])
    if not may_hold_token(steps.steps) and not any(step.when is not None for step in steps.steps):
        return
    roots: tuple[str, ...] = _STEP_ROOTS
    if steps.job and steps.job.for_each is not None:
        roots = (*roots, *_LOOP_ROOTS)
    for position, step in enumerate(steps.steps):
        where = Where(roots, steps.job_id, steps, position)
        yield from _uses_in_step(step, steps.step_path(position), where)


def template_uses(value: Any, path: DocumentPath, where: Where) -> Iterator[Use]:
    """Give every string with a template inside a value."""
    if value and may_hold_token(value):
        for inner, text, parsed in templates_in(value):
            references, errors = _read_template(text, parsed)
            yield Use((*path, *inner), text, where, references, errors)


def setting_uses(value: Any, path: DocumentPath) -> Iterator[Use]:
    """Give the templates of a value that is read before any job runs: flow metadata, resources, profiles."""
    return template_uses(value, path, Where(_SETTING_ROOTS))


def may_hold_token(value: Any) -> bool:
    """Tell whether a structure may hold a `{{`: JSON itself never has two braces side by side, and C writes it fast."""
    try:
        return OPENING.encode() in msgspec.json.encode(value)
    except (TypeError, ValueError):
        return True  # not writable as JSON: look at it piece by piece


def is_single_token(value: Any) -> bool:
    """Tell a string that is one token, and may so be of any type."""
    if not isinstance(value, str) or OPENING not in value:
        return False
    try:
        return parse_template(value).single is not None
    except TemplateSyntaxError:
        return True  # told elsewhere: its type is no second mistake


def _uses_in_header(header: FlowHeader) -> Iterator[Use]:
    yield from setting_uses(header.workspace.root, ("flow", "workspace", "root"))
    yield from setting_uses(header.state.path, ("flow", "state", "path"))


def _uses_in_job(job: JobDefinition, path: DocumentPath) -> Iterator[Use]:
    where = Where(_JOB_ROOTS, job.id)
    yield from _condition_uses(job.when, (*path, "when"), where)
    yield from template_uses(job.for_each, (*path, "for_each"), where)


def _uses_in_step(step: StepDefinition, path: DocumentPath, where: Where) -> Iterator[Use]:
    yield from template_uses(step.inputs, (*path, "inputs"), where)
    if step.outputs:
        own = Where((*where.roots, *_RESULT_ROOTS), where.job_id, where.steps, where.position)
        yield from template_uses(step.outputs, (*path, "outputs"), own)
    yield from _condition_uses(step.when, (*path, "when"), where)


def _condition_uses(when: bool | str | None, path: DocumentPath, where: Where) -> Iterator[Use]:
    if not isinstance(when, str):
        return
    try:
        found = parse_condition(when).references
    except ConditionSyntaxError as error:
        yield Use(path, when, where, errors=(_problem(error),), is_condition=True)
    else:
        references = tuple(Reference(each.path, each.start, each.end) for each in found)
        yield Use(path, when, where, references, is_condition=True)


def _read_template(
    text: str, parsed: Template | TemplateSyntaxError
) -> tuple[tuple[Reference, ...], tuple[SyntaxProblem, ...]]:
    """Give what a string names and what is wrong in it: behind a mistake one reads on, as if it were plain text."""
    errors: list[SyntaxProblem] = []
    while isinstance(parsed, TemplateSyntaxError) and len(errors) < _MOST_ERRORS:
        errors.append(_problem(parsed))
        end = max(parsed.end, parsed.start + len(OPENING))
        text = f"{text[: parsed.start]}{' ' * (end - parsed.start)}{text[end:]}"
        parsed = parsed_or_error(text)
    tokens = parsed.tokens if isinstance(parsed, Template) else ()
    return tuple(Reference(each.path, each.start, each.end, each.default is not None) for each in tokens), tuple(errors)


def _problem(error: TemplateSyntaxError | ConditionSyntaxError) -> SyntaxProblem:
    return SyntaxProblem(error.message, error.hint, error.start, error.end)
