"""The step type ``fail``."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

from aetherflow.core.api import Step, StepContext, StepFailed, StepResult, register_step
from aetherflow.core.builtins.steps.plain_text import plain_text


class Verdict(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the flow cannot go on."""

    message: Annotated[Any, Meta(description="Text, or any value: lists and mappings are written as JSON.")]


@register_step("fail")
class Fail(Step):
    """Fails with a message; `when` says in which case."""

    effects = "pure"
    input_schema = Verdict
    output_schema: ClassVar[dict[str, Any] | None] = {
        "type": "object",
        "properties": {},
        "additionalProperties": False,
    }

    def run(self, ctx: StepContext, inputs: Verdict) -> StepResult:
        """Fail."""
        raise StepFailed(plain_text(inputs.message))
