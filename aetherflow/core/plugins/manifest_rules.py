"""What a plugin's manifest must mean, beyond its structure."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from msgspec.structs import replace
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.metadata import PERMISSION_KINDS, is_permission
from aetherflow.core.contracts.names import name_hint, not_nameable
from aetherflow.core.contracts.span import DocumentPath, Span
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.structure import PLACEHOLDER
from aetherflow.core.plugins.contract_findings import unknown_hook
from aetherflow.core.plugins.plugin_manifest import PluginManifest, ProvidedEntry
from aetherflow.core.plugins.tool_names import TOOL_PREFIX, tool_step_type

SpanOf = Callable[[DocumentPath], Span]

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


def manifest_findings(manifest: PluginManifest, span_of: SpanOf) -> Iterator[Diagnostic]:
    """Say everything that a manifest cannot mean, with places."""
    yield from _name(manifest, span_of)
    yield from _versions(manifest, span_of)
    yield from _requirements(manifest, span_of)
    yield from _who_and_what(manifest, span_of)
    yield from _permissions(manifest, span_of)
    yield from _config_schema(manifest, span_of)
    yield from _provided(manifest, span_of)


def schema_finding(schema: dict[str, Any], what: str, span: Span | None, path: DocumentPath = ()) -> Diagnostic | None:
    """Say why a JSON Schema is none; None where it is one."""
    # deferred: 60 ms, only wanted for plugins that bring schemas, when they have changed
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except (SchemaError, RecursionError) as error:
        reason = error.message if isinstance(error, SchemaError) else "it is nested too deeply"
        return Diagnostic(
            code="AF-P208",
            message=f"{what} is no JSON Schema: {reason}",
            hint="see https://json-schema.org/understanding-json-schema",
            span=span,
            path=path,
        )
    return None


def is_plugin_name(name: str) -> bool:
    """Tell whether a plugin may be called so."""
    return _NAME.fullmatch(name) is not None


def _name(manifest: PluginManifest, span_of: SpanOf) -> Iterator[Diagnostic]:
    if manifest.name is not None and not is_plugin_name(manifest.name):
        yield Diagnostic(
            code="AF-P204",
            message=f'"{manifest.name}" is no valid name of a plugin',
            hint='a name is letters, digits, ".", "_" and "-", with a letter or digit at both ends',
            span=span_of(("name",)),
            path=("name",),
        )


def _versions(manifest: PluginManifest, span_of: SpanOf) -> Iterator[Diagnostic]:
    if manifest.version is not None and not _is(Version, manifest.version, InvalidVersion):
        yield Diagnostic(
            code="AF-P205",
            message=f'"{manifest.version}" is no version',
            hint='write it as PEP 440 says, for example "1.2.0"',
            span=span_of(("version",)),
            path=("version",),
        )
    if not _is(SpecifierSet, manifest.compatible_versions, InvalidSpecifier):
        yield Diagnostic(
            code="AF-P206",
            message=f'"{manifest.compatible_versions}" is no range of versions',
            hint='write it as PEP 440 says, for example ">=1.0,<2"',
            span=span_of(("compatible_versions",)),
            path=("compatible_versions",),
        )


def _requirements(manifest: PluginManifest, span_of: SpanOf) -> Iterator[Diagnostic]:
    for number, required in enumerate(manifest.requires):
        if not required.startswith(PLACEHOLDER) and not _is(Requirement, required, InvalidRequirement):
            path = ("requires", number)
            yield Diagnostic(
                code="AF-P206",
                message=f'"{required}" names no plugin with a range of versions',
                hint='write the name, and a range where it matters, for example "warehouse>=1.2"',
                span=span_of(path),
                path=path,
            )


def _who_and_what(manifest: PluginManifest, span_of: SpanOf) -> Iterator[Diagnostic]:
    missing = [key for key in ("author", "description") if not getattr(manifest, key).strip()]
    if missing:
        yield Diagnostic(
            code="AF-P207",
            severity=Severity.NOTE,
            message=f"the plugin manifest has no {' and no '.join(missing)}",
            hint="people who decide whether to trust a plugin look for them first",
            span=span_of(()),
        )


def _permissions(manifest: PluginManifest, span_of: SpanOf) -> Iterator[Diagnostic]:
    for number, permission in enumerate(manifest.required_permissions):
        if permission.startswith(PLACEHOLDER) or is_permission(permission):
            continue
        kind = permission.partition(":")[0]
        path = ("required_permissions", number)
        yield Diagnostic(
            code="AF-P209",
            message=f'"{permission}" is no permission',
            label=did_you_mean(kind, PERMISSION_KINDS) if kind not in PERMISSION_KINDS else None,
            hint="permissions are read:PATH, write:PATH, network:HOST:PORT, process:NAME and env:GLOB",
            span=span_of(path),
            path=path,
        )


def _config_schema(manifest: PluginManifest, span_of: SpanOf) -> Iterator[Diagnostic]:
    schema, path = manifest.config_schema, ("config_schema",)
    finding = schema_finding(schema, "the config_schema", span_of(path), path) if schema is not None else None
    if finding:
        yield finding


def _provided(manifest: PluginManifest, span_of: SpanOf) -> Iterator[Diagnostic]:
    seen: set[tuple[str, str]] = set()
    for number, entry in enumerate(manifest.provides):
        if entry.name.startswith(PLACEHOLDER) or entry.kind is None:
            continue
        path: DocumentPath = ("provides", number)
        yield from _provided_name(manifest, entry, (*path, "name"), span_of)
        if (entry.kind, entry.name) in seen:
            yield Diagnostic(
                code="AF-P210",
                message=f'the {entry.kind} "{entry.name}" is provided twice',
                hint="a plugin registers each name once: take one of them out",
                span=span_of((*path, "name")),
                path=(*path, "name"),
            )
        seen.add((entry.kind, entry.name))
        for key in ("input_schema", "output_schema"):
            place = (*path, key)
            schema = getattr(entry, key)
            finding = schema and schema_finding(schema, f'the {key} of "{entry.name}"', span_of(place), place)
            if finding:
                yield finding


def _provided_name(
    manifest: PluginManifest, entry: ProvidedEntry, place: DocumentPath, span_of: SpanOf
) -> Iterator[Diagnostic]:
    if entry.kind == "hook" and (unknown := unknown_hook(entry.name, span_of(place))):
        yield replace(unknown, path=place)
    if entry.kind == "tool" and not entry.name.startswith(TOOL_PREFIX):
        message = f'a tool is declared by its step type, and "{entry.name}" is none of a tool'
        hint = f'write it as flows do, such as "{tool_step_type(manifest.name or "PLUGIN", entry.name)}"'
        yield Diagnostic(code="AF-P213", message=message, hint=hint, span=span_of(place), path=place)
    elif problem := not_nameable(entry.kind, entry.name):
        yield Diagnostic(
            code="AF-P213", message=problem, hint=name_hint(entry.kind, entry.name), span=span_of(place), path=place
        )


def _is(kind: Callable[[str], object], text: str, error: type[Exception]) -> bool:
    try:
        kind(text)
    except error:
        return False
    return True
