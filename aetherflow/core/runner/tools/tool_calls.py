"""Calls tools: hooks are asked before and after, the params are checked, and what came back is judged."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.plugin import BasePlugin
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.tool import BaseToolPlugin, ToolResult
from aetherflow.core.events.journal import Journal
from aetherflow.core.plugins.tool_names import tool_step_type
from aetherflow.core.processes.interrupts import InterruptGate
from aetherflow.core.runner.clock import Clock
from aetherflow.core.runner.hooks.calls import Fault, PluginCalls
from aetherflow.core.runner.hooks.hook_context import RunFacts
from aetherflow.core.runner.hooks.outcomes import Broken, Vetoed
from aetherflow.core.runner.hooks.points import HookPoints
from aetherflow.core.runner.hooks.where import Where
from aetherflow.core.runner.step_call import schema_check
from aetherflow.core.runner.step_result import json_copy
from aetherflow.core.runner.tools.tool_answers import own_result, result_of, result_problem, told_result
from aetherflow.core.runner.tools.tool_context import RunningTool


class ToolOutcome(Struct, frozen=True):
    """What came of a call. ``final``: no further one can help; ``timed_out``: it took longer than it may."""

    result: ToolResult
    hint: str | None = None
    final: bool = False
    timed_out: bool = False


class ToolPlugins(Struct, frozen=True, kw_only=True):
    """The plugins whose tools can be called: their objects by the names that they are registered under.

    ``absent`` says of the others why they are not there; ``config_of`` is what plugins.yaml says of a plugin.
    """

    objects: Mapping[str, BasePlugin]
    absent: Mapping[str, str]
    config_of: Callable[[Contribution], Mapping[str, Any]]


class ToolCalls:
    """Calls the tools of one run; ``commit`` makes durable what hooks have changed before it is acted upon."""

    def __init__(
        self,
        *,
        calls: PluginCalls,
        points: HookPoints,
        plugins: ToolPlugins,
        facts: RunFacts,
        journal: Journal,
        gate: InterruptGate,
        clock: Clock,
        commit: Callable[[], object],
    ) -> None:
        self._calls = calls
        self._points = points
        self._plugins = plugins
        self._facts = facts
        self._journal = journal
        self._gate = gate
        self._clock = clock
        self._commit = commit
        self._checks: dict[str, Callable[[Any], str | None]] = {}

    def call(
        self, tool: Contribution, params: Mapping[str, Any], where: Where, is_over: Callable[[], bool]
    ) -> ToolOutcome:
        """Call a tool once; raises Interrupted, and nothing else that the code of a tool or hook can cause."""
        with self._gate.shielded():  # what is recorded between the calls of plugins is recorded whole
            try:
                return self._asked_about(tool, params, where, is_over)
            except RecursionError:  # a step may give what is nested as deeply as Python can just about follow
                words = f'the tool "{tool.name}" cannot be called: its params or data are nested too deeply'
                return ToolOutcome(ToolResult(False, None, words))

    def _asked_about(
        self, tool: Contribution, params: Mapping[str, Any], where: Where, is_over: Callable[[], bool]
    ) -> ToolOutcome:
        asked = self._points.before_tool_call(where, tool.name, dict(params))
        if isinstance(asked, Vetoed | Broken):
            return _stopped(asked)
        hint = f"its params were changed by {', '.join(asked.changed_by)}" if asked.changed_by else None
        if hint:
            self._commit()
        given = asked.data["params"]
        if problem := self.problem_of(tool, given):
            words = f'the params do not fit the tool "{tool.name}": {problem}'
            return ToolOutcome(ToolResult(False, None, words), hint)
        outcome = self._told(tool, where, self._executed(tool, given, where, is_over))
        return outcome if outcome.result.success or outcome.hint else replace(outcome, hint=hint)

    def problem_of(self, tool: Contribution, params: Mapping[str, Any]) -> str | None:
        """Say why params do not fit a tool; None where they do."""
        if tool.name not in self._checks:
            self._checks[tool.name] = schema_check(tool.input_schema or {})
        try:
            return self._checks[tool.name](params)
        except RecursionError:
            return "they are nested too deeply"
        except Exception as error:  # noqa: BLE001  # a schema of a plugin's own: a reference that leads nowhere, say
            return f"its schema cannot be used: {type(error).__name__}: {error}"

    def _executed(
        self, tool: Contribution, params: Mapping[str, Any], where: Where, is_over: Callable[[], bool]
    ) -> ToolOutcome:
        words = self._plugins.absent.get(tool.owner)
        if words is not None:
            return ToolOutcome(ToolResult(False, None, words), final=True)
        ends = self._clock.monotonic() + self._calls.timeout_seconds
        context = RunningTool(
            tool.plugin,
            self._facts,
            where,
            self._journal,
            self._plugins.config_of(tool),
            lambda: self._gate.requested is not None or is_over() or self._clock.monotonic() >= ends,
        )
        code = self._code(tool, json_copy(params), context)
        answer = self._calls.call(tool, tool.name, code, own_result, where, operation="tool")
        if isinstance(answer, Fault):
            result = ToolResult(False, None, answer.said or f'the tool "{tool.name}" {answer.words}')
            return ToolOutcome(result, answer.hint, timed_out=answer.timed_out)
        return ToolOutcome(answer.value)

    def _code(self, tool: Contribution, params: dict[str, Any], context: RunningTool) -> Callable[[], Any]:
        if not tool.owner:
            return lambda: tool.load()(params, context)
        plugin = self._plugins.objects.get(tool.owner)
        name = tool.name.removeprefix(tool_step_type(tool.owner, ""))
        assert isinstance(plugin, BaseToolPlugin)  # else it is among those that are absent
        return lambda: plugin.execute(name, params, context)

    def _told(self, tool: Contribution, where: Where, outcome: ToolOutcome) -> ToolOutcome:
        asked = self._points.after_tool_call(where, tool.name, told_result(outcome.result), _problem)
        if isinstance(asked, Vetoed | Broken):
            words = asked.words if outcome.result.success else f"{outcome.result.error}; {asked.words}"
            result = ToolResult(False, outcome.result.data, words)
            return replace(outcome, result=result, final=outcome.final or isinstance(asked, Vetoed))
        if not asked.changed_by:
            return outcome
        self._commit()
        return ToolOutcome(result_of(asked.data["result"]), f"its result was changed by {', '.join(asked.changed_by)}")


def _problem(changed: dict[str, Any]) -> str | None:
    return result_problem(changed["result"])


def _stopped(asked: Vetoed | Broken) -> ToolOutcome:
    return ToolOutcome(ToolResult(False, None, asked.words), final=isinstance(asked, Vetoed))
