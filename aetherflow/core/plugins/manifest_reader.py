"""Reads a plugin's manifest from the bytes of its file; all of them give a reading, none an exception."""

from collections.abc import Iterator
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
from aetherflow.core.plugins.largest_files import LARGEST_MANIFEST_BYTES
from aetherflow.core.plugins.manifest_rules import is_plugin_name, manifest_findings
from aetherflow.core.plugins.plugin_manifest import ManifestReading, PluginManifest

#: Of a manifest's lists, each.
MOST_ENTRIES = 1_000

_EMPTY = "AF-Y006"
_KEYS_ARE_WRONG = "AF-S101"
_STRUCTURE = "AF-S"


def manifest_of(path: str, content: bytes, size: int = 0) -> ManifestReading:
    """Judge a manifest's bytes; ``path`` is what findings name, ``size`` that of a file of which this is a part."""
    if max(len(content), size) > LARGEST_MANIFEST_BYTES:
        return _too_large(path)
    try:
        source = decode_source(path, content)
    except InputError as error:
        return ManifestReading(None, {}, error.diagnostics)
    reading = read_document(source)
    if reading.document is None:
        return ManifestReading(None, {}, tuple(map(_of_empty, reading.diagnostics)))
    return _judged(reading.document, reading.diagnostics)


def _too_large(path: str) -> ManifestReading:
    finding = Diagnostic(
        code="AF-P203",
        message=f'the plugin manifest "{path}" cannot be read: larger than {LARGEST_MANIFEST_BYTES:,} bytes',
        hint="keep data out of it: a file of its own in the plugin's folder is the place for that",
    )
    return ManifestReading(None, {}, (finding,))


def _of_empty(finding: Diagnostic) -> Diagnostic:
    """Say what to do about an empty manifest: what is said of an empty flow is no help."""
    if finding.code != _EMPTY:
        return finding
    hint = "write what the plugin is called, as in `name: orders`, or remove the file: a plugin needs none"
    return replace(finding, message="the plugin manifest is empty", hint=hint)


def _judged(document: Document, found: list[Diagnostic]) -> ManifestReading:
    data = document.data
    own = {key: value for key, value in data.items() if not key.startswith("x-")} if isinstance(data, dict) else data
    if too_many := list(_too_many(document, own)):
        return ManifestReading(None, {}, tuple(in_order_of_place([*found, *too_many])))
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


def _too_many(document: Document, data: Any) -> Iterator[Diagnostic]:
    """Refuse lists of more entries than anybody looks through."""
    for key, value in data.items() if isinstance(data, dict) else ():
        if isinstance(value, list) and len(value) > MOST_ENTRIES:
            yield Diagnostic(
                code="AF-P214",
                message=f"`{key}` has {len(value):,} entries of at most {MOST_ENTRIES:,}",
                hint="make it several plugins, or ask whether a program has written it",
                span=document.span((key,)),
                path=(key,),
            )


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
    entries = {
        f"{key}[{place}]": document.span((key, number))
        for key, remaining in numbers.items()
        for place, number in enumerate(remaining)
    }
    names = {
        f"provides[{place}].name": document.span(("provides", number, "name"))
        for place, number in enumerate(numbers.get("provides", ()))
    }
    return {**entries, **names}


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
