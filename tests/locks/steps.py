"""Step types for flows with locks."""

import os
import time
from pathlib import Path

from aetherflow.core.api import register_step


@register_step("t.critical")
def critical(ctx, inputs):
    """Enter, stay a while, leave: each with one line, appended in one write."""
    note(ctx, "enter")
    time.sleep(inputs.get("seconds", 0))
    note(ctx, "leave")
    return {"fencing_token": ctx.fencing_token}


@register_step("t.race")
def race(ctx, inputs):
    """Take one lock again and again."""
    for _ in range(inputs["times"]):
        with ctx.acquire_lock("race", ttl_seconds=inputs["ttl_seconds"], wait_seconds=60) as lock:
            note(ctx, f"enter {lock.fencing_token}")
            time.sleep(inputs["seconds"])
            note(ctx, f"leave {lock.fencing_token}")


@register_step("t.hold")
def hold(ctx, inputs):
    """Hold a lock until it is lost, or a file says go on."""
    with ctx.acquire_lock("k", ttl_seconds=inputs.get("ttl_seconds", 3600)):
        note(ctx, "holding")
        while not ctx.is_cancelled and not (Path(ctx.env["HERE"]) / "go").exists():
            time.sleep(0.01)
        note(ctx, "cancelled" if ctx.is_cancelled else "done")


def note(ctx, text):
    descriptor = os.open(Path(ctx.env["HERE"]) / "notes", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, f"{text} {os.getpid()}\n".encode())
    os.close(descriptor)


ALL = [critical, race, hold]
