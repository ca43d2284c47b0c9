"""Says in words what a JSON Schema accepts, for tables that people read."""

import json
from typing import Any

_TYPES = {"string": "text", "object": "mapping", "array": "list", "boolean": "true or false", "null": "null"}


def type_words(schema: dict[str, Any], root: dict[str, Any]) -> str:
    """Give the type of a value in words: `text`, `integer ≥ 1`, "`csv`, `tsv`", `list of text`."""
    if "$ref" in schema:
        return type_words(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "enum" in schema:
        return ", ".join(f"`{_plain(value)}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{_plain(schema['const'])}`"
    if alternatives := schema.get("anyOf") or schema.get("oneOf"):
        words = [type_words(each, root) for each in alternatives if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(words))
    return _simple(schema, root)


def default_words(schema: dict[str, Any]) -> str:
    """Give the default of a value as YAML would show it, a dash where there is none."""
    default = schema.get("default")
    return "–" if default is None else f"`{_plain(default)}`"


def _simple(schema: dict[str, Any], root: dict[str, Any]) -> str:
    types = schema.get("type", "any")
    names = [types] if isinstance(types, str) else [name for name in types if name != "null"]
    words = " or ".join(dict.fromkeys(_TYPES.get(name, name) for name in names))
    if isinstance(items := schema.get("items"), dict) and items:
        words += f" of {type_words(items, root)}"
    return words + _bounds(schema)


def _bounds(schema: dict[str, Any]) -> str:
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    return "".join(f" {sign} {_number(schema[key])}" for key, sign in signs.items() if key in schema)


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) and value.isprintable() and value else json.dumps(value, ensure_ascii=False)
