from aetherflow.core.api import Veto, register_hook


@register_hook("before_step")
def no_secrets(data, ctx):
    """Keeps passwords from being said."""
    if data["type"] == "log" and "password" in str(data["inputs"].get("message")):
        return Veto("nobody says passwords")
    return None
