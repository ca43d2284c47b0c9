"""The plugins file (plugins.yaml), typed: what a project says of the plugins that it uses."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct, field

from aetherflow.core.contracts.diagnostic import Diagnostic, has_errors, in_order_of_place
from aetherflow.core.contracts.span import DocumentPath, Span
from aetherflow.core.documents.flow import Identifier
from aetherflow.core.documents.reader import Document
from aetherflow.core.documents.record import Record
from aetherflow.core.documents.settings_document import type_settings
from aetherflow.core.documents.written import written_text

#: The longest that anything may be waited for; beyond a day, a number is a mistake.
_LONGEST_SECONDS = 86_400


class ObserverEntry(Record, frozen=True):
    """One observer: ``module`` is MODULE.CLASS, or the class of one that is shipped."""

    noun: ClassVar[str] = "observer"

    id: Identifier
    module: str
    enabled: bool = True
    config: dict[str, Any] = field(default_factory=dict)


class PluginLimits(Record, frozen=True):
    """How long a run waits for plugins: for one call, and at its end for observers that lag behind."""

    noun: ClassVar[str] = '"limits" section'

    timeout_seconds: Annotated[float, Meta(gt=0, le=_LONGEST_SECONDS)] = 5
    drain_seconds: Annotated[float, Meta(ge=0, le=_LONGEST_SECONDS)] = 5


class PluginSetting(Record, frozen=True):
    """What one plugin is given, and what its failures do to the operation that it takes part in."""

    noun: ClassVar[str] = "plugin setting"

    on_error: Literal["fail", "warn"] = "fail"
    config: dict[str, Any] = field(default_factory=dict)


class CompilerSetting(Record, frozen=True):
    """Whether a workflow compiler may be used, and what it is created with."""

    noun: ClassVar[str] = "compiler setting"

    enabled: bool = True
    options: dict[str, Any] = field(default_factory=dict)


class PluginsFile(Record, frozen=True):
    """What a project decides about plugins; ``settings`` are by the id or the name of a plugin.

    ``workflow_plugins`` are by the scheme of a compiler, the name of its entry point, or that of its plugin.
    """

    noun: ClassVar[str] = "plugins file"

    version: Literal[1] = 1
    plugins: list[ObserverEntry] = field(default_factory=list)
    limits: PluginLimits = PluginLimits()
    settings: dict[str, PluginSetting] = field(default_factory=dict)
    allow_overrides: list[str] = field(default_factory=list)
    workflow_plugins: dict[str, CompilerSetting] = field(default_factory=dict)


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
    converted = type_settings(document, PluginsFile, "plugins files")
    definition: PluginsFile | None = converted.value
    findings = in_order_of_place([*converted.diagnostics, *(_observers(document, definition) if definition else ())])
    if definition is None or has_errors(findings):
        return PluginsFileReading(None, findings)
    return PluginsFileReading(LoadedPluginsFile(document, definition), findings)


def _observers(document: Document, definition: PluginsFile) -> Iterator[Diagnostic]:
    first: dict[str, int] = {}
    for number, entry in enumerate(definition.plugins):
        path: DocumentPath = ("plugins", number)
        earlier = first.setdefault(entry.id, number)
        if earlier != number and written_text(document, (*path, "id")):
            yield _id_twice(document, (*path, "id"), entry.id, ("plugins", earlier, "id"))
        if written_text(document, (*path, "module")) is not None and not _names_a_class(entry.module):
            yield _no_class_name(document, (*path, "module"), entry.module)


def _names_a_class(module: str) -> bool:
    return all(part.isidentifier() for part in module.split("."))


def _id_twice(document: Document, path: DocumentPath, own_id: str, first: DocumentPath) -> Diagnostic:
    return Diagnostic(
        code="AF-O101",
        message=f'two observers have the id "{own_id}"',
        label=f"first used on line {document.span(first).line}",
        hint="give one of them another id: logs and the run's record tell them apart by it",
        span=document.span(path),
        path=path,
    )


def _no_class_name(document: Document, path: DocumentPath, module: str) -> Diagnostic:
    return Diagnostic(
        code="AF-O102",
        message=f'"{module}" names no class',
        hint="write MODULE.CLASS, for example obs.MetricsPlugin, or the class of an observer that is shipped",
        span=document.span(path),
        path=path,
    )
