"""The words for what is wrong with what a plugin provides; apart, since mostly nothing is."""

from collections.abc import Sequence

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.plugins.line_places import whole_line
from aetherflow.core.plugins.module_reading import Provided, Unread
from aetherflow.core.plugins.plugin_source import PluginSource


def open_end(source: PluginSource, file: str, unread: Unread) -> Diagnostic:
    """Say that what is registered in a place of a file is not known before the plugin runs."""
    return Diagnostic(
        code="AF-P140",
        severity=Severity.NOTE,
        message=f'what is registered here is only known when the plugin "{source.name}" runs: {unread.reason}',
        hint="write the name as a literal, or declare it under `provides` of aetherflow-plugin.yaml",
        span=Span(source.path_of(file), unread.line, unread.column, unread.line, unread.end_column),
    )


def absent_in_code(source: PluginSource, declared: Provided, in_code: Sequence[Provided]) -> Diagnostic:
    """Say that what the manifest declares is registered by no code."""
    path = source.path_of(declared.file)
    does, hint = "register", "take it out of `provides`, or register it"
    if declared.kind == "observer":
        does, hint = "have", "name a class of one of its modules as plugins.yaml does, MODULE.CLASS, or take it out"
    return Diagnostic(
        code="AF-P211",
        severity=Severity.WARNING,
        message=f'the plugin "{source.name}" declares the {declared.kind} "{declared.name}", which its code does not '
        f"{does}",
        label=did_you_mean(declared.name, (each.name for each in in_code if each.kind == declared.kind)),
        hint=hint,
        span=_name_in_manifest(source, declared) or whole_line(path, declared.line),
    )


def undeclared_in(source: PluginSource, found: Provided) -> Diagnostic:
    """Say that what the code registers is not in the manifest, which lists other things."""
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
