"""The project's own step types."""

from aetherflow.core.api import STEP_SKIPPED, STEP_SUCCESS, Step, StepResult, register_step


@register_step("my_step")
class MyStep(Step):
    """Gives back the value that it is given; SKIPPED where that is empty."""

    effects = "pure"
    input_schema = {
        "type": "object",
        "properties": {"value": {"type": ["string", "null"], "description": "What is given back."}},
        "additionalProperties": False,
    }
    output_schema = {
        "type": "object",
        "properties": {
            "echo": {"type": "string", "description": "The value."},
            "reason": {"type": "string", "description": "Why there is none."},
        },
        "additionalProperties": False,
    }

    def run(self, ctx, inputs):
        value = inputs.get("value")
        if not value:
            return StepResult(status=STEP_SKIPPED, outputs={"reason": "empty"}, reason="the value is empty")
        ctx.log.info(f"the value has {len(value)} characters")
        return StepResult(status=STEP_SUCCESS, outputs={"echo": value})
