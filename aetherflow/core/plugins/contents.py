"""What a plugin registers, known without running it: from its manifest, its text, or what an earlier load recorded."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.names import name_problem
from aetherflow.core.plugins.import_reach import reached_modules
from aetherflow.core.plugins.module_reading import ModuleReading, Provided, StaticRegistration, in_plugin
from aetherflow.core.plugins.observer_classes import observers_held
from aetherflow.core.plugins.plugin_source import PluginSource
from aetherflow.core.plugins.tool_names import tool_step_type


class PluginContents(Struct, frozen=True, kw_only=True):
    """What a plugin provides: what it registers, and its observers, of which the text alone tells.

    Where ``is_complete`` is false, it may register more than could be read.
    ``unregistered`` is what its manifest declares and its code, read in full, does not register.
    """

    provides: tuple[Provided, ...]
    is_complete: bool
    diagnostics: tuple[Diagnostic, ...] = ()
    unregistered: tuple[Provided, ...] = ()

    @property
    def registers_nothing(self) -> bool:
        """Whether it is certain that importing the plugin registers nothing, and that it holds no observer."""
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
    decorated = (_in_module(source, module, file, readings) for module, file in reached.items())
    in_code, misnamed = _nameable(source, (*decorated, _of_entry_points(source, readings)))
    broken += misnamed
    open_ends = [finding for file in reached.values() for finding in _open_ends(source, file, readings)]
    open_ends += _unread_entry_points(source, readings, in_code)
    is_read = not open_ends and all(reading.is_read for reading in readings.values())
    observers = observers_held(source, reached, reading_of)
    if source.manifest is not None and source.manifest.provides:
        return _declared_contents(source, [*in_code, *observers], broken, code_is_read=is_read)
    if not is_read and (registered := recorded()) is not None and _is_of(source, registered):
        return PluginContents(provides=(*registered, *observers), is_complete=True, diagnostics=tuple(broken))
    return PluginContents(provides=(*in_code, *observers), is_complete=is_read, diagnostics=(*broken, *open_ends))


def _is_of(source: PluginSource, registered: Iterable[Provided]) -> bool:
    """Tell that the same code was recorded under the plugin's name: the tools of functions are called by it."""
    functions = [each.name for each in registered if each.kind == "tool" and not each.owner]
    return all(name.startswith(tool_step_type(source.name, "")) for name in functions)


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
    """Compare what a plugin declares with what it registered when it ran; nothing where it declares nothing.

    Observers are registered by no run.
    """
    if source.manifest is None or not source.manifest.provides:
        return []
    in_code = list(registered)
    declared = [each for each in _declared(source, in_code) if each.kind != "observer"]
    return list(_differences(source, declared, in_code, code_is_read=True))


def _files(source: PluginSource, reading_of: Callable[[str], ModuleReading]) -> dict[str, str]:
    """Give the file of every module that runs, by the module's name."""
    known = {**{unit.module: unit.file for unit in source.units}, **source.modules}
    return {module: known[module] for module in reached_modules(source, reading_of)}


def _in_module(
    source: PluginSource, module: str, file: str, readings: Mapping[str, ModuleReading]
) -> Iterator[Provided]:
    for found in readings[file].registrations:
        yield _provided(module, file, in_plugin(source.name, found))


def _of_entry_points(source: PluginSource, readings: Mapping[str, ModuleReading]) -> Iterator[Provided]:
    if any(unit.compilers for unit in source.units):
        from aetherflow.core.plugins.entry_compilers import named_compilers  # deferred: few packages have any

        for unit, found in named_compilers(source, readings):
            yield _provided(unit.module, unit.file, found)


def _unread_entry_points(
    source: PluginSource, readings: Mapping[str, ModuleReading], known: list[Provided]
) -> Iterator[Diagnostic]:
    if any(unit.compilers for unit in source.units):
        from aetherflow.core.plugins.entry_compilers import unread_compilers  # deferred, as above

        yield from unread_compilers(source, readings, known)


def _nameable(source: PluginSource, found: Iterable[Iterable[Provided]]) -> tuple[list[Provided], list[Diagnostic]]:
    """Part what can be registered from what the decorators refuse, with the reasons."""
    kept, findings = [], []
    for each in chain.from_iterable(found):
        if finding := _misnamed(source, each):
            findings.append(finding)
        else:
            kept.append(each)
    return kept, findings


def _misnamed(source: PluginSource, found: Provided) -> Diagnostic | None:
    is_tool_without_name = found.kind == "tool" and found.name == tool_step_type(found.owner or source.name, "")
    name = "" if is_tool_without_name else found.name
    if name_problem(found.kind, name) is None:
        return None
    from aetherflow.core.plugins.contract_findings import wrong_name  # deferred, as below: mostly all is well
    from aetherflow.core.plugins.line_places import whole_line

    return wrong_name(found.kind, name, whole_line(source.path_of(found.file), found.line))


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
        owner=found.owner,
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
            owner=found.owner,
        )


def _differences(
    source: PluginSource, declared: list[Provided], in_code: list[Provided], *, code_is_read: bool
) -> Iterator[Diagnostic]:
    absent = _not_among(declared, in_code) if code_is_read else []
    undeclared = [each for each in _not_among(in_code, declared) if each.kind != "observer"]  # who wants one, names it
    if absent or undeclared:
        from aetherflow.core.plugins.contents_findings import (  # deferred: mostly there is none
            absent_in_code,
            undeclared_in,
        )

        yield from (absent_in_code(source, each, in_code) for each in absent)
        yield from (undeclared_in(source, each) for each in undeclared)


def _open_ends(source: PluginSource, file: str, readings: Mapping[str, ModuleReading]) -> Iterator[Diagnostic]:
    for unread in readings[file].unread:
        from aetherflow.core.plugins.contents_findings import open_end  # deferred: mostly all is literal

        yield open_end(source, file, unread)
