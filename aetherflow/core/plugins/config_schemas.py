"""What the config of a plugin must be: the JSON Schemas that it brings, and how a config departs from them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.validation.quick_schema import fits_quickly
from aetherflow.core.validation.schema_problem import SchemaProblem

Schema = Mapping[str, Any]


def config_schemas(plugin: KnownPlugin, registered: str | None = None) -> Iterator[Schema]:
    """Give the schemas that a plugin's config must fit: its manifest's, and those of the classes that get it.

    ``registered`` is the name of one of these, where the config is for that one alone.
    """
    yield from manifest_schemas(plugin)
    for provided in plugin.contents.provides:
        is_meant = registered is None or provided.name == registered
        if provided.kind == "plugin" and provided.input_schema is not None and is_meant:
            yield provided.input_schema


def manifest_schemas(plugin: KnownPlugin) -> Iterator[Schema]:
    """Give the schema of a plugin's manifest, where it has one."""
    manifest = plugin.source.manifest
    if manifest and manifest.config_schema is not None:
        yield manifest.config_schema


def config_problems(schemas: Iterable[Schema], config: Mapping[str, Any]) -> Iterator[SchemaProblem]:
    """Say how a config departs from schemas; what is wrong by two of them is told once."""
    told: set[tuple[DocumentPath, str]] = set()
    for schema in schemas:
        if fits_quickly(schema, config):
            continue
        from aetherflow.core.validation.schema_problems import SchemaJudge  # deferred: 50 ms, mostly all is well

        for problem in SchemaJudge(schema).problems(dict(config)):
            if problem.kind != "unusable" and (problem.path, problem.message) not in told:
                told.add((problem.path, problem.message))
                yield problem
