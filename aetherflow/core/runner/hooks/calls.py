"""Calls the code of plugins between the steps: inside the interrupt window, with its time measured and traced."""

import inspect
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.errors import Interrupted, StepFailed
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.plugins.tracing import Operation, PluginOperation, Trace
from aetherflow.core.processes.interrupts import InterruptGate
from aetherflow.core.runner.clock import Clock
from aetherflow.core.runner.foreign_error import place_of_error, words_of
from aetherflow.core.runner.foreign_text import readable
from aetherflow.core.runner.hooks.answers import WrongAnswer
from aetherflow.core.runner.hooks.where import Where
from aetherflow.core.runner.printed_lines import printing_at

Value = TypeVar("Value")


class Returned(Struct, Generic[Value], frozen=True):
    """What the code gave back, as a value of our own."""

    value: Value


class Fault(Struct, frozen=True):
    """What the code did instead, in words that go on after "it", and the line of the plugin's own that did it.

    ``said`` and ``hint`` are those of a StepFailed: sentences for people.
    """

    problem: str
    file: str
    line: int
    timed_out: bool = False
    said: str = ""
    hint: str | None = None

    @property
    def words(self) -> str:
        """Say it with its place."""
        return f"{self.problem} ({self.file}:{self.line})"


class PluginCalls:
    """Calls plugins one at a time; each has ``timeout_seconds``, and what takes longer has failed when it ends."""

    def __init__(self, *, gate: InterruptGate, clock: Clock, timeout_seconds: float, trace: Trace) -> None:
        self._gate = gate
        self._clock = clock
        self.timeout_seconds = timeout_seconds
        self._trace = trace

    def call(
        self,
        contribution: Contribution,
        name: str,
        code: Callable[[], Any],
        own: Callable[[Any], Value],
        where: Where,
        *,
        operation: Operation = "hook",
    ) -> Returned[Value] | Fault:
        """Run the code, awaited where it is async, and make its answer our own by ``own``; raises Interrupted alone."""
        started = self._clock.monotonic()
        with printing_at(where.facts()):
            outcome = self._outcome(contribution, code, own)
        seconds = self._clock.monotonic() - started
        if seconds > self.timeout_seconds:
            limit = f"limits.timeout_seconds allows {self.timeout_seconds:g} s"
            problem = f"took {seconds:.2f} s, and {limit}"
            outcome = Fault(problem, contribution.file, contribution.line, timed_out=True)
        self._tell(operation, contribution, name, outcome, seconds, where)
        return outcome

    def _outcome(
        self, contribution: Contribution, code: Callable[[], Any], own: Callable[[Any], Value]
    ) -> Returned[Value] | Fault:
        try:
            with self._gate.window():
                returned = code()
                if inspect.isawaitable(returned):
                    returned = _awaited(returned, self.timeout_seconds)
                return Returned(own(returned))
        except WrongAnswer as problem:
            return fault_of(contribution, str(problem))
        except BaseException as error:  # foreign code: SystemExit and the like are failures as all others
            if isinstance(error, Interrupted) and self._gate.requested is not None:
                raise
            fault = Fault(f"raised {words_of(error)}", *place_of_error(error, contribution))
            return _in_own_words(fault, error) if isinstance(error, StepFailed) else fault

    def _tell(
        self,
        operation: Operation,
        contribution: Contribution,
        name: str,
        outcome: Returned[Value] | Fault,
        seconds: float,
        where: Where,
    ) -> None:
        self._trace(
            PluginOperation(
                operation=operation,
                plugin=contribution.plugin,
                name=name,
                outcome=outcome.words if isinstance(outcome, Fault) else f"returned {_kind(outcome.value)}",
                failed=isinstance(outcome, Fault),
                seconds=seconds,
                **where.facts(),
            )
        )


def fault_of(contribution: Contribution, problem: str) -> Fault:
    """Give a fault that is the whole function's, not one line's."""
    return Fault(problem, contribution.file, contribution.line)


def _in_own_words(fault: Fault, error: StepFailed) -> Fault:
    return replace(fault, said=readable(error.message), hint=None if error.hint is None else readable(error.hint))


def _kind(value: object) -> str:
    return "None" if value is None else type(value).__name__


def _awaited(awaitable: Any, timeout_seconds: float) -> Any:
    import asyncio  # deferred: 25 ms, only wanted by async code

    async def wait() -> Any:
        return await asyncio.wait_for(awaitable, timeout_seconds)

    return asyncio.run(wait())
