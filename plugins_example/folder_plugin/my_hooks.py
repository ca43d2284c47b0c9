"""What the project wants of every run: a hook that changes inputs, and one that stops a job."""

from aetherflow.core.api import Veto, register_hook


@register_hook("before_step")
def without_blanks(data, ctx):
    """Takes the blanks around a value away before `my_step` gets it."""
    value = data["inputs"].get("value")
    if data["type"] != "my_step" or not isinstance(value, str):
        return None
    return {"inputs": {**data["inputs"], "value": value.strip()}}


@register_hook("before_job")
def keep_out_of(data, ctx):
    """Vetoes jobs that write to a file below /proc."""
    if str(ctx.params.get("database", "")).startswith("/proc/"):
        return Veto("a database cannot be kept below /proc")
    return None
