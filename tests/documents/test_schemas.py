"""The JSON Schemas that editors use."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.documents.descriptions import DESCRIPTIONS
from aetherflow.core.documents.schemas import json_schema
from tests.documents.reading import data
from tests.documents.test_agreement import FLOW
from tests.support.project import REPOSITORY


def step(name: str, input_schema: dict[str, Any] | None) -> Contribution:
    return Contribution(
        kind="step",
        name=name,
        plugin="p",
        version="1",
        digest="",
        origin="built-in",
        file="p.py",
        line=1,
        load=lambda: None,
        summary=f"Does {name}.",
        input_schema=input_schema,
    )


STEPS = {
    "greet": step(
        "greet",
        {
            "type": "object",
            "properties": {"times": {"type": "integer"}, "who": {"$ref": "#/$defs/Who"}},
            "required": ["times"],
            "$defs": {"Who": {"type": "object", "properties": {"age": {"type": "integer"}}}},
        },
    ),
    "quiet": step("quiet", None),
}


def errors(document: Any, steps: dict[str, Contribution] | None = None) -> list[str]:
    validator = Draft202012Validator(json_schema("flow", steps=steps or {}))
    return [error.message for error in validator.iter_errors(document)]


def flow_of(step_text: str) -> Any:
    return data(f"flow: {{id: a}}\njobs: [{{id: b, steps: [{{id: c, {step_text}}}]}}]")


@pytest.mark.parametrize("name", ["flow", "profiles", "manifest", "plugins"])
def test_the_schema_in_the_repository_is_what_the_records_give(name: str) -> None:
    file = REPOSITORY / "schemas" / f"{name}.schema.json"
    assert json.loads(file.read_text(encoding="utf-8")) == json_schema(name), "run `python -m tests.support.generate`"


@pytest.mark.parametrize("name", ["flow", "profiles", "manifest", "plugins"])
def test_a_schema_is_a_valid_schema(name: str) -> None:
    Draft202012Validator.check_schema(json_schema(name, steps=STEPS))


def test_every_key_says_what_it_is_for() -> None:
    records = {**json_schema("flow")["$defs"], **json_schema("profiles")["$defs"], **json_schema("manifest")["$defs"]}
    records |= json_schema("plugins")["$defs"]
    records |= {"OperatorManifest": json_schema("manifest"), "PluginsFile": json_schema("plugins")}
    del records["FlowDocument"]  # the flow definition once more
    assert {name: set(record["properties"]) for name, record in records.items()} == {
        name: set(keys) for name, keys in DESCRIPTIONS.items()
    }


def test_a_flow_is_valid() -> None:
    assert errors(FLOW) == []


def test_a_document_of_workflows_is_valid() -> None:
    assert errors({"workflows": {"one": FLOW}, "x-notes": 1, "params": {}}) == []


def test_keys_that_begin_with_x_are_allowed_at_the_top_only() -> None:
    assert errors({**FLOW, "x-notes": [1]}) == []
    assert len(errors({**FLOW, "flow": {"id": "a", "x-notes": 1}})) == 1


def test_one_mistake_is_one_error() -> None:
    assert errors({**FLOW, "job": []}) == ["'job' does not match any of the regexes: '^x-'"]


def test_the_inputs_of_a_known_type_are_checked() -> None:
    assert errors(flow_of("type: greet, inputs: {times: 3}"), STEPS) == []
    assert errors(flow_of("type: greet, inputs: {}"), STEPS) == ["'times' is a required property"]
    assert len(errors(flow_of("type: greet, inputs: {times: x}"), STEPS)) == 1
    assert len(errors(flow_of("type: greet, inputs: {times: 1, who: {age: x}}"), STEPS)) == 1


def test_a_template_may_stand_for_any_input() -> None:
    assert errors(flow_of('type: greet, inputs: {times: "{{params.n}}", who: {age: "{{params.n}}"}}'), STEPS) == []


def test_a_type_that_is_not_known_here_is_no_error() -> None:
    assert errors(flow_of("type: other, inputs: {times: x}"), STEPS) == []


def test_known_types_are_offered_with_what_they_do() -> None:
    offered = json_schema("flow", steps=STEPS)["$defs"]["StepDefinition"]["properties"]["type"]["anyOf"]
    assert offered[:2] == [
        {"const": "greet", "description": "Does greet."},
        {"const": "quiet", "description": "Does quiet."},
    ]
