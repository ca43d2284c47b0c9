"""JSON Schemas of the documents, for editors, generated from the records that the documents become."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.json import schema_components

from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.documents.bundle_section import SOURCE_OPTIONS
from aetherflow.core.documents.descriptions import DESCRIPTIONS
from aetherflow.core.documents.flow import ID_PATTERN, FlowDefinition, WorkflowsDocument
from aetherflow.core.documents.operator_manifest import OperatorManifest
from aetherflow.core.documents.plugins_file import PluginsFile
from aetherflow.core.documents.profiles import Profile
from aetherflow.core.documents.source_patterns import REMOTE_PATTERN
from aetherflow.core.documents.step_schemas import known_types, rules_by_type

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_IGNORED_KEYS = {"^x-": {"description": "Ignored: a place for anchors and notes."}}


def json_schema(name: str, *, steps: Mapping[str, Contribution] = {}) -> dict[str, Any]:
    """Give the schema of ``flow``, ``profiles``, ``manifest`` or ``plugins`` (the plugins file).

    With step types, the `inputs` of a flow's steps are checked against each type's own.
    """
    return _flow_schema(steps) if name == "flow" else _OF_SETTINGS[name]()


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


def _profiles_schema() -> dict[str, Any]:
    return {
        "$schema": _DIALECT,
        "title": "AetherFlow profiles",
        "description": "Named values that resources start from.",
        "type": "object",
        "patternProperties": _IGNORED_KEYS,
        "additionalProperties": {"$ref": "#/$defs/Profile"},
        "$defs": _definitions(Profile),
    }


def _manifest_schema() -> dict[str, Any]:
    schema = _settings_schema(OperatorManifest, "manifest", "What the operator of an installation decides.")
    definitions = schema["$defs"]
    # Exactly one of the two says something.
    definitions["SecretsSection"]["oneOf"] = [
        {"required": [key], "properties": {key: {"pattern": r"\S"}}} for key in ("path", "module")
    ]
    definitions["SourceSection"]["allOf"] = [
        *(_only_with_types(key, types) for key, types in SOURCE_OPTIONS.items()),
        {
            "if": {"required": ["type"], "properties": {"type": {"const": "remote"}}},
            "then": {"properties": {"location": {"pattern": REMOTE_PATTERN}}},
        },
    ]
    definitions["Resource"]["properties"]["config"]["description"] = "Credentials and whatever else the source takes."
    definitions["Resource"]["properties"]["options"]["description"] = "How to connect."
    schema["properties"]["resources"]["propertyNames"] = {"pattern": ID_PATTERN}
    schema["dependentRequired"] = {"env_files": ["bundle"]}
    return schema


def _only_with_types(key: str, types: Sequence[str]) -> dict[str, Any]:
    return {"if": {"required": [key]}, "then": {"properties": {"type": {"enum": list(types)}}}}


def _plugins_file_schema() -> dict[str, Any]:
    return _settings_schema(PluginsFile, "plugins file", "What a project decides about the plugins that it uses.")


_OF_SETTINGS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "profiles": _profiles_schema,
    "manifest": _manifest_schema,
    "plugins": _plugins_file_schema,
}


def _settings_schema(record: type, called: str, description: str) -> dict[str, Any]:
    definitions = _definitions(record)
    top = definitions.pop(record.__name__)
    schema = {"$schema": _DIALECT, **top, "title": f"AetherFlow {called}", "description": description}
    schema["patternProperties"] = _IGNORED_KEYS
    return {**schema, "$defs": definitions} if definitions else schema


def _definitions(*records: type) -> dict[str, dict[str, Any]]:
    _, definitions = schema_components(records, ref_template="#/$defs/{name}")
    return {name: _described(name, definition) for name, definition in sorted(definitions.items())}


def _described(record: str, definition: dict[str, Any]) -> dict[str, Any]:
    """Add what each key is for. A description beside a reference is allowed since draft 2019-09."""
    properties = {
        key: {**schema, "description": DESCRIPTIONS[record][key]} for key, schema in definition["properties"].items()
    }
    title = definition["title"].removesuffix("Definition").removesuffix("Section")
    return {**definition, "title": title, "properties": properties}
