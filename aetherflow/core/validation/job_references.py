"""Judges `jobs.ID.outputs.KEY` and `jobs.ID.status`: another job of the flow, and a key that it promotes."""

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.validation.flow_index import FlowIndex
from aetherflow.core.validation.reference_codes import ReferenceCodes
from aetherflow.core.validation.surroundings import Surroundings
from aetherflow.core.validation.uses import Reference, Use

_PARTS = ("outputs", "status")
_LOOP_PARTS = (*_PARTS, "items")


def job_problem(
    reference: Reference, use: Use, index: FlowIndex, surroundings: Surroundings, codes: ReferenceCodes
) -> Diagnostic | None:
    """Say what is wrong with the name of a job or of what it gives, or give None."""
    path = reference.path
    if len(path) < 2:
        return None
    if path[1] not in index.jobs:
        return _unknown_job(path[1], use, index, codes)
    if path[1] == use.where.job_id:
        return _own_job(path[1], use, codes)
    if len(path) < 3:
        return None
    if path[2] not in (_LOOP_PARTS if _is_loop(path[1], index) else _PARTS):
        return _unknown_part(path[1], path[2], index, codes)
    if path[2] != "outputs" or len(path) < 4:
        return None
    return _output_problem(reference, index, codes)


def _is_loop(job_id: str, index: FlowIndex) -> bool:
    return index.job(job_id).for_each is not None


def _unknown_job(name: str, use: Use, index: FlowIndex, codes: ReferenceCodes) -> Diagnostic:
    others = [job_id for job_id in index.jobs if job_id != use.where.job_id]
    shown = ", ".join(others[:10]) + (", …" if len(others) > 10 else "")
    return Diagnostic(
        code=codes.unknown_job,
        message=f'the flow has no job "{name}"',
        label=did_you_mean(name, others),
        hint=f"the other jobs are: {shown}" if others else "the flow has no other job",
    )


def _own_job(name: str, use: Use, codes: ReferenceCodes) -> Diagnostic:
    return Diagnostic(
        code=codes.own_job,
        message=f'job "{name}" cannot name its own outcome',
        hint="within a job, name its steps: steps.ID.KEY" if use.where.steps else "only other jobs can be named here",
    )


def _unknown_part(job_id: str, part: str, index: FlowIndex, codes: ReferenceCodes) -> Diagnostic:
    meant = f"outputs.{part}" if part in index.promoted[job_id] else None
    return Diagnostic(
        code=codes.unknown_job_part,
        message=f'a job has no "{part}"',
        label=f'did you mean "jobs.{job_id}.{meant}"?' if meant else did_you_mean(part, _PARTS),
        hint=f"write jobs.{job_id}.outputs.KEY or jobs.{job_id}.status",
    )


def _output_problem(reference: Reference, index: FlowIndex, codes: ReferenceCodes) -> Diagnostic | None:
    job_id, key, promoted = reference.path[1], reference.path[3], index.promoted[reference.path[1]]
    if _is_loop(job_id, index):
        if not key.isdecimal():
            return _list_of_outputs(job_id, key, promoted, codes)
        if len(reference.path) < 5:
            return None
        key = reference.path[4]
    if key in promoted:
        return None
    return _not_promoted(reference, job_id, key, promoted, codes)


def _list_of_outputs(job_id: str, key: str, promoted: frozenset[str], codes: ReferenceCodes) -> Diagnostic:
    return Diagnostic(
        code=codes.unknown_job_output,
        message=f'the outputs of "{job_id}" are a list, one for each item of its "for_each"',
        label=f'did you mean "jobs.{job_id}.outputs.0.{key}"?' if key in promoted else None,
        hint="put an index before the key, counted from 0",
    )


def _not_promoted(
    reference: Reference, job_id: str, key: str, promoted: frozenset[str], codes: ReferenceCodes
) -> Diagnostic:
    names = ", ".join(sorted(promoted))
    return Diagnostic(
        code=codes.unknown_job_output,
        # With a default the reference is not wrong, but the default is all that it will ever give.
        severity=Severity.WARNING if reference.has_default else Severity.ERROR,
        message=f'job "{job_id}" promotes no "{key}"',
        label=did_you_mean(key, sorted(promoted)),
        hint=f"it promotes: {names}"
        if names
        else 'it promotes nothing: name values under "outputs" of one of its steps',
    )
