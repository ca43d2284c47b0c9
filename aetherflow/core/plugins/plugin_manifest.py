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


class PluginExample(Record, frozen=True):
    """How `dev plugin-test` can try one thing that the plugin registers, where its schema does not tell enough."""

    noun: ClassVar[str] = "example"

    inputs: Annotated[dict[str, Any] | None, Meta(description="Inputs of a step, or parameters of a tool.")] = None
    resources: Annotated[dict[str, Any], Meta(description="Resources that the step is run with, as in a flow.")] = (
        field(default_factory=dict)
    )
    before: Annotated[
        list[dict[str, Any]], Meta(description="Steps that run before it in the same job, as in a flow.")
    ] = field(default_factory=list)
    varies: Annotated[list[str], Meta(description="Outputs that may differ when the step is run twice.")] = field(
        default_factory=list
    )
    config: Annotated[dict[str, Any] | None, Meta(description="The config of a connector, observer or plugin.")] = None
    options: Annotated[dict[str, Any], Meta(description="The options of a connector or compiler.")] = field(
        default_factory=dict
    )
    source: Annotated[str | None, Meta(description="What a compiler compiles: the part behind `SCHEME://`.")] = None
    arguments: Annotated[list[str] | None, Meta(description="The words behind a command's name.")] = None
    env: Annotated[dict[str, str], Meta(description="Variables of the environment that it needs.")] = field(
        default_factory=dict
    )
    not_run: Annotated[
        str | None, Meta(description="Why it cannot be tried by itself, for example that it needs the warehouse.")
    ] = None


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
    config_schema: Annotated[
        dict[str, Any] | None, Meta(description="The JSON Schema of the config that the plugin is given.")
    ] = None
    provides: Annotated[list[ProvidedEntry], Meta(description="Everything that the plugin registers.")] = field(
        default_factory=list
    )
    examples: Annotated[
        dict[str, PluginExample],
        Meta(description="How `dev plugin-test` tries what is registered, by its name as `plugins list` shows it."),
    ] = field(default_factory=dict)


_TITLES = {"ProvidedEntry": "Provided", "PluginExample": "Example"}


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
        "$defs": {name: {**definition, "title": _TITLES[name]} for name, definition in definitions.items()},
    }
