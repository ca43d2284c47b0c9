"""The step type ``check_items``: the gate for "there is nothing to do"."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

from aetherflow.core.api import STEP_SKIPPED, STEP_SUCCESS, Step, StepContext, StepResult, register_step


class ItemsToCheck(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is counted; null, the output of a step that did not run, counts as nothing."""

    items: Annotated[list[Any] | dict[str, Any] | None, Meta(description="A list or a mapping; null counts as empty.")]
    min_count: Annotated[int, Meta(ge=0, description="Below this the step ends SKIPPED.")] = 1


@register_step("check_items")
class CheckItems(Step):
    """Counts items and ends SKIPPED where there are fewer than `min_count`."""

    effects = "pure"
    input_schema = ItemsToCheck
    output_schema: ClassVar[dict[str, Any] | None] = {
        "type": "object",
        "properties": {
            "count": {"type": "integer", "description": "How many items there are."},
            "has_data": {"type": "boolean", "description": "Whether there are enough, and at least one."},
            "items": {"type": ["array", "object"], "description": "The items as they were given."},
        },
        "required": ["count", "has_data", "items"],
        "additionalProperties": False,
    }

    def run(self, ctx: StepContext, inputs: ItemsToCheck) -> StepResult:
        """Count, and say so in the reason where it is too little."""
        items = [] if inputs.items is None else inputs.items
        count = len(items)
        outputs = {"count": count, "has_data": count >= max(1, inputs.min_count), "items": items}
        if count >= inputs.min_count:
            return StepResult(STEP_SUCCESS, outputs)
        return StepResult(STEP_SKIPPED, outputs, reason=f"{_counted(count)}, {inputs.min_count} wanted")


def _counted(count: int) -> str:
    return {0: "no items", 1: "1 item"}.get(count, f"{count} items")
