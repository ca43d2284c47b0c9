from aetherflow.core.api import register_tool

NUMBER = {"type": "number"}


@register_tool("add", parameters={"properties": {"a": NUMBER, "b": NUMBER}, "required": ["a", "b"]})
def add(params, ctx):
    """Adds two numbers."""
    return {"sum": params["a"] + params["b"]}
