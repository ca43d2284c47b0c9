"""The two points around a tool's call: the relay asks there as everywhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.api import Event, PluginHook, Veto
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.events.journal import Journal
from aetherflow.core.plugins.tracing import PluginOperation, trace_nothing
from aetherflow.core.processes.interrupts import InterruptGate
from aetherflow.core.runner.clock import Clock
from aetherflow.core.runner.hooks.calls import PluginCalls
from aetherflow.core.runner.hooks.function import HookFunction
from aetherflow.core.runner.hooks.hook_context import RunFacts
from aetherflow.core.runner.hooks.outcomes import Asked, Broken, Passed, Vetoed
from aetherflow.core.runner.hooks.points import HookPoints
from aetherflow.core.runner.hooks.relay import HookRelay
from aetherflow.core.runner.hooks.where import Where

IN_STEP = Where(job_id="main", step_id="ask", attempt=1)
Answer = Callable[[dict[str, Any], Any], Any]


def points(hook: PluginHook, *answers: Answer, record: Callable[[Event], None] = lambda event: None) -> HookPoints:
    """Give points at which these answers are given, each by a plugin of its own."""
    functions = [
        HookFunction(
            hook=hook,
            name="answer",
            contribution=Contribution(
                kind="hook",
                name=hook,
                plugin=f"plugin{number}",
                version="1",
                digest="",
                origin="flag",
                file=str(Path(__file__)),
                line=1,
                load=lambda: None,
            ),
            call=answer,
        )
        for number, answer in enumerate(answers)
    ]
    journal = Journal(flow_id="f", run_id="r", next_seq=1, clock=lambda: 0.0, mask=lambda it: it, record=record)
    facts = RunFacts(flow_id="f", run_id="r", env={}, params={}, mask=lambda value: value)
    calls = PluginCalls(gate=InterruptGate(), clock=Clock(), timeout_seconds=5, trace=trace_nothing)
    return HookPoints(HookRelay(functions, calls, facts, journal))


def before(*answers: Answer) -> Asked:
    """Ask about a call of "search"."""
    return points(PluginHook.BEFORE_TOOL_CALL, *answers).before_tool_call(IN_STEP, "search", {"q": "x"})


def after(*answers: Answer) -> Asked:
    """Ask about what "search" gave."""
    return points(PluginHook.AFTER_TOOL_CALL, *answers).after_tool_call(IN_STEP, "search", ["a"])


def test_nobody_asked_changes_nothing() -> None:
    assert before() == Passed({"tool": "search", "params": {"q": "x"}})
    assert after() == Passed({"tool": "search", "result": ["a"]})


def test_params_and_results_may_be_changed_one_after_another() -> None:
    def longer(data: dict[str, Any], ctx: Any) -> Any:
        return {"params": {"q": data["params"]["q"] + "y"}}

    passed = before(longer, longer)
    assert isinstance(passed, Passed)
    assert passed.data == {"tool": "search", "params": {"q": "xyy"}}
    changed = after(lambda data, ctx: {"result": None}, lambda data, ctx: {"result": {"was": data["result"]}})
    assert isinstance(changed, Passed)
    assert changed.data == {"tool": "search", "result": {"was": None}}


@pytest.mark.parametrize("ask", [before, after])
def test_a_veto_stops_the_call(ask: Callable[..., Asked]) -> None:
    vetoed = ask(lambda data, ctx: Veto("too costly"))
    assert isinstance(vetoed, Vetoed)
    assert vetoed.words == 'vetoed by plugin "plugin0": too costly'


@pytest.mark.parametrize("ask", [before, after])
def test_a_failure_fails_the_call(ask: Callable[..., Asked]) -> None:
    broken = ask(lambda data, ctx: {"tool": "other"})
    assert isinstance(broken, Broken)
    assert 'of plugin "plugin0" changed "tool", which it may not' in broken.words


def test_the_patch_is_journaled_with_the_step_that_calls_the_tool() -> None:
    told: list[Event] = []
    asked = points(PluginHook.BEFORE_TOOL_CALL, lambda data, ctx: {"params": {}}, record=told.append)
    asked.before_tool_call(IN_STEP, "search", {"q": "x"})
    (event,) = told
    assert (event.type, event.job_id, event.step_id, event.attempt) == ("hook_patched", "main", "ask", 1)
    assert event.payload["changed"] == ["params.q"]


def test_a_call_is_traced_with_its_time() -> None:
    traced: list[PluginOperation] = []
    now = iter([1.0, 1.5])
    calls = PluginCalls(
        gate=InterruptGate(), clock=Clock(monotonic=lambda: next(now)), timeout_seconds=5, trace=traced.append
    )
    contribution = Contribution(
        kind="hook", name="x", plugin="p", version="1", digest="", origin="flag", file="f", line=1, load=lambda: None
    )
    calls.call(contribution, "before_step f", dict, lambda value: value, IN_STEP)
    (told,) = traced
    assert (told.operation, told.plugin, told.name, told.outcome) == ("hook", "p", "before_step f", "returned dict")
    assert (told.seconds, told.job_id, told.step_id, told.attempt, told.failed) == (0.5, "main", "ask", 1, False)
