"""Which jobs a person asked for, checked against the flow."""

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.runner.plan import Selection


def checked_selection(flow: LoadedFlow, jobs: tuple[str, ...], only: bool) -> Selection:
    """Give the selection; InputError where a named job is not in the flow."""
    known = [job.id for job in flow.definition.jobs]
    unknown = [_unknown_job(name, known) for name in jobs if name not in known]
    if unknown:
        raise InputError("no such job", diagnostics=unknown)
    if only and not jobs:
        raise InputError("--only needs --job", hint="name the jobs that alone are to run: --job ID --only")
    return Selection(jobs, only)


def _unknown_job(name: str, known: list[str]) -> Diagnostic:
    hint = did_you_mean(name, known) or f"the flow's jobs are {', '.join(known)}"
    return Diagnostic(code="AF-F303", message=f'the flow has no job "{name}"', hint=hint)
