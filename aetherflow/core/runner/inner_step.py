"""Runs a step type as a part of another step: `ctx.run_step`."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from aetherflow.core.contracts.errors import StepFailed
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.step import StepContext, StepResult
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.flow import PositiveSeconds
from aetherflow.core.runner.foreign_error import described_in_full
from aetherflow.core.runner.step_call import StepCallers
from aetherflow.core.runner.step_result import checked_result


class InnerStep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step inside a step: what it runs, with which inputs, for how long at most."""

    type: str
    inputs: dict[str, Any] = {}
    timeout_seconds: PositiveSeconds | None = None


def inner_step(definition: Mapping[str, Any]) -> InnerStep:
    """Read the definition of an inner step; raises StepFailed."""
    try:
        return msgspec.convert(dict(definition), InnerStep)
    except msgspec.ValidationError as mismatch:
        raise StepFailed(
            f"the inner step cannot be read: {mismatch}", hint="it is a mapping of type, inputs and timeout_seconds"
        ) from None


def contribution_of(step: InnerStep, step_types: Mapping[str, Contribution]) -> Contribution:
    """Give the code behind an inner step's type; raises StepFailed."""
    if step.type not in step_types:
        hint = did_you_mean(step.type, step_types) or "`aetherflow plugins list` shows the step types"
        raise StepFailed(f'unknown step type "{step.type}"', hint=hint)
    return step_types[step.type]


def call_inner(
    callers: StepCallers, contribution: Contribution, ctx: StepContext, inputs: dict[str, Any]
) -> StepResult:
    """Run the step's code and judge what it gives back; whatever it raises becomes a StepFailed that names its line."""
    try:
        return checked_result(callers.caller(contribution).call(ctx, inputs), contribution)
    except StepFailed:
        raise
    except (Exception, SystemExit) as error:  # foreign code: the outer step could not tell its place
        raise StepFailed(described_in_full(error, contribution)) from error
