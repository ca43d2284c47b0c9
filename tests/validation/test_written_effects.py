"""A step type may say by its inputs' schema which of them decide its effects; what a template brings is not known."""

from typing import Any

import pytest

from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.documents.flow import StepDefinition
from aetherflow.core.validation.inner_steps import StepTypes

ASKS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "method": {
            "type": "string",
            "default": "GET",
            "x-aetherflow-effects": {"GET": "pure", "PUT": "idempotent", "X": "nonsense"},
        },
        "key": {"x-aetherflow-effects": "idempotent"},
    },
}
LOCKS: dict[str, Any] = {"type": "object", "properties": {"step": {"x-aetherflow-step": True}}}


def contribution(name: str, effects: Any, schema: dict[str, Any]) -> Contribution:
    return Contribution(
        kind="step",
        name=name,
        plugin="p",
        version="0",
        digest="",
        origin="built-in",
        file="p.py",
        line=1,
        load=dict,
        effects=effects,
        input_schema=schema,
    )


def effects_of(step_type: str, inputs: dict[str, Any]) -> str:
    types = StepTypes(
        {
            "asks": contribution("asks", "once", ASKS),
            "locks": contribution("locks", "idempotent", LOCKS),
        }
    )
    return types.effects_of(StepDefinition(id="s", type=step_type, inputs=inputs))


@pytest.mark.parametrize(
    ("inputs", "effects"),
    [
        ({}, "pure"),
        ({"method": "GET"}, "pure"),
        ({"method": "PUT"}, "idempotent"),
        ({"method": "POST"}, "once"),
        ({"method": "POST", "key": "{{run_id}}"}, "idempotent"),
        ({"method": "POST", "key": True}, "idempotent"),
        ({"method": "POST", "key": False}, "once"),
        ({"method": "POST", "key": None}, "once"),
        ({"method": "GET", "key": "a"}, "pure"),
        ({"method": "{{params.method:GET}}"}, "once"),
        ({"method": "X"}, "once"),
        ({"method": ["GET"]}, "once"),
    ],
)
def test_the_mildest_that_is_written_counts_else_those_of_the_type(inputs: dict[str, Any], effects: str) -> None:
    assert effects_of("asks", inputs) == effects


@pytest.mark.parametrize(("method", "effects"), [("GET", "idempotent"), ("POST", "once")])
def test_inside_another_step_they_count_as_well(method: str, effects: str) -> None:
    assert effects_of("locks", {"step": {"type": "asks", "inputs": {"method": method}}}) == effects
