"""With what each thing that a plugin registers is tried: its example in the manifest, else what its schema asks for."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from aetherflow.core.operations.plugin_trial.schema_samples import NoSample, sample_of
from aetherflow.core.operations.plugin_trial.values import Sample
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.module_reading import Provided
from aetherflow.core.plugins.plugin_manifest import PluginExample
from aetherflow.core.plugins.plugin_tree import PLUGIN_MANIFEST

_Schema = dict[str, Any] | None

_RESOURCE_MARK = "x-aetherflow-resource"
_ONCE = "its effects are `once`, and made-up inputs are not tried on it"


def settings_for(plugin: KnownPlugin, provides: Iterable[Provided]) -> dict[str, Any]:
    """Give what plugins.yaml says of the plugin in a test: the config of its examples, else what its schemas ask for.

    It stands under the plugin's name, and under the names of its classes with a life of their own.
    """
    manifest = plugin.source.manifest
    examples = manifest.examples if manifest else {}
    whole = manifest.config_schema if manifest else None
    schemas = {plugin.source.name: [whole]}
    schemas |= {each.name: [whole, each.input_schema] for each in provides if each.kind == "plugin"}
    found: dict[str, Any] = {}
    for name, asked in schemas.items():
        example = examples.get(name)
        given = example.config if example else None
        config = _made_config(asked) if given is None else given
        if config:
            found[name] = {"config": config}
    return found


def _made_config(schemas: Iterable[Mapping[str, Any] | None]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for schema in schemas:
        with suppress(NoSample):  # then it has none, and its trials tell what they want
            made |= sample_of(schema) if schema else {}
    return made


class Samples:
    """The samples of one plugin; of what cannot be tried, the reason why."""

    def __init__(self, provides: Iterable[Provided], examples: Mapping[str, PluginExample]) -> None:
        self._connectors = [each for each in provides if each.kind == "connector"]
        self._examples = examples

    def of(self, kind: str, name: str, provided: Provided | None) -> Sample | str:
        """Give the sample of one thing, or say why there is none."""
        example = self._examples.get(name)
        if example is not None and example.not_run is not None:
            return example.not_run
        schema = provided.input_schema if provided else None
        try:
            match kind:
                case "step" | "tool":
                    return self._of_step(provided, schema, example)
                case "connector":
                    return self._of_connector(schema, example)
                case _:
                    return _plain(example)
        except NoSample as problem:
            return f"no sample could be made: {problem}; give one under `examples` in {PLUGIN_MANIFEST}"

    def _of_step(
        self, provided: Provided | None, schema: dict[str, Any] | None, example: PluginExample | None
    ) -> Sample:
        if example is not None and example.inputs is not None:
            resources = {**dict(self._resources(schema, example.inputs)), **example.resources}
            return _with(example, inputs=example.inputs, resources=resources)
        if provided is not None and provided.effects == "once":
            raise NoSample(_ONCE)
        if schema is None:
            raise NoSample("it declares no input_schema")
        made = sample_of(schema)
        inputs = {**made, **_named_resources(schema, made)}
        resources = dict(self._resources(schema, inputs))
        return _with(example, inputs=inputs, resources=resources, is_made_up=True)

    def _resources(self, schema: _Schema, inputs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Give a resource for each input that names one, out of the plugin's own connectors."""
        for key, kind in _resource_inputs(schema):
            name = inputs.get(key)
            if not isinstance(name, str):
                continue
            connector = next((each for each in self._connectors if each.name.partition(":")[0] == kind), None)
            if connector is None:
                continue
            sample = self.of("connector", connector.name, connector)
            if isinstance(sample, Sample):
                driver = connector.name.partition(":")[2]
                yield name, {"kind": kind, "driver": driver, "config": sample.config, "options": sample.options}

    def _of_connector(self, schema: _Schema, example: PluginExample | None) -> Sample:
        if example is not None and example.config is not None:
            return _with(example, config=example.config)
        properties = (schema or {}).get("properties", {})
        made = {part: sample_of(properties[part]) if part in properties else {} for part in ("config", "options")}
        options = example.options if example and example.options else made["options"]
        return _with(example, config=made["config"], options=options, is_made_up=True)


def _plain(example: PluginExample | None) -> Sample:
    if example is None:
        return Sample()
    return _with(
        example,
        config=example.config or {},
        source=example.source or "",
        arguments=example.arguments,
        is_made_up=example.source is None,
    )


def _with(example: PluginExample | None, *, is_made_up: bool = False, **values: Any) -> Sample:
    """Lay what was found over what the example says beside it."""
    given: dict[str, Any] = {}
    if example is not None:
        names = ("before", "varies", "options", "env", "resources")
        given = {name: getattr(example, name) for name in names}
    return Sample(is_made_up=is_made_up, **{**given, **values})


def _named_resources(schema: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, str]:
    """Name a resource, by its kind, where an input names one."""
    return {key: kind for key, kind in _resource_inputs(schema) if key in made}


def _resource_inputs(schema: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    properties = (schema or {}).get("properties", {})
    for key, value in properties.items() if isinstance(properties, Mapping) else ():
        kind = value.get(_RESOURCE_MARK) if isinstance(value, Mapping) else None
        if isinstance(kind, str):
            yield key, kind
