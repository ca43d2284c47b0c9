"""Retry policies that say less, or something else, than they seem to."""

from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.documents.flow import RetryPolicy
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.validation.flow_index import FlowIndex
from aetherflow.core.validation.pointing import at_key

_NONE = RetryPolicy()


def retry_findings(flow: LoadedFlow, index: FlowIndex) -> Iterator[Diagnostic]:
    """Find keys of retry policies that have no effect."""
    for steps in index.step_lists:
        for position, step in enumerate(steps.steps):
            if step.retry is not _NONE and step.retry != _NONE:
                for key, finding in _policy_findings(step.retry):
                    yield at_key(flow, (*steps.step_path(position), "retry", key), finding)


def _policy_findings(policy: RetryPolicy) -> Iterator[tuple[str, Diagnostic]]:
    if policy.max_attempts == 1:
        for key in ("on_exit_codes", "on_timeout", "backoff_seconds"):
            if getattr(policy, key) not in (None, False, 0):
                yield key, _no_attempts(key)
    longest = policy.max_backoff_seconds
    if longest is not None and policy.backoff_seconds > longest:
        yield "backoff_seconds", _cut_off(policy.backoff_seconds, longest)


def _no_attempts(key: str) -> Diagnostic:
    return Diagnostic(
        code="AF-F501",
        severity=Severity.WARNING,
        message=f'"{key}" has no effect: the step is tried once',
        hint='set "max_attempts" to 2 or more',
    )


def _cut_off(backoff_seconds: float, longest: float) -> Diagnostic:
    return Diagnostic(
        code="AF-F502",
        severity=Severity.WARNING,
        message=f'"backoff_seconds" is {backoff_seconds:g}, but "max_backoff_seconds" cuts it to {longest:g}',
        hint="raise max_backoff_seconds, or lower backoff_seconds",
    )
