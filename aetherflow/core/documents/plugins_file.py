"""The plugins file (plugins.yaml), typed: what a project says of the plugins that it uses."""

from typing import ClassVar, Literal

from msgspec import Struct, field

from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors
from aetherflow.core.contracts.span import Span
from aetherflow.core.documents.later_features import PLUGINS_FILE_KEYS
from aetherflow.core.documents.reader import Document
from aetherflow.core.documents.record import Record
from aetherflow.core.documents.settings_document import type_settings


class PluginsFile(Record, frozen=True):
    """What a project decides about plugins."""

    noun: ClassVar[str] = "plugins file"

    version: Literal[1] = 1
    allow_overrides: list[str] = field(default_factory=list)


class LoadedPluginsFile(Struct, frozen=True):
    """A plugins file without findings."""

    document: Document
    definition: PluginsFile

    def span(self, *path: str | int, key: bool = False) -> Span:
        """Give the span of a value of the file, or of its key."""
        return self.document.span(path, key=key)


class PluginsFileReading(Struct, frozen=True):
    """The plugins file, unless something is wrong with it, and the findings."""

    plugins_file: LoadedPluginsFile | None
    diagnostics: list[Diagnostic]


def load_plugins_file(document: Document) -> PluginsFileReading:
    """Type a document as a plugins file."""
    converted = type_settings(document, PluginsFile, "plugins files", PLUGINS_FILE_KEYS)
    if converted.value is None or has_errors(converted.diagnostics):
        return PluginsFileReading(None, converted.diagnostics)
    return PluginsFileReading(LoadedPluginsFile(document, converted.value), converted.diagnostics)
