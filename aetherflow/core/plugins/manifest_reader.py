"""Reads a plugin's manifest from its file; every file gives a reading, none an exception."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, in_order_of_place
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.names import not_nameable
from aetherflow.core.contracts.span import DocumentPath, Span, render_path
from aetherflow.core.documents.conversion import convert_document
from aetherflow.core.documents.reader import Document, read_document
from aetherflow.core.documents.source import decode_source
from aetherflow.core.documents.structure import PLACEHOLDER
from aetherflow.core.plugins.manifest_rules import is_plugin_name, manifest_findings
from aetherflow.core.plugins.plugin_manifest import ManifestReading, PluginManifest

_KEYS_ARE_WRONG = "AF-S101"
_STRUCTURE = "AF-S"


def read_plugin_manifest(path: str) -> ManifestReading:
    """Read and judge a manifest; what is wrong in it is a finding, and the rest is kept."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        return ManifestReading(None, {}, (_unreadable(path, error),))
    return manifest_of(path, content)


def manifest_of(path: str, content: bytes) -> ManifestReading:
    """Judge a manifest's bytes; ``path`` is what findings name."""
    try:
        source = decode_source(path, content)
    except InputError as error:
        return ManifestReading(None, {}, error.diagnostics)
    reading = read_document(source)
    if reading.document is None:
        return ManifestReading(None, {}, tuple(reading.diagnostics))
    return _judged(reading.document, reading.diagnostics)


def _judged(document: Document, found: list[Diagnostic]) -> ManifestReading:
    data = document.data
    own = {key: value for key, value in data.items() if not key.startswith("x-")} if isinstance(data, dict) else data
    converted = convert_document(document, own, PluginManifest)
    findings = [*found, *map(_as_ours, converted.diagnostics)]
    manifest: PluginManifest | None = converted.value
    if manifest is not None:
        findings += manifest_findings(manifest, document.span)
        manifest, numbers = _without_placeholders(manifest)
    else:
        numbers = {}
    spans = {**dict(_spans(document, own)), **_renumbered(document, numbers)}
    return ManifestReading(manifest, spans, tuple(in_order_of_place(findings)))


def _without_placeholders(manifest: PluginManifest) -> tuple[PluginManifest, dict[str, list[int]]]:
    """Leave out what nobody wrote, and names that are none; gives the numbers of the entries that remain, by key."""
    kept = [
        (number, entry)
        for number, entry in enumerate(manifest.provides)
        if entry.kind is not None
        and not entry.name.startswith(PLACEHOLDER)
        and not not_nameable(entry.kind, entry.name)
    ]
    required = [number for number, each in enumerate(manifest.requires) if not each.startswith(PLACEHOLDER)]
    cleaned = replace(
        manifest,
        name=manifest.name if manifest.name and is_plugin_name(manifest.name) else None,
        provides=[entry for _, entry in kept],
        requires=[manifest.requires[number] for number in required],
        required_permissions=[each for each in manifest.required_permissions if not each.startswith(PLACEHOLDER)],
    )
    return cleaned, {"provides": [number for number, _ in kept], "requires": required}


def _renumbered(document: Document, numbers: dict[str, list[int]]) -> dict[str, Span]:
    return {
        f"{key}[{place}]": document.span((key, number))
        for key, remaining in numbers.items()
        for place, number in enumerate(remaining)
    }


def _as_ours(finding: Diagnostic) -> Diagnostic:
    """Give a finding about structure the code that plugin manifests have for it."""
    if finding.code == _KEYS_ARE_WRONG:
        return replace(finding, code="AF-P202")
    return replace(finding, code="AF-P201") if finding.code.startswith(_STRUCTURE) else finding


def _spans(document: Document, data: Any, path: DocumentPath = ()) -> Iterator[tuple[str, Span]]:
    """Give the place of each key and item, two levels below the top: no schema is gone into."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield render_path((*path, key)), document.span((*path, key))
        if len(path) < 2:
            yield from _spans(document, value, (*path, key))


def _unreadable(path: str, error: OSError) -> Diagnostic:
    return Diagnostic(
        code="AF-P203",
        message=f'the plugin manifest "{path}" cannot be read: {(error.strerror or str(error)).lower()}',
        hint="give the user who runs the flow the right to read it",
    )
