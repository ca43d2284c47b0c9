"""JSON Schemas of the documents, for editors, generated from the records that the documents become."""

from collections.abc import Mapping
from typing import Any

from msgspec.json import schema_components

from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.documents.descriptions import DESCRIPTIONS
from aetherflow.core.documents.flow import FlowDefinition, WorkflowsDocument
from aetherflow.core.documents.profiles import Profile
from aetherflow.core.documents.step_schemas import known_types, rules_by_type

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_IGNORED_KEYS = {"^x-": {"description": "Ignored: a place for anchors and notes."}}


def json_schema(name: str, *, steps: Mapping[str, Contribution] = {}) -> dict[str, Any]:
    """Give the schema of ``flow`` or ``profiles``; with step types, `inputs` is checked against each type's own."""
    return {"flow": _flow_schema, "profiles": _profiles_schema}[name](steps)


def _flow_schema(steps: Mapping[str, Contribution]) -> dict[str, Any]:
    definitions = _definitions(FlowDefinition, WorkflowsDocument)
    # x- keys are for the top of a document only; a workflow inside one is a plain FlowDefinition.
    definitions["FlowDocument"] = {**definitions["FlowDefinition"], "patternProperties": _IGNORED_KEYS}
    definitions["WorkflowsDocument"]["patternProperties"] = _IGNORED_KEYS
    if steps:
        step = definitions["StepDefinition"]
        step["properties"]["type"] = {**step["properties"]["type"], **known_types(steps)}
        step["allOf"] = [*rules_by_type(steps), {}]  # the list must not be empty
    return {
        "$schema": _DIALECT,
        "title": "AetherFlow flow",
        "description": "A flow: jobs of steps, run once, to the end. Or several flows under `workflows`.",
        "type": "object",
        # Two ways to write a document; with if/then an editor complains about the one that was begun, not about both.
        "if": {"required": ["workflows"]},
        "then": {"$ref": "#/$defs/WorkflowsDocument"},
        "else": {"$ref": "#/$defs/FlowDocument"},
        "$defs": definitions,
    }


def _profiles_schema(steps: Mapping[str, Contribution]) -> dict[str, Any]:
    return {
        "$schema": _DIALECT,
        "title": "AetherFlow profiles",
        "description": "Named values that resources start from.",
        "type": "object",
        "patternProperties": _IGNORED_KEYS,
        "additionalProperties": {"$ref": "#/$defs/Profile"},
        "$defs": _definitions(Profile),
    }


def _definitions(*records: type) -> dict[str, dict[str, Any]]:
    _, definitions = schema_components(records, ref_template="#/$defs/{name}")
    return {name: _described(name, definition) for name, definition in sorted(definitions.items())}


def _described(record: str, definition: dict[str, Any]) -> dict[str, Any]:
    """Add what each key is for. A description beside a reference is allowed since draft 2019-09."""
    properties = {
        key: {**schema, "description": DESCRIPTIONS[record][key]} for key, schema in definition["properties"].items()
    }
    return {**definition, "title": definition["title"].removesuffix("Definition"), "properties": properties}
