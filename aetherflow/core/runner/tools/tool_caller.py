"""A tool as the step type that it is."""

from typing import Any

from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.status import StepStatus
from aetherflow.core.contracts.step import StepContext, StepResult
from aetherflow.core.runner.hooks.where import Where
from aetherflow.core.runner.step_context import where_of
from aetherflow.core.runner.step_outcome import FinalFailure
from aetherflow.core.runner.tools.tool_answers import outputs_of
from aetherflow.core.runner.tools.tool_calls import ToolCalls


class ToolCaller:
    """One tool; ``call`` runs a step of its type once."""

    def __init__(self, contribution: Contribution, tools: ToolCalls) -> None:
        self._contribution = contribution
        self._tools = tools

    def call(self, ctx: StepContext, inputs: dict[str, Any]) -> StepResult:
        """Call the tool with the inputs as its params; raises StepFailed where it fails."""
        where = Where(**where_of(ctx))
        outcome = self._tools.call(self._contribution, inputs, where, lambda: ctx.is_cancelled)
        result = outcome.result
        if result.success:
            return StepResult(StepStatus.SUCCESS, outputs_of(result.data))
        raise FinalFailure(
            result.error or "",
            hint=outcome.hint,
            outputs=outputs_of(result.data),
            timed_out=outcome.timed_out,
            final=outcome.final,
        )
