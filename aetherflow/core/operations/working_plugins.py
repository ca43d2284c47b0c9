"""The plugins of one execution at work: their objects, from loading to unloading, their hooks and their tools."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import Interrupted
from aetherflow.core.contracts.plugin import BasePlugin
from aetherflow.core.contracts.registry import Contribution, Registry
from aetherflow.core.events.journal import Journal
from aetherflow.core.operations.plugin_settings import limits_of, setting_of
from aetherflow.core.operations.plugins_found import PluginsFound
from aetherflow.core.plugins.line_places import whole_line
from aetherflow.core.plugins.tracing import Trace
from aetherflow.core.processes.interrupts import InterruptGate
from aetherflow.core.runner.clock import Clock
from aetherflow.core.runner.hooks.asking_order import asked_functions, loading_order
from aetherflow.core.runner.hooks.calls import Fault, PluginCalls
from aetherflow.core.runner.hooks.hook_context import RunFacts, RunningPlugin
from aetherflow.core.runner.hooks.live_plugins import LivePlugins
from aetherflow.core.runner.hooks.points import HookPoints
from aetherflow.core.runner.hooks.relay import HookRelay
from aetherflow.core.runner.step_result import json_copy
from aetherflow.core.runner.tools.tool_calls import ToolCalls, ToolPlugins


class WorkSurroundings(Struct, frozen=True, kw_only=True):
    """What the plugins of an execution work with. ``warn`` tells what is tolerated."""

    plugins: PluginsFound | None
    registry: Registry
    journal: Journal
    gate: InterruptGate
    clock: Clock
    trace: Trace
    warn: Callable[[str], None]


class WorkingPlugins:
    """The objects of one execution's plugins by the names that they are registered under, and what is asked of them.

    ``absent`` says of those that the execution goes on without why that is.
    """

    def __init__(self, here: WorkSurroundings) -> None:
        self.objects: dict[str, BasePlugin] = {}
        self.absent: dict[str, str] = {}
        self._here = here
        self._calls = PluginCalls(
            gate=here.gate,
            clock=here.clock,
            timeout_seconds=limits_of(here.plugins).timeout_seconds,
            trace=here.trace,
        )
        self._live = LivePlugins(self._calls)

    def load(self, facts: RunFacts) -> Diagnostic | None:
        """Make and load every object; gives why one that cannot be done without failed."""
        for contribution in loading_order(self._here.registry.plugins, self._load_order()):
            context = RunningPlugin(contribution.plugin, facts, self._here.journal, self._config_of(contribution))
            try:
                loaded = self._live.load(contribution, context)
            except Interrupted:
                break  # nothing runs any more: who called sees that a signal came
            if isinstance(loaded, BasePlugin):
                self.objects[contribution.name] = loaded
                continue
            finding = _not_loaded(contribution, loaded)
            if not self._may_do_without(contribution):
                return finding
            self.absent[contribution.name] = finding.message
            self._here.warn(f"{finding.message}; the run goes on without it")
        return None

    def points(self, facts: RunFacts) -> HookPoints:
        """Give the points at which hooks are asked."""
        order = self._load_order()
        functions = asked_functions(self._here.registry, self.objects, order, self._tolerates, self._config_of)
        return HookPoints(HookRelay(functions, self._calls, facts, self._here.journal))

    def tools(self, points: HookPoints, facts: RunFacts, commit: Callable[[], object]) -> ToolCalls:
        """Give what calls the tools; ``commit`` makes durable what hooks have changed."""
        return ToolCalls(
            calls=self._calls,
            points=points,
            plugins=ToolPlugins(objects=self.objects, absent=self.absent, config_of=self._config_of),
            facts=facts,
            journal=self._here.journal,
            gate=self._here.gate,
            clock=self._here.clock,
            commit=commit,
        )

    def unload(self) -> str | None:
        """Let the plugins go, the last first; gives in words what of it is a failure of the execution."""
        words = []
        while self._live.has_loaded():
            with self._here.gate.pardoned():  # for each: a signal in one keeps nobody from the next
                words += self._unload_one()
        return "; ".join(words) or None

    def _unload_one(self) -> list[str]:
        try:
            contribution, fault = self._live.unload_last()
        except Interrupted:
            return []
        if fault is None:
            return []
        words = f'the plugin "{contribution.name}" could not be unloaded: it {fault.words}'
        if not self._tolerates(contribution):
            return [words]
        self._here.warn(words)
        return []

    def _config_of(self, contribution: Contribution) -> MappingProxyType[str, Any]:
        executes = (each for each in self._here.registry.plugins if each.name == contribution.owner)
        given = setting_of(self._here.plugins, next(executes, contribution)).config
        return MappingProxyType(dict(json_copy(given)))

    def _load_order(self) -> list[str]:
        plugins = self._here.plugins
        return [plugin.source.id for plugin in plugins.found.plugins] if plugins else []

    def _tolerates(self, contribution: Contribution) -> bool:
        return setting_of(self._here.plugins, contribution).on_error == "warn"

    def _may_do_without(self, contribution: Contribution) -> bool:
        is_strict = self._here.plugins is None or self._here.plugins.found.strict
        return not is_strict or self._tolerates(contribution)


def _not_loaded(contribution: Contribution, fault: Fault) -> Diagnostic:
    return Diagnostic(
        code="AF-H120",
        message=f'the plugin "{contribution.name}" cannot take part in the run: it {fault.problem}',
        hint="correct the line; `on_error: warn` under settings of plugins.yaml lets runs go on without the plugin",
        span=whole_line(fault.file, fault.line),
    )
