"""The inputs of a step as a flow takes them: written as they are, or with a secret in them."""

from collections.abc import Mapping
from typing import Any

from aetherflow.core.operations.plugin_trial.child.ground import CANARY_VARIABLE
from aetherflow.core.resolution.tokens import OPENING


def literal(value: Any) -> Any:
    """Write a value so that a flow takes it as it is."""
    if isinstance(value, str):
        return value.replace(OPENING, "\\" + OPENING)
    if isinstance(value, dict):
        return {key: literal(item) for key, item in value.items()}
    return [literal(item) for item in value] if isinstance(value, list) else value


def with_secret(inputs: Any, schema: Mapping[str, Any]) -> Any:
    """Put the secret in the place of every text that may be any text."""
    if not isinstance(inputs, dict):
        return inputs
    properties = schema.get("properties", {})
    token = f"{{{{env.{CANARY_VARIABLE}}}}}"
    return {
        name: token if isinstance(value, str) and _is_any_text(properties.get(name)) else value
        for name, value in inputs.items()
    }


def _is_any_text(schema: Any) -> bool:
    if not isinstance(schema, Mapping):
        return False
    kinds = schema.get("type", "string")
    named = {"enum", "const", "format", "pattern", "maxLength", "x-aetherflow-resource"} & schema.keys()
    return not named and "string" in ([kinds] if isinstance(kinds, str) else kinds)
