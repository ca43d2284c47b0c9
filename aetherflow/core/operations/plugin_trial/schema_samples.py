"""Makes a value that fits a JSON Schema, where a plain one does; where more is wanted, there is none."""

import math
from collections.abc import Mapping
from typing import Any

from aetherflow.core.validation.schema_problems import SchemaJudge

_DEEPEST = 8
_TEXTS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "email": "ada@example.com",
    "hostname": "localhost",
    "ipv4": "127.0.0.1",
    "ipv6": "::1",
    "uri": "http://127.0.0.1:9/",
    "uuid": "01234567-89ab-4cde-8f01-23456789abcd",
}


class NoSample(Exception):
    """Nothing plain fits the schema; the message says what is wanted."""


def sample_of(schema: Mapping[str, Any]) -> Any:
    """Give a value for a schema: with everything that it names, else with what it requires; raises NoSample."""
    problem = ""
    for with_optional in (True, False):
        try:
            value = _Maker(schema, with_optional=with_optional).value(schema, 0)
        except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError) as error:  # a schema that is none
            raise NoSample(f"its schema is unusable: {error}") from None
        problems = SchemaJudge(schema).problems(value)
        if not problems:
            return value
        problem = problems[0].message
    raise NoSample(problem)


class _Maker:
    def __init__(self, root: Mapping[str, Any], *, with_optional: bool) -> None:
        self._root = root
        self._with_optional = with_optional

    def value(self, schema: Any, depth: int) -> Any:
        """Give a value for a part of the schema."""
        if not isinstance(schema, Mapping) or depth > _DEEPEST:
            return None
        schema = self._whole(schema)
        for given in ("const", "default"):
            if given in schema:
                return schema[given]
        for choices in ("examples", "enum"):
            if schema.get(choices):
                return schema[choices][0]
        for alternatives in ("anyOf", "oneOf"):
            if schema.get(alternatives):
                return self.value(_first_that_is_not_null(schema[alternatives]), depth + 1)
        return self._of_type(schema, depth)

    def _whole(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow a reference inside the schema, and lay what `allOf` says over the rest."""
        found: dict[str, Any] = dict(schema)
        reference = found.pop("$ref", None)
        if isinstance(reference, str) and reference.startswith("#/"):
            target: Any = self._root
            for part in reference[2:].split("/"):
                target = target[part]
            found = {**target, **found}
        for part in found.pop("allOf", ()):
            found = {**found, **part, "properties": {**found.get("properties", {}), **part.get("properties", {})}}
        return found

    def _of_type(self, schema: Mapping[str, Any], depth: int) -> Any:
        kinds = schema.get("type", "object" if "properties" in schema else "string")
        kind = kinds if isinstance(kinds, str) else next((each for each in kinds if each != "null"), "null")
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                count = max(1 if self._with_optional else 0, schema.get("minItems", 0))
                return [self.value(schema.get("items", {}), depth + 1) for _ in range(count)]
            case "integer" | "number":
                return _number(schema)
            case "boolean":
                return True
            case "null":
                return None
            case _:
                return _text(schema)

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required", ())
        properties = schema.get("properties", {})
        wanted = [name for name in properties if self._with_optional or name in required]
        unnamed = [name for name in required if name not in properties]
        return {name: self.value(properties.get(name, {}), depth + 1) for name in (*wanted, *unnamed)}


def _first_that_is_not_null(alternatives: Any) -> Any:
    return next((each for each in alternatives if each.get("type") != "null"), alternatives[0])


def _number(schema: Mapping[str, Any]) -> int | float:
    step = schema.get("multipleOf", 1)
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    number: int | float = step
    if least is not None and number <= least:
        number = math.ceil(least / step) * step
        number += step if number == schema.get("exclusiveMinimum") else 0
    if most is not None and number >= most:
        number = most if "maximum" in schema else most - step
    return number


def _text(schema: Mapping[str, Any]) -> str:
    text = _TEXTS.get(schema.get("format", ""), "text")
    return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]
