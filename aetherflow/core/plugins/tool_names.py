"""What a tool is as a step type: its name there, and the JSON Schema that its inputs are checked against."""

from collections.abc import Mapping
from typing import Any

#: Step types that begin so are tools, and nothing else.
TOOL_PREFIX = "tool."


def tool_step_type(plugin: str, tool: str) -> str:
    """Give the step type of a plugin's tool."""
    return f"{TOOL_PREFIX}{plugin}.{tool}"


def call_schema(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give the JSON Schema of a call's parameters, which are a mapping; where none are declared, none are taken."""
    if not parameters:
        return {"type": "object", "properties": {}, "additionalProperties": False}
    return {"type": "object", **parameters}


def first_line(description: str) -> str:
    """Give the part of a description that lists show."""
    return description.strip().split("\n")[0].encode("utf-8", "replace").decode()
