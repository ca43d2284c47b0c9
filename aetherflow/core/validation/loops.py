"""`for_each`: what it loops over must be a list, or one token that may give a list."""

from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.validation.pointing import at_value
from aetherflow.core.validation.uses import is_single_token


def loop_findings(flow: LoadedFlow) -> Iterator[Diagnostic]:
    """Find loops over a text."""
    for place, job in enumerate(flow.definition.jobs):
        if isinstance(job.for_each, str) and not is_single_token(job.for_each):
            finding = Diagnostic(
                code="AF-F121",
                message=f'"for_each" of job "{job.id}" is a text, not a list',
                hint="write a list, or one token that gives a list: {{jobs.ID.outputs.KEY}}",
            )
            yield at_value(flow, ("jobs", place, "for_each"), finding)
