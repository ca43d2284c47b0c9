from pathlib import Path

from aetherflow.core.api import register_step


@register_step("words.count")
def count(ctx, inputs):
    """Counts the words of a file."""
    return {"words": len(Path(inputs["path"]).read_text().split())}


count.input_schema = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}
