"""Which jobs a person asked for, checked against the flow."""

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.runner.plan import Selection


def checked_selection(flow: LoadedFlow, jobs: tuple[str, ...], only: bool) -> Selection:
    """Give the selection; InputError where a named job is not in the flow."""
    unknown = unknown_jobs(flow, jobs)
    if unknown:
        raise InputError("no such job", diagnostics=unknown)
    if only and not jobs:
        raise InputError("--only needs --job", hint="name the jobs that alone are to run: --job ID --only")
    return Selection(jobs, only)


def unknown_jobs(flow: LoadedFlow, jobs: tuple[str, ...]) -> list[Diagnostic]:
    """Give a finding for each named job that the flow does not have."""
    known = [job.id for job in flow.definition.jobs]
    return [_unknown_job(name, known) for name in jobs if name not in known]


def _unknown_job(name: str, known: list[str]) -> Diagnostic:
    hint = did_you_mean(name, known) or f"the flow's jobs are {', '.join(known)}"
    return Diagnostic(code="AF-F303", message=f'the flow has no job "{name}"', hint=hint)
