"""The inputs of step types inside the schema of a flow."""

from collections.abc import Mapping
from typing import Any

from aetherflow.core.contracts.registry import Contribution

_TEMPLATE = {"type": "string", "pattern": r"\{\{"}
_OF_PROPERTIES = ("properties", "patternProperties")
_OF_ONE_VALUE = ("items", "additionalProperties")


def known_types(steps: Mapping[str, Contribution]) -> dict[str, Any]:
    """Offer the known types for completion; others stay allowed, since a plugin may be missing on this machine."""
    known = [_constant(name, step) for name, step in sorted(steps.items())]
    return {"anyOf": [*known, {"type": "string"}]}


def rules_by_type(steps: Mapping[str, Contribution]) -> list[dict[str, Any]]:
    """Give a rule for each step type that says what its inputs are."""
    return [_rule(name, step.input_schema) for name, step in sorted(steps.items()) if step.input_schema]


def admitting_templates(schema: Any) -> Any:
    """Let a template stand in place of any value inside the inputs: what it gives is known only when it runs."""
    if not isinstance(schema, dict):
        return schema
    admitted = dict(schema)
    for keyword in _OF_PROPERTIES:
        if isinstance(schema.get(keyword), dict):
            admitted[keyword] = {key: _or_template(inner) for key, inner in schema[keyword].items()}
    for keyword in _OF_ONE_VALUE:
        if isinstance(schema.get(keyword), dict):
            admitted[keyword] = _or_template(schema[keyword])
    if isinstance(schema.get("$defs"), dict):
        admitted["$defs"] = {name: admitting_templates(inner) for name, inner in schema["$defs"].items()}
    return admitted


def _or_template(schema: Any) -> Any:
    if not isinstance(schema, dict) or (schema.get("type") == "string" and len(schema) == 1):
        return schema
    outside = {key: schema[key] for key in ("title", "description", "default") if key in schema}
    return {**outside, "anyOf": [admitting_templates(schema), _TEMPLATE]}


def _constant(name: str, step: Contribution) -> dict[str, Any]:
    return {"const": name, "description": step.summary} if step.summary else {"const": name}


def _rule(name: str, input_schema: dict[str, Any]) -> dict[str, Any]:
    inputs = admitting_templates(input_schema)
    if "$defs" in inputs:
        # An identity of its own makes the references inside it lead to its own definitions.
        inputs = {"$id": f"aetherflow:step/{name}", **inputs}
    return {
        "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
        "then": {"properties": {"inputs": inputs}},
    }
