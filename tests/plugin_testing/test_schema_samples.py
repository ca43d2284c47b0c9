"""Values made from JSON Schemas: they fit, or there is none."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from aetherflow.core.operations.plugin_trial.schema_samples import NoSample, sample_of


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({}, "text"),
        ({"type": "object"}, {}),
        ({"type": "object", "properties": {"a": {"type": "string"}}}, {"a": "text"}),
        ({"type": "object", "properties": {"a": {"type": ["string", "null"]}}}, {"a": "text"}),
        ({"type": "object", "required": ["a"]}, {"a": "text"}),
        ({"type": "string", "format": "date"}, "2026-01-31"),
        ({"type": "string", "minLength": 6}, "textxx"),
        ({"type": "string", "maxLength": 2}, "te"),
        ({"enum": ["b", "c"]}, "b"),
        ({"const": 5}, 5),
        ({"type": "string", "default": "day"}, "day"),
        ({"type": "string", "examples": ["monday"]}, "monday"),
        ({"type": "integer"}, 1),
        ({"type": "integer", "minimum": 10}, 10),
        ({"type": "integer", "exclusiveMinimum": 10}, 11),
        ({"type": "integer", "maximum": -3}, -3),
        ({"type": "integer", "multipleOf": 5, "minimum": 7}, 10),
        ({"type": "number", "maximum": 0.5}, 0.5),
        ({"type": "array", "items": {"type": "integer"}}, [1]),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 3}, [1, 1, 1]),
        ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, True),
        ({"$ref": "#/$defs/day", "$defs": {"day": {"type": "string", "enum": ["monday"]}}}, "monday"),
        ({"allOf": [{"type": "object", "properties": {"a": {"const": 1}}}]}, {"a": 1}),
    ],
)
def test_a_plain_schema_has_a_sample(schema: dict[str, Any], value: Any) -> None:
    assert sample_of(schema) == value


def test_what_is_optional_is_left_out_where_it_does_not_fit() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"pattern": "^x$"}}, "required": ["a"]}
    assert sample_of(schema) == {"a": 1}


@pytest.mark.parametrize(
    "schema", [{"type": "string", "pattern": "^x{3}$"}, {"not": {}}, {"type": "nothing"}, {"$ref": "http://x/y"}]
)
def test_of_what_wants_more_there_is_none(schema: dict[str, Any]) -> None:
    with pytest.raises(NoSample):
        sample_of(schema)


def test_a_schema_without_end_has_an_end() -> None:
    schema = {"type": "object", "properties": {"a": {"$ref": "#"}}}
    with contextlib.suppress(NoSample):
        sample_of(schema)


LEAVES = st.sampled_from(
    [{"type": "string"}, {"type": "integer", "minimum": 3}, {"type": "boolean"}, {"enum": [1, 2]}, {"type": "null"}]
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(lambda items: {"type": "array", "items": items}, inner)
        | st.builds(
            lambda properties: {"type": "object", "properties": properties, "required": sorted(properties)[:1]},
            st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3),
        )
        | st.builds(lambda first, second: {"anyOf": [first, second]}, inner, inner)
    ),
    max_leaves=8,
)


@given(SCHEMAS)
def test_every_sample_fits(schema: dict[str, Any]) -> None:
    assert list(Draft202012Validator(schema).iter_errors(sample_of(schema))) == []
