"""Makes a typed record of a simple JSON Schema: checking a value against it takes a microsecond and no import.

A value that fits the record fits the schema. Of a schema that says more than a record can there is none.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

import msgspec

_REMARKS = frozenset(["title", "description", "default", "examples", "deprecated", "$comment", "$schema", "$id"])
_MARK = "x-"  # begins keywords of ours and other tools', which say nothing about values
_BOUNDS = {
    "minimum": "ge",
    "exclusiveMinimum": "gt",
    "maximum": "le",
    "exclusiveMaximum": "lt",
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
}
_SIZES = {"minItems": "min_length", "maxItems": "max_length"}
_NUMBER_BOUNDS = frozenset(["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"])
_STRING_BOUNDS = frozenset(["minLength", "maxLength", "pattern"])


class _TooRich(Exception):
    """The schema says something that a record cannot."""


def record_of_schema(schema: Mapping[str, Any]) -> Any | None:
    """Give a record type for a schema of a mapping, or None where only the schema itself will do."""
    try:
        return _object(schema, _keywords(schema)) if schema.get("type") == "object" else None
    except (_TooRich, TypeError, ValueError):
        return None


def fits_quickly(schema: Mapping[str, Any], value: Any) -> bool:
    """Tell a value that fits a schema beyond doubt; False says only that one must look closely."""
    record = record_of_schema(schema)
    if record is None:
        return False
    try:
        msgspec.convert(value, record)
    except msgspec.ValidationError:
        return False
    return True


def _keywords(schema: Any) -> set[str]:
    if not isinstance(schema, Mapping):
        raise _TooRich
    return {key for key in schema if key not in _REMARKS and not key.startswith(_MARK)} - {"type"}


def _type(schema: Any) -> Any:
    keywords = _keywords(schema)
    if "enum" in keywords:
        return _choice(schema, keywords)
    if "type" not in schema and not keywords:
        return Any
    maker = _MAKERS.get(schema.get("type")) if isinstance(schema.get("type"), str) else None
    if maker is None:
        raise _TooRich
    return maker(schema, keywords)


def _object(schema: Mapping[str, Any], keywords: set[str]) -> Any:
    _allow(keywords, {"properties", "required", "additionalProperties"})
    is_open = schema.get("additionalProperties", True)
    if not isinstance(is_open, bool):
        raise _TooRich
    properties, required = schema.get("properties", {}), set(schema.get("required", ()))
    if not required.issubset(properties):
        raise _TooRich
    if not properties and is_open:
        return dict[str, Any]
    names = {f"field_{number}": key for number, key in enumerate(properties)}
    # Those without a default come first.
    ordered = sorted(names, key=lambda name: names[name] not in required)
    fields = [_field(name, properties[names[name]], names[name] in required) for name in ordered]
    return msgspec.defstruct("Inputs", fields, rename=names, forbid_unknown_fields=not is_open)


def _field(name: str, schema: Any, is_required: bool) -> Any:
    return (name, _type(schema)) if is_required else (name, _type(schema), None)


def _array(schema: Mapping[str, Any], keywords: set[str]) -> Any:
    _allow(keywords, {"items", *_SIZES})
    sizes = {_SIZES[key]: schema[key] for key in keywords if key in _SIZES}
    items: Any = _type(schema.get("items", {}))
    whole = list.__class_getitem__(items)  # spelt so that a type made at run time is no annotation to mypy
    return Annotated[whole, msgspec.Meta(**sizes)] if sizes else whole


def _choice(schema: Mapping[str, Any], keywords: set[str]) -> Any:
    _allow(keywords, {"enum"})
    choices = schema["enum"]
    if not choices or schema.get("type", "string") != "string" or not all(isinstance(each, str) for each in choices):
        raise _TooRich
    return Literal[tuple(choices)]


def _scalar(python_type: type, bounds: frozenset[str]) -> Callable[[Mapping[str, Any], set[str]], Any]:
    def make(schema: Mapping[str, Any], keywords: set[str]) -> Any:
        _allow(keywords, bounds)
        meta = {_BOUNDS[key]: schema[key] for key in keywords}
        return Annotated[python_type, msgspec.Meta(**meta)] if meta else python_type

    return make


def _allow(keywords: set[str], known: "set[str] | frozenset[str]") -> None:
    if not keywords <= known:
        raise _TooRich


_MAKERS: dict[Any, Callable[[Mapping[str, Any], set[str]], Any]] = {
    "object": _object,
    "array": _array,
    "string": _scalar(str, _STRING_BOUNDS),
    "integer": _scalar(int, _NUMBER_BOUNDS),
    "number": _scalar(float, _NUMBER_BOUNDS),
    "boolean": _scalar(bool, frozenset()),
}
