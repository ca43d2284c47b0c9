"""The compilers that entry points name: a class among `aetherflow.workflow_plugins` needs no decorator."""

from collections.abc import Iterator, Mapping

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.plugins.module_reading import ModuleReading, Provided, StaticRegistration, Unread
from aetherflow.core.plugins.plugin_source import PluginSource, Unit

_UNREAD = "the compiler {name!a}, which an entry point names, and its schemes are not written here as literals"


def named_compilers(
    source: PluginSource, readings: Mapping[str, ModuleReading]
) -> Iterator[tuple[Unit, StaticRegistration]]:
    """Give what entry points register beside what decorators do, for every scheme that the text tells."""
    for unit in source.units:
        reading = readings.get(unit.file, ModuleReading())
        decorated = {(each.target, each.name.lower()) for each in reading.registrations if each.kind == "compiler"}
        for each in reading.compilers if unit.compilers else ():
            if each.target in unit.compilers and (each.target, each.name.lower()) not in decorated:
                yield unit, each


def unread_compilers(
    source: PluginSource, readings: Mapping[str, ModuleReading], known: list[Provided]
) -> Iterator[Diagnostic]:
    """Say of which of them only running the plugin tells the schemes."""
    told = {(each.file, each.target) for each in known if each.kind == "compiler"}
    for unit in source.units:
        if not readings.get(unit.file, ModuleReading()).is_read:
            continue  # that has been said already
        for name in unit.compilers:
            if (unit.file, name) not in told:
                from aetherflow.core.plugins.contents_findings import open_end  # deferred: mostly all is literal

                yield open_end(source, unit.file, Unread(1, 1, 1, _UNREAD.format(name=name)))
