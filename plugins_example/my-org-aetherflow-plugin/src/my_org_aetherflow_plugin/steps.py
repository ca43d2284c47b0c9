"""Step types that keep values in a store: as a class, as a function, and as an async function."""

import asyncio

from aetherflow.core.api import STEP_SKIPPED, Step, StepFailed, StepResult, register_step

# `validate` checks that a flow names a resource of this kind.
RESOURCE = {"type": "string", "x-aetherflow-resource": "store", "description": "The name of a resource of kind store."}
KEY = {"type": "string", "minLength": 1, "description": "What the value is kept under."}
KEY_INPUTS = {
    "type": "object",
    "properties": {"resource": RESOURCE, "key": KEY},
    "required": ["resource", "key"],
    "additionalProperties": False,
}
VALUE_OUTPUT = {"type": "object", "properties": {"value": {"description": "The value, of any type."}}}

LOOK_EVERY_SECONDS = 0.1


@register_step("my_org.remember")
class Remember(Step):
    """Puts a value under a key, in the place of the one before."""

    effects = "idempotent"  # to put the same value twice is to put it once: after a crash the step may run again
    input_schema = {
        "type": "object",
        "properties": {"resource": RESOURCE, "key": KEY, "value": {"description": "Any value, but null."}},
        "required": ["resource", "key", "value"],
        "additionalProperties": False,
    }
    output_schema = {
        "type": "object",
        "properties": {
            "key": {"type": "string", "description": "The key."},
            "is_new": {"type": "boolean", "description": "Whether there was no value before."},
        },
        "additionalProperties": False,
    }

    def run(self, ctx, inputs):
        if inputs["value"] is None:
            raise StepFailed("null cannot be remembered", hint="give a value, or leave the step out with `when`")
        store = ctx.connectors[inputs["resource"]].connect()
        is_new = store.get(inputs["key"]) is None
        store.put(inputs["key"], inputs["value"])
        return {"key": inputs["key"], "is_new": is_new}


@register_step("my_org.recall")
def recall(ctx, inputs):
    """Gives the value under a key; SKIPPED where there is none."""
    value = ctx.connectors[inputs["resource"]].connect().get(inputs["key"])
    if value is None:
        return StepResult(status=STEP_SKIPPED, reason=f"there is no {inputs['key']} yet")
    return {"value": value}


recall.effects = "pure"
recall.input_schema = KEY_INPUTS
recall.output_schema = VALUE_OUTPUT


@register_step("my_org.await_value")
async def await_value(ctx, inputs):
    """Waits until there is a value under a key, as long as the step's timeout allows."""
    store = ctx.connectors[inputs["resource"]].connect()
    while not ctx.is_cancelled:
        value = store.get(inputs["key"])
        if value is not None:
            return {"value": value}
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    raise StepFailed(f"there was no {inputs['key']} in time")


await_value.effects = "pure"
await_value.input_schema = KEY_INPUTS
await_value.output_schema = VALUE_OUTPUT
