"""What a JSON Schema asks for, in the words of flow documents."""

from collections.abc import Mapping
from typing import Any

_TYPES = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}
_PLURALS = {"string": "strings", "integer": "integers", "number": "numbers", "object": "mappings", "array": "lists"}
_BOUNDS = {
    "minimum": "must be at least {}, found {}",
    "exclusiveMinimum": "must be above {}, found {}",
    "maximum": "must be at most {}, found {}",
    "exclusiveMaximum": "must be below {}, found {}",
    "multipleOf": "must be a multiple of {}, found {}",
    "pattern": 'does not match {}: "{}"',
}
_SIZES = {
    "minLength": "must have at least {} characters, found {}",
    "maxLength": "must have at most {} characters, found {}",
    "minItems": "must have at least {} items, found {}",
    "maxItems": "must have at most {} items, found {}",
    "minProperties": "must have at least {} keys, found {}",
    "maxProperties": "must have at most {} keys, found {}",
}


def expected_by(schema: Any) -> str:
    """Say what kind of value a schema takes, for example ``a list of strings or a string``."""
    words = [word for word in dict.fromkeys(_each(schema)) if word != "null"] or ["null"]
    return " or ".join(words)


def bounds_problem(keyword: str, bound: Any, value: Any) -> str | None:
    """Say how a value misses a bound, to be read after the value's name; None for other keywords."""
    if keyword in _BOUNDS:
        return _BOUNDS[keyword].format(bound, value)
    if keyword in _SIZES:
        return "must not be empty" if bound == 1 and not value else _SIZES[keyword].format(bound, len(value))
    return "must have no item twice" if keyword == "uniqueItems" else None


def _each(schema: Any) -> list[str]:
    if not isinstance(schema, Mapping):
        return ["a value"]
    alternatives = schema.get("anyOf") or schema.get("oneOf")
    if alternatives:
        return [word for alternative in alternatives for word in _each(alternative)]
    names = schema.get("type")
    if isinstance(names, str):
        return [_one(names, schema)]
    if isinstance(names, list):
        return [_one(name, schema) for name in names]
    return ["a mapping" if "$ref" in schema else "another value"]


def _one(name: str, schema: Mapping[str, Any]) -> str:
    items = schema.get("items")
    inner = items.get("type") if name == "array" and isinstance(items, Mapping) else None
    if isinstance(inner, str) and inner in _PLURALS:
        return f"a list of {_PLURALS[inner]}"
    return _TYPES.get(name, f"a value of type {name}")
