"""The step type ``with_lock``."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct
from msgspec.structs import asdict

from aetherflow.core.api import Step, StepContext, StepResult, register_step


class LockedStep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The step that runs while the lock is held."""

    type: str
    inputs: dict[str, Any] = {}
    timeout_seconds: Annotated[float, Meta(gt=0)] | None = None


class WithLockInputs(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A lock, and what is done under it."""

    lock_key: Annotated[str, Meta(min_length=1, max_length=512, description="Shared by all flows of a state file.")]
    step: Annotated[
        LockedStep, Meta(description="What runs while the lock is held.", extra_json_schema={"x-aetherflow-step": True})
    ]
    ttl_seconds: Annotated[
        float, Meta(gt=0, description="After so long without a renewal, other hosts count the holder as dead.")
    ] = 3600
    wait_seconds: Annotated[float, Meta(ge=0, description="How long to wait for the lock; 0: not at all.")] = 0


@register_step("with_lock")
class WithLock(Step):
    """Runs one step while it holds a lock, and fails where somebody else has that."""

    effects = "pure"  # on its own: the inner step's effects count
    input_schema = WithLockInputs
    output_schema: ClassVar[dict[str, Any] | None] = {
        "type": "object",
        "description": "The outputs of the inner step, and of the lock:",
        "properties": {
            "lock_key": {"type": "string", "description": "The lock that was held."},
            "fencing_token": {"type": "integer", "description": "Greater than that of every holder before."},
        },
        "required": ["lock_key", "fencing_token"],
    }

    def run(self, ctx: StepContext, inputs: WithLockInputs) -> StepResult:
        """Take the lock, run the inner step, let go of the lock whatever happened."""
        with ctx.acquire_lock(
            inputs.lock_key, ttl_seconds=inputs.ttl_seconds, wait_seconds=inputs.wait_seconds
        ) as lock:
            result = ctx.run_step(asdict(inputs.step))
        outputs = {**result.outputs, "lock_key": lock.key, "fencing_token": lock.fencing_token}
        return StepResult(result.status, outputs, result.error, result.reason)
