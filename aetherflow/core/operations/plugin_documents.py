"""The documents that say something about plugins: the operator's manifest and the plugins file."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors, in_order_of_place
from aetherflow.core.contracts.errors import AetherFlowError, InputError, PluginRefused

if TYPE_CHECKING:  # 13 ms, and mostly there is neither of the two: what reads YAML is imported where one is read
    from aetherflow.core.documents.operator_manifest import LoadedManifest, OperatorManifest
    from aetherflow.core.documents.plugins_file import LoadedPluginsFile
    from aetherflow.core.documents.reader import Document
    from aetherflow.core.plugins.origins import ManifestOrigins

PLUGINS_FILE_NAME = "plugins.yaml"

_EMPTY = "AF-Y006"
#: What the manifest demands and this version cannot give: a refusal, not a mistake in the input.
_UNMET = "AF-P7"


class PluginDocuments(Struct, frozen=True):
    """What was read, each None where there is none; ``sources`` are the texts by name, for findings about them.

    Secrets that stand in the texts are covered.
    """

    manifest: "LoadedManifest | None" = None
    plugins_file: "LoadedPluginsFile | None" = None
    sources: Mapping[str, str] = {}

    def origins(self) -> "ManifestOrigins | None":
        """Give what the manifest says about where plugin code comes from."""
        return manifest_origins(self.manifest) if self.manifest else None


def read_plugin_documents(
    bundle_manifest: str | None, plugins_file: str | None, beside: Path | None
) -> PluginDocuments:
    """Read the manifest and the plugins file, the latter from the folder ``beside`` where none is named.

    Paths are relative to the current directory. Raises InputError, or PluginRefused where the manifest demands what
    cannot be given, with the findings of both documents.
    """
    reader = _Reader()
    manifest = reader.manifest(bundle_manifest) if bundle_manifest is not None else None
    if plugins_file is None and beside is not None and os.path.lexists(beside / PLUGINS_FILE_NAME):
        from aetherflow.core.documents.source import path_from_here  # deferred, as what reads the file

        plugins_file = str(path_from_here(beside / PLUGINS_FILE_NAME))
    settings = reader.plugins_file(plugins_file) if plugins_file is not None else None
    reader.check()
    return PluginDocuments(manifest, settings, reader.sources)


def with_plugins_file(documents: PluginDocuments, plugins_file: str | None, beside: Path | None) -> PluginDocuments:
    """Add the plugins file to a manifest that was read before; raises InputError."""
    found = read_plugin_documents(None, plugins_file, beside)
    return PluginDocuments(documents.manifest, found.plugins_file, {**documents.sources, **found.sources})


def manifest_origins(manifest: "LoadedManifest") -> "ManifestOrigins":
    """Give what a manifest says about where plugin code comes from."""
    from aetherflow.core.plugins.origins import ManifestOrigins  # deferred, as above

    definition = manifest.definition
    return ManifestOrigins(
        folder=str(manifest.folder),
        plugin_paths=tuple(definition.paths.plugins),
        path_spans=tuple(manifest.span("paths", "plugins", number) for number in range(len(definition.paths.plugins))),
        trusted_packages=tuple(definition.trust.packages),
        secrets=manifest.secrets_module or (definition.secrets.path if definition.secrets else None),
    )


class _Reader:
    """Reads documents one after the other and keeps what is found in all of them."""

    def __init__(self) -> None:
        self.sources: dict[str, str] = {}
        self._found: list[Diagnostic] = []

    def manifest(self, name: str) -> "LoadedManifest | None":
        from aetherflow.core.documents.operator_manifest_reader import load_manifest  # deferred, as above

        if not name:
            hint = "see whether a variable in the command is set; without the option there is no manifest"
            raise InputError("--bundle-manifest names no file: it is empty", hint=hint)
        document = self._document(name, _empty_manifest)
        if document is None:
            return None
        reading = load_manifest(document, Path(name).absolute().parent)
        found = reading.diagnostics
        if reading.definition and (reading.definition.bundle or reading.definition.resources):
            found = in_order_of_place([*found, *self._about_values(name, document, reading.definition)])
        self._found += found
        return reading.manifest if not has_errors(found) else None

    def _about_values(self, name: str, document: "Document", definition: "OperatorManifest") -> "Iterator[Diagnostic]":
        from aetherflow.core.bundles.manifest_findings import value_findings  # deferred: 4 ms, only wanted for bundles
        from aetherflow.core.bundles.shown_manifest import shown_manifest

        self.sources[name] = shown_manifest(document, definition)
        return value_findings(document, definition)

    def plugins_file(self, name: str) -> "LoadedPluginsFile | None":
        from aetherflow.core.documents.plugins_file import load_plugins_file  # deferred, as above

        document = self._document(name, _empty_plugins_file)
        if document is None:
            return None
        reading = load_plugins_file(document)
        self._found += reading.diagnostics
        return reading.plugins_file

    def check(self) -> None:
        """Raise the error that the findings make, if one of them is an error."""
        if has_errors(self._found):
            raise _refusal(self._found, self.sources)

    def _document(self, name: str, of_empty: Callable[[Diagnostic], list[Diagnostic]]) -> "Document | None":
        from aetherflow.core.documents.covering import without_credentials  # deferred, as above
        from aetherflow.core.documents.files import read_source
        from aetherflow.core.documents.reader import read_document

        try:
            source = read_source(name, Path(name))
        except InputError as error:
            self._found += error.diagnostics
            return None
        self.sources[source.name] = without_credentials(source.text)
        reading = read_document(source)
        for finding in reading.diagnostics:
            self._found += of_empty(finding) if finding.code == _EMPTY else [finding]
        return reading.document


def _empty_manifest(finding: Diagnostic) -> list[Diagnostic]:
    return [replace(finding, message="the manifest is empty", hint='a manifest begins with "version: 1"')]


def _empty_plugins_file(finding: Diagnostic) -> list[Diagnostic]:
    return []  # every key may be left out, so all of them may


def _refusal(found: list[Diagnostic], sources: dict[str, str]) -> AetherFlowError:
    unmet = next((finding for finding in found if finding.code.startswith(_UNMET)), None)
    first = unmet or found[0]
    error = PluginRefused if unmet else InputError
    return error(first.message, hint=first.hint, diagnostics=found, sources=sources)
