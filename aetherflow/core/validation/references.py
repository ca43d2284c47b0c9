"""Judges what templates and conditions name: roots, params and variables here, steps and jobs next door."""

from collections.abc import Callable, Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.diagnostics.suggestion import did_you_mean, nearest
from aetherflow.core.validation.flow_index import FlowIndex
from aetherflow.core.validation.job_references import job_problem
from aetherflow.core.validation.pointing import Ground, at_part
from aetherflow.core.validation.reference_codes import CONDITION_CODES, TEMPLATE_CODES, ReferenceCodes
from aetherflow.core.validation.step_references import step_problem
from aetherflow.core.validation.surroundings import Surroundings
from aetherflow.core.validation.uses import Reference, SyntaxProblem, Use

_ELSEWHERE = {
    "steps": "only the steps of a job know each other",
    "job": "only a job and its steps know their job",
    "jobs": "it is read before any job has run",
    "run_id": "it is read before the run has begun",
    "flow_id": "it is read before the run has begun",
    "item": 'only the steps of a job with "for_each" have one',
    "index": 'only the steps of a job with "for_each" have one',
    "run": "it is read before the run has begun",
    "result": 'only a step\'s "outputs" know its own result',
}
_MOST_FINDINGS = 50  # in one string: finding the place of each is quadratic
_FACTS = {"run": ("id", "flow_dir"), "job": ("id",)}
_FACTS_OF_HANDLERS = {"run": ("id", "flow_dir", "status", "failed_job", "error"), "job": ("id",)}

Judge = Callable[[Reference, Use, FlowIndex, Surroundings, ReferenceCodes], Diagnostic | None]


def use_findings(ground: Ground, use: Use, index: FlowIndex, surroundings: Surroundings) -> Iterator[Diagnostic]:
    """Find what is wrong with one template or condition; the same path is judged once per string."""
    for error in use.errors:
        yield at_part(ground, use.path, use.text, error.start, error.end, _syntax_finding(use, error))
    seen: set[tuple[str, ...]] = set()
    for reference in use.references:
        finding = None if reference.path in seen else _problem(reference, use, index, surroundings)
        if finding and len(seen) < _MOST_FINDINGS:
            seen.add(reference.path)
            yield at_part(ground, use.path, use.text, reference.start, reference.end, finding)


def _syntax_finding(use: Use, error: SyntaxProblem) -> Diagnostic:
    if use.is_condition:
        return Diagnostic(code="AF-W101", message=error.message, hint=error.hint)
    return Diagnostic(code="AF-T101", message=error.message, hint=error.hint)


def _problem(reference: Reference, use: Use, index: FlowIndex, surroundings: Surroundings) -> Diagnostic | None:
    codes = CONDITION_CODES if use.is_condition else TEMPLATE_CODES
    root = reference.path[0]
    if root not in use.where.roots:
        return _root_problem(root, use, index, surroundings, codes)
    judge = _JUDGES.get(root)
    return judge(reference, use, index, surroundings, codes) if judge else None


def _root_problem(
    root: str, use: Use, index: FlowIndex, surroundings: Surroundings, codes: ReferenceCodes
) -> Diagnostic:
    allowed = f"known here: {', '.join(_known_names(use))}"
    if root in _ELSEWHERE:
        message = f'"{root}" is not known here: {_ELSEWHERE[root]}'
        return Diagnostic(code=codes.root_elsewhere, message=message, hint=allowed)
    meant = _meant_root(root, use, index, surroundings)
    label = f'did you mean "{meant}"?' if meant else None
    return Diagnostic(code=codes.unknown_root, message=f'unknown root "{root}"', label=label, hint=allowed)


def _known_names(use: Use) -> Iterator[str]:
    """Give the roots that may stand here; of `run`, which is not the step's, what may follow it."""
    for root in use.where.roots:
        if root == "run":
            yield from (f"run.{fact}" for fact in _facts(root, use))
        else:
            yield root


def _facts(root: str, use: Use) -> tuple[str, ...]:
    is_handler = use.where.steps is not None and use.where.steps.job is None
    return (_FACTS_OF_HANDLERS if is_handler else _FACTS)[root]


def _meant_root(name: str, use: Use, index: FlowIndex, surroundings: Surroundings) -> str | None:
    """Guess what a bare name stands for: first what bears this very name, then a root that is near."""
    if name in index.definition.params:
        return f"params.{name}"
    if use.where.steps and name in use.where.steps.positions:
        return f"steps.{name}"
    if name in index.jobs and "jobs" in use.where.roots:
        return f"jobs.{name}"
    if name in surroundings.environment:
        return f"env.{name}"
    return nearest(name, use.where.roots)


def _param_problem(
    reference: Reference, use: Use, index: FlowIndex, surroundings: Surroundings, codes: ReferenceCodes
) -> Diagnostic | None:
    declared = index.definition.params
    if len(reference.path) < 2 or reference.path[1] in declared:
        return None
    name = reference.path[1]
    known = f"the flow declares: {', '.join(declared)}" if declared else "declare it under `params:`"
    return Diagnostic(
        code=codes.unknown_param,
        message=f'the flow declares no param "{name}"',
        label=did_you_mean(name, declared),
        hint=known,
    )


def _variable_problem(
    reference: Reference, use: Use, index: FlowIndex, surroundings: Surroundings, codes: ReferenceCodes
) -> Diagnostic | None:
    # In a condition a variable that is not set is null.
    if use.is_condition or reference.has_default or len(reference.path) < 2:
        return None
    name = ".".join(reference.path[1:])
    value = surroundings.environment.get(name)
    if value:
        return None
    state = "is not set" if value is None else "is empty, which counts as not set"
    return Diagnostic(
        code="AF-E301",
        severity=_severity_of_variable(surroundings),
        message=f'environment variable "{name}" {state}',
        label=did_you_mean(name, surroundings.environment) if value is None else None,
        hint=f"set it, or give a default: {{{{env.{name}:DEFAULT}}}}",
        notes=("the secrets hook may still give it",) if surroundings.secrets_hook_configured else (),
    )


def _severity_of_variable(surroundings: Surroundings) -> Severity:
    if surroundings.secrets_hook_configured:
        return Severity.NOTE
    return Severity.ERROR if surroundings.strict_env else Severity.WARNING


def _fact_problem(
    reference: Reference, use: Use, index: FlowIndex, surroundings: Surroundings, codes: ReferenceCodes
) -> Diagnostic | None:
    root = reference.path[0]
    facts = _facts(root, use)
    if len(reference.path) < 2 or reference.path[1] in facts:
        return None
    known = f"known here: {', '.join(f'{root}.{fact}' for fact in facts)}"
    is_too_early = reference.path[1] in _FACTS_OF_HANDLERS[root]
    return Diagnostic(
        code=codes.unknown_output,
        message=f'"{root}" has no "{reference.path[1]}"',
        label=did_you_mean(reference.path[1], facts),
        hint=f'only the steps under "handlers" know how the run ended; {known}' if is_too_early else known,
    )


_JUDGES: dict[str, Judge] = {
    "params": _param_problem,
    "env": _variable_problem,
    "job": _fact_problem,
    "run": _fact_problem,
    "steps": step_problem,
    "result": step_problem,
    "jobs": job_problem,
}
