"""Calls step types, and tells of each call how long it took and what came of it: `--debug-plugins`."""

from typing import Any

from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.status import StepStatus
from aetherflow.core.contracts.step import StepContext, StepResult
from aetherflow.core.plugins.tracing import PluginOperation, Trace
from aetherflow.core.runner.clock import Clock
from aetherflow.core.runner.foreign_error import described
from aetherflow.core.runner.step_call import StepCaller, StepCallers
from aetherflow.core.runner.step_context import where_of


class TracedCallers(StepCallers):
    """The step types of one run, each call of which is traced."""

    def __init__(self, trace: Trace, clock: Clock) -> None:
        super().__init__()
        self._trace = trace
        self._clock = clock

    def _loaded(self, contribution: Contribution) -> StepCaller:
        return _TracedCaller(contribution, self._trace, self._clock)


class _TracedCaller(StepCaller):
    """One step type whose calls are traced."""

    def __init__(self, contribution: Contribution, trace: Trace, clock: Clock) -> None:
        super().__init__(contribution)
        self._trace = trace
        self._clock = clock

    def call(self, ctx: StepContext, inputs: dict[str, Any]) -> Any:
        """Run the step as it is run without a trace."""
        started = self._clock.monotonic()
        try:
            returned = super().call(ctx, inputs)
        except BaseException as error:
            self._tell(ctx, started, f"raised {described(error, self._contribution)}", failed=True)
            raise
        self._tell(ctx, started, f"returned {_described(returned)}", failed=_is_failure(returned))
        return returned

    def _tell(self, ctx: StepContext, started: float, outcome: str, *, failed: bool) -> None:
        self._trace(
            PluginOperation(
                operation="step",
                plugin=self._contribution.plugin,
                name=self._contribution.name,
                outcome=outcome,
                failed=failed,
                seconds=self._clock.monotonic() - started,
                **where_of(ctx),
            )
        )


def _described(returned: object) -> str:
    name = type(returned).__name__
    if isinstance(returned, StepResult):
        return f"{name} {returned.status}" if isinstance(returned.status, str) else name
    return "None" if returned is None else name


def _is_failure(returned: object) -> bool:
    return isinstance(returned, StepResult) and returned.status == StepStatus.FAILED
