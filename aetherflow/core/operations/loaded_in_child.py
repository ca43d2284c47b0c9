"""Plugins imported for real in a process of their own, for `--loaded`: whatever they do there, this process goes on."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.in_child.endings import Ended, ending_finding, line_place
from aetherflow.core.plugins.in_child.loading_process import LoadingProcess
from aetherflow.core.plugins.in_child.messages import Begins, ChildLoad, Done, Message, Unusable
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.processes.interrupts import InterruptGate, interruptible

SECONDS_PER_PLUGIN = 30.0


def loads_in_child(
    plugins: Sequence[KnownPlugin],
    environ: Mapping[str, str],
    *,
    seconds_per_plugin: float = SECONDS_PER_PLUGIN,
    memory_megabytes: int | None = None,
) -> list[ChildLoad]:
    """Import plugins, in their order, in a child process; what goes wrong is in the values.

    A plugin that ends the process, or takes longer than its time, is found out, and a new process goes on with those
    that come after it. With ``memory_megabytes`` the child may have no more than that. A signal ends the child before
    it does anything to this process.
    """

    def load(gate: InterruptGate) -> list[ChildLoad]:
        loads: list[ChildLoad] = []
        while len(loads) < len(plugins):
            rest = plugins[len(loads) :]
            child = LoadingProcess(rest, environ, seconds_per_plugin, gate, memory_megabytes=memory_megabytes)
            loads += _loads_of_one(child, rest, seconds_per_plugin)
        return loads

    return interruptible(load)


def _loads_of_one(child: LoadingProcess, plugins: Sequence[KnownPlugin], seconds: float) -> list[ChildLoad]:
    """Import as many plugins as one process survives."""
    loads: list[ChildLoad] = []
    has_begun = False
    with child:
        while len(loads) < len(plugins):
            message = _checked(child.next_message(), plugins[len(loads)])
            if isinstance(message, Ended):
                if not has_begun:
                    raise _cannot_begin(message)
                _blame(message, child.frames(message), plugins, loads, seconds)
                break
            has_begun = True
            if isinstance(message, Done):
                loads.append(message.load)
    return loads


def _checked(message: Message | Ended, at_work: KnownPlugin) -> Begins | Done | Ended:
    """Tell an end in every form; what cannot be true is a plugin's own words, for it can write to the pipe as well."""
    if isinstance(message, Ended):
        return message
    plugin = message.load.plugin if isinstance(message, Done) else message.plugin
    if plugin != at_work.source.id:
        return Ended("lost")
    return Ended("lost", why=message.why) if isinstance(message, Unusable) else message


def _blame(
    ended: Ended, frames: list[tuple[str, int]], plugins: Sequence[KnownPlugin], loads: list[ChildLoad], seconds: float
) -> None:
    """Put the end of a process down to the plugin that was at work, or to an earlier one where its code stood there."""
    suspects = [len(loads), *range(len(loads))]
    files = {index: _files(plugins[index]) for index in suspects}
    culprit = next((index for index in suspects if any(path in files[index] for path, _ in frames)), len(loads))
    place = next(
        (line_place(path, line) for path, line in frames if path in files[culprit]), _only_file(plugins[culprit])
    )
    plugin = plugins[culprit].source.id
    finding = ending_finding(plugin, ended, seconds, place)
    if culprit == len(loads):
        loads.append(ChildLoad(plugin=plugin, findings=(finding,)))
    else:
        loads[culprit] = replace(loads[culprit], findings=(*loads[culprit].findings, finding))


def _files(plugin: KnownPlugin) -> set[str]:
    return {plugin.source.path_of(file) for file in plugin.file_digests}


def _only_file(plugin: KnownPlugin) -> Span | None:
    """Give the one module that is imported by itself, where nobody knows which line was at work."""
    units = plugin.source.units
    return line_place(plugin.source.path_of(units[0].file), 1) if len(units) == 1 else None


def _cannot_begin(ended: Ended) -> PluginRefused:
    return PluginRefused(
        f"plugins cannot be imported in a process of their own: it ended with exit code {ended.exit_code}",
        hint="what it said stands above; without --loaded nothing is imported",
    )
