"""Definitions of tools as values of our own, which their plugin can no longer change."""

from collections.abc import Mapping
from typing import Any

import msgspec

from aetherflow.core.contracts.tool import ToolDefinition


class NoDefinition(ValueError):
    """What says what a tool is, does not; the message goes on after the tool's name."""


def own_definition(definition: ToolDefinition) -> ToolDefinition:
    """Copy a definition; raises NoDefinition where it is none."""
    description: object = definition.description
    if not isinstance(description, str):
        raise NoDefinition(f"has a description of type {type(description).__name__}, and no text")
    parameters: object = definition.parameters
    if not isinstance(parameters, Mapping):
        raise NoDefinition(f"has parameters of type {type(parameters).__name__}, and no mapping")
    try:
        own: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(dict(parameters)))
    except (TypeError, ValueError, RecursionError) as problem:
        raise NoDefinition(f"has parameters that are no JSON: {problem}") from None
    if (kind := own.get("type", "object")) != "object":
        raise NoDefinition(f'has parameters of type "{kind}", and they are an object')
    return ToolDefinition(str.__str__(definition.name), str.__str__(description), own)
