"""Asks the hooks of a point, one after another: each gets a copy of what the one before left."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from aetherflow.core.contracts.event import EventType
from aetherflow.core.contracts.hook import PluginHook
from aetherflow.core.events.journal import Journal
from aetherflow.core.runner.hooks.answers import Answer, Patched, Stopped, Wrong, answer_of, own_copy
from aetherflow.core.runner.hooks.calls import Fault, PluginCalls
from aetherflow.core.runner.hooks.changes import told_changes, told_paths
from aetherflow.core.runner.hooks.function import HookFunction
from aetherflow.core.runner.hooks.hook_context import RunFacts, RunningHook
from aetherflow.core.runner.hooks.outcomes import Asked, Broken, Passed, Vetoed
from aetherflow.core.runner.hooks.where import Where

Check = Callable[[dict[str, Any]], str | None]


def accept_all(data: dict[str, Any]) -> str | None:
    """Find nothing wrong with changed data."""
    return None


class HookRelay:
    """The hooks of one run, in the order in which they are asked."""

    def __init__(
        self, functions: Iterable[HookFunction], calls: PluginCalls, facts: RunFacts, journal: Journal
    ) -> None:
        self._functions: dict[PluginHook, list[HookFunction]] = {}
        for function in functions:
            self._functions.setdefault(function.hook, []).append(function)
        self._calls = calls
        self._facts = facts
        self._journal = journal

    def asks_at(self, hook: PluginHook) -> bool:
        """Tell whether anybody is asked at a point."""
        return hook in self._functions

    def ask(
        self,
        hook: PluginHook,
        data: dict[str, Any],
        where: Where,
        check: Check = accept_all,
        *,
        settled_by: str | None = None,
        stops_nothing: bool = False,
    ) -> Asked:
        """Ask all who are to be asked; raises Interrupted.

        ``check`` says what is wrong with changed data, ``settled_by`` why nothing is changed any more. With
        ``stops_nothing`` a failure is told, and the others are asked all the same.
        """
        changed_by: list[str] = []
        for function in self._functions.get(hook, ()):
            answer = self._answer(function, data, where, check)
            if isinstance(answer, Stopped):
                return Vetoed(f'vetoed by plugin "{function.plugin}": {answer.reason}', *function.at)
            if isinstance(answer, Wrong):
                if not (function.is_tolerated or stops_nothing):
                    return Broken(f"{function.words} {answer.problem}", *(answer.at or function.at))
                self._warn(function, where, f"{answer.problem}; it counts for nothing")
            elif isinstance(answer, Patched) and settled_by:
                self._warn(function, where, f"changed {told_paths(answer.changes, self._facts.mask)}, and {settled_by}")
            elif isinstance(answer, Patched):
                self._tell_patch(function, answer, where)
                data = answer.data
                changed_by.append(f'plugin "{function.plugin}" ({function.place})')
        return Passed(data, tuple(changed_by))

    def _answer(self, function: HookFunction, data: dict[str, Any], where: Where, check: Check) -> Answer:
        try:
            return self._judged(function, data, where, check)
        except RecursionError:  # a step may give what is nested as deeply as Python can just about follow
            return Wrong(f"cannot be asked: its data, or what it returned, are nested too deeply ({function.place})")

    def _judged(self, function: HookFunction, data: dict[str, Any], where: Where, check: Check) -> Answer:
        context = RunningHook(function.plugin, self._facts, where, self._journal, function.config)
        given = _copied(data)
        outcome = self._calls.call(
            function.contribution,
            f"{function.hook} {function.name}",
            lambda: function.call(given, context),
            own_copy,
            where,
        )
        if isinstance(outcome, Fault):
            return Wrong(outcome.words, (outcome.file, outcome.line))
        answer = answer_of(function.hook, data, outcome.value)
        problem = answer.problem if isinstance(answer, Wrong) else None
        if isinstance(answer, Patched):
            problem = check(answer.data)
            answer = replace(answer, told=told_changes(answer.changes, self._facts.mask))
        return Wrong(f"{problem} ({function.place})") if problem else answer

    def _tell_patch(self, function: HookFunction, patch: Patched, where: Where) -> None:
        self._journal.emit(
            EventType.HOOK_PATCHED,
            **where.facts(),
            plugin=function.plugin,
            hook=function.hook,
            function=function.name,
            file=function.contribution.file,
            line=function.contribution.line,
            **patch.told,
        )

    def _warn(self, function: HookFunction, where: Where, what: str) -> None:
        message = f"{function.words} {what}"
        self._journal.emit(EventType.LOG, **where.facts(), level="warning", message=message, plugin=function.plugin)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list | tuple) else value
