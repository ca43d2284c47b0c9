"""What a plugin registers, known without running it: from its manifest, its text, or what an earlier load recorded."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.effects import Effects
from aetherflow.core.contracts.registry import Kind
from aetherflow.core.contracts.span import Span
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.plugins.contract_findings import wrong_name
from aetherflow.core.plugins.import_reach import reached_modules
from aetherflow.core.plugins.line_places import whole_line
from aetherflow.core.plugins.module_reading import ModuleReading, StaticRegistration
from aetherflow.core.plugins.plugin_source import PluginSource


class Provided(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that a plugin registers. ``file`` is below the plugin's root; ``module`` and ``target`` may be empty.

    ``unread`` names attributes whose values are only known when the code runs.
    """

    kind: Kind
    name: str
    file: str
    line: int
    module: str = ""
    target: str = ""
    summary: str = ""
    effects: Effects | None = None
    input_schema: dict[str, Any] | None = None
    output_schema: dict[str, Any] | None = None
    typed_inputs: bool = False
    unread: tuple[str, ...] = ()


class PluginContents(Struct, frozen=True, kw_only=True):
    """What a plugin provides. Where ``is_complete`` is false, it may register more than could be read.

    ``unregistered`` is what its manifest declares and its code, read in full, does not register.
    """

    provides: tuple[Provided, ...]
    is_complete: bool
    diagnostics: tuple[Diagnostic, ...] = ()
    unregistered: tuple[Provided, ...] = ()

    @property
    def registers_nothing(self) -> bool:
        """Whether it is certain that importing the plugin registers nothing."""
        return self.is_complete and not self.provides


def contents_of(
    source: PluginSource,
    reading_of: Callable[[str], ModuleReading],
    recorded: Callable[[], tuple[Provided, ...] | None] = lambda: None,
) -> PluginContents:
    """Say what a plugin provides; `reading_of` is asked of files, `recorded` for what a load of this code registered.

    The text tells, where it tells all; else the manifest's `provides` tells the rest, else what was recorded. What is
    declared and is in no text that was read in full is not provided: no run would register it.
    """
    reached = _files(source, reading_of)
    readings = {file: reading_of(file) for file in reached.values()}
    broken = [finding for reading in readings.values() for finding in reading.diagnostics]
    in_code, misnamed = _nameable(source, (_in_module(module, file, readings) for module, file in reached.items()))
    broken += misnamed
    open_ends = [finding for file in reached.values() for finding in _open_ends(source, file, readings)]
    is_read = not open_ends and all(reading.is_read for reading in readings.values())
    if source.manifest is not None and source.manifest.provides:
        return _declared_contents(source, in_code, broken, code_is_read=is_read)
    if not is_read and (registered := recorded()) is not None:
        return PluginContents(provides=registered, is_complete=True, diagnostics=tuple(broken))
    return PluginContents(provides=tuple(in_code), is_complete=is_read, diagnostics=(*broken, *open_ends))


def _declared_contents(
    source: PluginSource, in_code: list[Provided], broken: list[Diagnostic], *, code_is_read: bool
) -> PluginContents:
    declared = list(_declared(source, in_code))
    undeclared = _not_among(in_code, declared)
    unregistered = _not_among(declared, in_code) if code_is_read else []
    return PluginContents(
        provides=(*_not_among(declared, unregistered), *undeclared),
        is_complete=True,
        diagnostics=(*broken, *_differences(source, declared, in_code, code_is_read=code_is_read)),
        unregistered=tuple(unregistered),
    )


def _not_among(these: Sequence[Provided], others: Sequence[Provided]) -> list[Provided]:
    names = {(each.kind, each.name) for each in others}
    return [each for each in these if (each.kind, each.name) not in names]


def differences_from(source: PluginSource, registered: Sequence[Provided]) -> list[Diagnostic]:
    """Compare what a plugin declares with what it registered when it ran; nothing where it declares nothing."""
    if source.manifest is None or not source.manifest.provides:
        return []
    in_code = list(registered)
    return list(_differences(source, list(_declared(source, in_code)), in_code, code_is_read=True))


def _files(source: PluginSource, reading_of: Callable[[str], ModuleReading]) -> dict[str, str]:
    """Give the file of every module that runs, by the module's name."""
    known = {**{unit.module: unit.file for unit in source.units}, **source.modules}
    return {module: known[module] for module in reached_modules(source, reading_of)}


def _in_module(module: str, file: str, readings: Mapping[str, ModuleReading]) -> Iterator[Provided]:
    for found in readings[file].registrations:
        yield _provided(module, file, found)


def _nameable(source: PluginSource, found: Iterable[Iterable[Provided]]) -> tuple[list[Provided], list[Diagnostic]]:
    """Part what can be registered from what the decorators refuse, with the reasons."""
    kept, findings = [], []
    for each in chain.from_iterable(found):
        place = Span(source.path_of(each.file), each.line, 1, each.line, 1)
        if finding := wrong_name(each.kind, each.name, place):
            findings.append(replace(finding, span=whole_line(place.file, place.line)))
        else:
            kept.append(each)
    return kept, findings


def _provided(module: str, file: str, found: StaticRegistration) -> Provided:
    return Provided(
        kind=found.kind,
        name=found.name,
        file=file,
        line=found.line,
        module=module,
        target=found.target,
        summary=found.summary,
        effects=found.effects,
        input_schema=found.input_schema,
        output_schema=found.output_schema,
        typed_inputs=found.typed_inputs,
        unread=found.unread,
    )


def _declared(source: PluginSource, in_code: list[Provided]) -> Iterator[Provided]:
    """Give what the manifest declares, with what the text adds to it."""
    by_name = {(found.kind, found.name): found for found in in_code}
    for number, entry in enumerate(source.manifest.provides if source.manifest else ()):
        span = source.manifest_spans.get(f"provides[{number}]")
        in_manifest = Provided(
            kind=entry.kind, name=entry.name, file=source.manifest_file, line=span.line if span else 1
        )
        found = by_name.get((entry.kind, entry.name), in_manifest)
        yield Provided(
            kind=found.kind,
            name=found.name,
            file=found.file,
            line=found.line,
            module=found.module,
            target=found.target,
            summary=entry.description or found.summary,
            effects=entry.effects or found.effects,
            input_schema=entry.input_schema or found.input_schema,
            output_schema=entry.output_schema or found.output_schema,
            typed_inputs=found.typed_inputs,
            unread=found.unread,
        )


def _differences(
    source: PluginSource, declared: list[Provided], in_code: list[Provided], *, code_is_read: bool
) -> Iterator[Diagnostic]:
    for each in _not_among(declared, in_code) if code_is_read else ():
        yield _absent_in_code(source, each, in_code)
    for each in _not_among(in_code, declared):
        yield _undeclared(source, each)


def _open_ends(source: PluginSource, file: str, readings: Mapping[str, ModuleReading]) -> Iterator[Diagnostic]:
    path = source.path_of(file)
    for unread in readings[file].unread:
        yield Diagnostic(
            code="AF-P140",
            severity=Severity.NOTE,
            message=f'what is registered here is only known when the plugin "{source.name}" runs: {unread.reason}',
            hint="write the name as a literal, or declare it under `provides` of aetherflow-plugin.yaml",
            span=Span(path, unread.line, unread.column, unread.line, unread.end_column),
        )


def _absent_in_code(source: PluginSource, declared: Provided, in_code: Sequence[Provided]) -> Diagnostic:
    path = source.path_of(declared.file)
    return Diagnostic(
        code="AF-P211",
        severity=Severity.WARNING,
        message=f'the plugin "{source.name}" declares the {declared.kind} "{declared.name}", which its code does not '
        "register",
        label=did_you_mean(declared.name, (each.name for each in in_code if each.kind == declared.kind)),
        hint="take it out of `provides`, or register it",
        span=_name_in_manifest(source, declared) or whole_line(path, declared.line),
    )


def _undeclared(source: PluginSource, found: Provided) -> Diagnostic:
    return Diagnostic(
        code="AF-P212",
        severity=Severity.WARNING,
        message=f'the {found.kind} "{found.name}" is not declared under `provides` of {source.manifest_file}',
        hint="declare it too, or leave the section out: what is written as literals is found without one",
        span=whole_line(source.path_of(found.file), found.line),
    )


def _name_in_manifest(source: PluginSource, declared: Provided) -> Span | None:
    entries = source.manifest.provides if source.manifest else ()
    numbers = (
        number for number, entry in enumerate(entries) if (entry.kind, entry.name) == (declared.kind, declared.name)
    )
    return source.manifest_spans.get(f"provides[{next(numbers, None)}].name")
