"""Calls a step type's code: the class or function behind it, with inputs as it wants them."""

import inspect
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from aetherflow.core.contracts.errors import StepFailed
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.step import StepContext


class StepCaller:
    """One step type, loaded; ``call`` runs it once."""

    def __init__(self, contribution: Contribution) -> None:
        self._contribution = contribution
        self._target = contribution.load()
        declared = getattr(self._target, "input_schema", None)
        self._record = declared if isinstance(declared, type) else None
        self._errors = schema_check(declared) if isinstance(declared, dict) else None

    def call(self, ctx: StepContext, inputs: dict[str, Any]) -> Any:
        """Run the step; gives what it returned, awaited where it is async. Raises whatever the step raises."""
        accepted = self.accepted(inputs)
        run = self._target().run if isinstance(self._target, type) else self._target
        returned = run(ctx, accepted)
        return _awaited(returned) if inspect.isawaitable(returned) else returned

    def accepted(self, inputs: dict[str, Any]) -> Any:
        """Give rendered inputs in the form that the step wants; StepFailed where they do not fit its schema."""
        if self._record is not None:
            try:
                return msgspec.convert(inputs, self._record)
            except msgspec.ValidationError as mismatch:
                raise self._refusal(str(mismatch)) from None
        problem = self._errors(inputs) if self._errors else None
        if problem:
            raise self._refusal(problem)
        return inputs

    def _refusal(self, problem: str) -> StepFailed:
        return StepFailed(f'the inputs do not fit step type "{self._contribution.name}": {problem}')


class Caller(Protocol):
    """Runs steps of one type."""

    def call(self, ctx: StepContext, inputs: dict[str, Any]) -> Any:
        """Run a step once; gives what it returned, and raises whatever it raises."""
        ...


class StepCallers:
    """The step types of one run, each loaded when it is first wanted."""

    def __init__(self) -> None:
        self._callers: dict[str, Caller] = {}
        self._tool: Callable[[Contribution], Caller] | None = None

    def call_tools_by(self, caller: Callable[[Contribution], Caller]) -> None:
        """Say how tools are called, from now on."""
        self._tool = caller
        self._callers.clear()

    def caller(self, contribution: Contribution) -> Caller:
        """Give the caller of a step type."""
        found = self._callers.get(contribution.name)
        if found is None:
            make = self._tool if self._tool and contribution.kind == "tool" else self._loaded
            found = self._callers[contribution.name] = make(contribution)
        return found

    def _loaded(self, contribution: Contribution) -> StepCaller:
        return StepCaller(contribution)


def schema_check(schema: dict[str, Any]) -> Callable[[Any], str | None]:
    """Give a function that says what is wrong with inputs, by a JSON Schema."""
    # Deferred: 50 ms, only wanted by step types with a JSON Schema of their own.
    from jsonschema import validators
    from referencing import Registry

    validator = validators.validator_for(schema)(schema, registry=Registry())  # which fetches nothing for a $ref

    def first_problem(inputs: Any) -> str | None:
        error = next(iter(validator.iter_errors(inputs)), None)
        return f"{error.json_path.removeprefix('$.')}: {error.message}" if error else None

    return first_problem


def _awaited(awaitable: Any) -> Any:
    import asyncio  # deferred: 25 ms, only wanted by async steps

    async def wait() -> Any:
        return await awaitable

    return asyncio.run(wait())
