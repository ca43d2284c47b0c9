"""`schema`: the JSON Schema of a document, as editors use it."""

from typing import Any, Literal

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.documents.schemas import json_schema
from aetherflow.core.operations.plugin_ground import masker_of, plugin_ground
from aetherflow.core.operations.plugin_surroundings import gathered
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.operations.told_values import masked
from aetherflow.core.plugins.plugin_manifest import plugin_manifest_schema

SchemaName = Literal["flow", "profiles", "manifest", "plugins", "plugin"]


class DocumentSchema(Struct, frozen=True):
    """A JSON Schema, and what is wrong with the plugins whose step types are in it, or are not."""

    schema: dict[str, Any]
    plugin_findings: tuple[Diagnostic, ...] = ()


def document_schema(name: SchemaName, request: SurroundingsRequest) -> DocumentSchema:
    """Give the schema of a document; in that of a flow the inputs of every step type that the surroundings have.

    Raises InputError or PluginRefused where a flow's surroundings are wrong. No plugin's code runs for it.
    """
    if name == "plugin":
        return DocumentSchema(plugin_manifest_schema())
    if name != "flow":
        return DocumentSchema(json_schema(name))
    ground = plugin_ground(request)
    found = gathered(ground)
    schema = DocumentSchema(
        json_schema(name, steps=found.catalogue.registry.steps),
        tuple(finding.diagnostic for finding in found.findings),
    )
    return masked(schema, masker_of(ground))
