"""The manifest of a plugin, `aetherflow-plugin.yaml`, as a typed record."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct, field

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import Span
from aetherflow.core.documents.record import Record

ProvidedKind = Literal["step", "connector", "compiler", "observer", "hook", "tool", "command", "executor", "plugin"]


class ProvidedEntry(Record, frozen=True):
    """One thing that the plugin registers, so that it can be known without reading the code."""

    noun: ClassVar[str] = "provided entry"

    kind: Annotated[ProvidedKind, Meta(description="What is registered.")]
    name: Annotated[str, Meta(description="The step type, `KIND:DRIVER` of a connector, the scheme of a compiler…")]
    description: Annotated[str, Meta(description="One sentence that `plugins list` shows.")] = ""
    effects: Annotated[
        Literal["pure", "idempotent", "once"] | None, Meta(description="Whether a step may be repeated after a crash.")
    ] = None
    input_schema: Annotated[dict[str, Any] | None, Meta(description="The JSON Schema of a step's inputs.")] = None
    output_schema: Annotated[dict[str, Any] | None, Meta(description="The JSON Schema of a step's outputs.")] = None


class PluginManifest(Record, frozen=True):
    """What a plugin says of itself."""

    noun: ClassVar[str] = "plugin manifest"

    name: Annotated[str | None, Meta(description="The plugin's name; that of its folder or file by default.")] = None
    version: Annotated[str | None, Meta(description='The plugin\'s own version, for example "1.2.0".')] = None
    author: Annotated[str, Meta(description="Who keeps the plugin.")] = ""
    description: Annotated[str, Meta(description="What the plugin is for, in one sentence.")] = ""
    compatible_versions: Annotated[
        str, Meta(description='The versions of AetherFlow\'s API that it works with, for example ">=1.0,<2".')
    ] = ""
    requires: Annotated[
        list[str], Meta(description='Plugins that must load before this one, for example "warehouse>=1.2".')
    ] = field(default_factory=list)
    required_permissions: Annotated[
        list[str], Meta(description='What it needs, for example "network:api.example.com:443" or "read:/data".')
    ] = field(default_factory=list)
    provides: Annotated[list[ProvidedEntry], Meta(description="Everything that the plugin registers.")] = field(
        default_factory=list
    )


class ManifestReading(Struct, frozen=True):
    """A manifest as it was read: the record, unless nothing could be made of it, places, and findings.

    ``spans`` has the place of each key by its path (``version``, ``provides[0].name``).
    """

    manifest: PluginManifest | None
    spans: Mapping[str, Span] = {}
    diagnostics: tuple[Diagnostic, ...] = ()


def plugin_manifest_schema() -> dict[str, Any]:
    """Give the JSON Schema of a plugin's manifest, for editors."""
    from msgspec.json import schema_components  # deferred: only wanted for `schema plugin`

    _, definitions = schema_components([PluginManifest], ref_template="#/$defs/{name}")
    manifest = definitions.pop("PluginManifest")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **manifest,
        "title": "AetherFlow plugin manifest",
        "patternProperties": {"^x-": {"description": "Ignored: a place for anchors and notes."}},
        "$defs": {name: _titled(definition) for name, definition in definitions.items()},
    }


def _titled(definition: dict[str, Any]) -> dict[str, Any]:
    return {**definition, "title": "Provided"}
