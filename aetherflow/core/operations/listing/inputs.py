"""What a step or connector takes, from its JSON Schema. That is a plugin's own: nothing of its form is certain."""

from collections.abc import Iterator, Mapping
from typing import Any

from aetherflow.core.diagnostics.link_words import without_links
from aetherflow.core.operations.listing.answers import TakenInput
from aetherflow.core.validation.schema_words import expected_by

_MOST_HOPS = 8  # references that lead to references
_MOST_CHOICES = 12


def taken_inputs(kind: str, schema: Mapping[str, Any] | None) -> Iterator[TakenInput]:
    """Give what stands under `inputs` of a step; of a connector, under `config` and `options` of a resource."""
    if schema is None:
        return
    if kind != "connector":
        yield from _properties(schema, schema, "")
        return
    for part, below in _mapping(schema.get("properties")).items():
        yield from _properties(_resolved(below, schema), schema, f"{part}.")


def _properties(schema: Mapping[str, Any], root: Mapping[str, Any], prefix: str) -> Iterator[TakenInput]:
    schema = _resolved(schema, root)
    required = schema.get("required")
    needed = required if isinstance(required, list) else []
    for name, below in _mapping(schema.get("properties")).items():
        described = _mapping(below)
        yield TakenInput(
            name=f"{prefix}{name}",
            takes=_takes(described, root),
            required=name in needed,
            description=without_links(_text(described.get("description"))),
        )


def _takes(schema: Any, root: Mapping[str, Any]) -> str:
    schema = _resolved(schema, root)
    alternatives = schema.get("anyOf") or schema.get("oneOf")
    if isinstance(alternatives, list):
        words = [_takes_alone(_resolved(each, root)) for each in alternatives if each != {"type": "null"}]
        return " or ".join(dict.fromkeys(words))
    return _takes_alone(schema)


def _takes_alone(schema: Mapping[str, Any]) -> str:
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        shown = ", ".join(str(choice) for choice in choices[:_MOST_CHOICES])
        return f"one of {shown}{', …' if len(choices) > _MOST_CHOICES else ''}"
    return expected_by(schema) if "type" in schema else "any value"


def _resolved(schema: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references into the schema's own definitions."""
    found = _mapping(schema)
    for _ in range(_MOST_HOPS):
        reference = found.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/$defs/"):
            break
        found = _mapping(_mapping(root.get("$defs")).get(reference.removeprefix("#/$defs/")))
    return found


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
