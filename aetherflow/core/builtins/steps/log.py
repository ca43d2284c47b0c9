"""The step type ``log``."""

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct

from aetherflow.core.api import Step, StepContext, StepResult, register_step
from aetherflow.core.builtins.steps.plain_text import plain_text


class LogEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is logged; lists and mappings are written as JSON."""

    message: Annotated[Any, Meta(description="Text, or any value: lists and mappings are written as JSON.")]
    level: Literal["debug", "info", "warning", "error"] = "info"


@register_step("log")
class Log(Step):
    """Writes a message to the run's log."""

    effects = "pure"
    input_schema = LogEntry
    output_schema: ClassVar[dict[str, Any] | None] = {
        "type": "object",
        "properties": {"message": {"type": "string", "description": "The message as it was logged."}},
        "required": ["message"],
        "additionalProperties": False,
    }

    def run(self, ctx: StepContext, inputs: LogEntry) -> StepResult:
        """Log the message at its level."""
        message = plain_text(inputs.message)
        write = {
            "debug": ctx.log.debug,
            "info": ctx.log.info,
            "warning": ctx.log.warning,
            "error": ctx.log.error,
        }[inputs.level]
        write(message)
        return StepResult(outputs={"message": message})
