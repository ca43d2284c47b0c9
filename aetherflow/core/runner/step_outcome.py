"""What comes of an attempt of a step."""

from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.errors import StepFailed
from aetherflow.core.contracts.step import StepResult
from aetherflow.core.runner.retry import Failure


class FinalFailure(StepFailed):
    """A step's failure that says itself whether a further attempt can help: what was vetoed is settled."""

    def __init__(self, message: str, *, final: bool, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.final = final


class Done(Struct, frozen=True):
    """A step that ended SUCCESS or SKIPPED, with what its job promotes of it."""

    result: StepResult
    promoted: dict[str, Any]


class Failed(Struct, frozen=True):
    """A step whose attempt failed, with the outputs that it left all the same."""

    failure: Failure
    outputs: dict[str, Any] = {}
