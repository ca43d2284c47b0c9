"""Trials of what takes part in a run without being named in it: hooks, plugins with a life of their own, observers.

The run passes every point at which anybody is asked or told: a step that succeeds, a tool, a step that is retried and
fails.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aetherflow.core.contracts.event import EventType
from aetherflow.core.contracts.hook import hook_named
from aetherflow.core.contracts.registration import register_tool
from aetherflow.core.operations.plugin_trial.child.ground import CANARY_VARIABLE, JOB, STEP, FlowTrial, TrialGround
from aetherflow.core.operations.plugin_trial.child.leftovers import leftover_trial
from aetherflow.core.operations.plugin_trial.child.secrets import shown_secret
from aetherflow.core.operations.plugin_trial.values import FAILED, Told, failed, passed
from aetherflow.core.plugins.tool_names import tool_step_type
from aetherflow.core.plugins.tracing import PluginOperation

_OBSERVER_ID = "tested"


@register_tool("ask", description="Is called, so that hooks are asked about it.", parameters={})
def ask(params: Mapping[str, Any], ctx: object) -> dict[str, Any]:
    """Give nothing."""
    return {}


_SECRET = f"{{{{env.{CANARY_VARIABLE}}}}}"
_RETRIED = {"id": STEP, "type": "fail", "inputs": {"message": "on purpose"}, "retry": {"max_attempts": 2}}
_FLOW: dict[str, Any] = {
    "version": 1,
    "flow": {"id": "plugin_test"},
    "jobs": [
        {"id": JOB, "steps": [{"id": STEP, "type": "log", "inputs": {"message": _SECRET}}]},
        {"id": "tool", "steps": [{"id": STEP, "type": tool_step_type(ask.__module__, "ask")}]},
        {"id": "fails", "steps": [_RETRIED]},
    ],
}


def hook_run(ground: TrialGround) -> Iterator[Told]:
    """Let a run ask it."""
    point = hook_named(ground.trial.name)
    yield _asked(ground, _run(ground), f"{point} {ground.trial.target}")


def life(ground: TrialGround) -> Iterator[Told]:
    """Let two runs load it, ask it and unload it."""
    told = [_asked(ground, _run(ground), "") for _ in range(2)]
    yield next((each for each in told if each.verdict == FAILED), told[0])


def observed_run(ground: TrialGround) -> Iterator[Told]:
    """Let a run tell it everything."""
    ran = _observed(ground)
    if ran.result is None:
        yield failed("run", "AF-P912", f"cannot observe a run: {ran.why_refused}")
    elif words := _warnings(ran):
        yield failed("run", "AF-P912", words[0])
    else:
        yield passed("run", f"was told {len(ran.events)} events")


def secret(ground: TrialGround) -> Iterator[Told]:
    """Look for the secret that a step of the run was given."""
    ran = _observed(ground) if ground.trial.kind == "observer" else _run(ground)
    if found := shown_secret(ground, ran):
        yield failed("secret", "AF-P907", found, "write with `ctx.log` or print; both are masked")
    else:
        yield passed("secret", "in no output, log or state")


def leftovers(ground: TrialGround) -> Iterator[Told]:
    """Look at what is different when the run is over."""
    run = _observed if ground.trial.kind == "observer" else _run
    yield leftover_trial(ground, lambda: run(ground))


def _run(ground: TrialGround) -> FlowTrial:
    return ground.run(_FLOW, plugins=[ask])


def _asked(ground: TrialGround, ran: FlowTrial, named: str) -> Told:
    """Say how it took part in a run; a veto is its right."""
    own = [each for each in ran.operations if each.plugin == ground.plugin and _is_of(each, ground, named)]
    if broken := next((each for each in own if each.failed), None):
        return failed("run", "AF-P911", f"{broken.name} {broken.outcome}")
    if ran.result is None:
        return failed("run", "AF-P911", f"no run can begin with it: {ran.why_refused}")
    if not own:
        return failed("run", "AF-P911", "was never asked, though a run came by")
    vetoes = sum(each.outcome == "returned Veto" for each in own)
    return passed("run", f"asked {len(own)} times" + (f", {vetoes} vetoes" if vetoes else ""))


def _is_of(operation: PluginOperation, ground: TrialGround, named: str) -> bool:
    if operation.operation != "hook":
        return False
    if named:
        return operation.name == named
    return operation.name.endswith((f" {ground.trial.name}", f" {ground.trial.target}.handle_hook"))


def _warnings(ran: FlowTrial) -> list[str]:
    """Give what the journal says of the observer."""
    told = (event.payload for event in ran.events if event.type in (EventType.LOG, EventType.ERROR))
    words = [str(each.get("message", "")) for each in told]
    return [text for text in words if text.startswith(f'observer "{_OBSERVER_ID}"')]


def _observed(ground: TrialGround) -> FlowTrial:
    """Run the flow with a plugins.yaml that lists the observer."""
    entry = {"id": _OBSERVER_ID, "module": ground.trial.name, "config": ground.sample.config}
    return ground.run(_FLOW, plugins=[ask], observers=[entry])


HOOK_TRIALS: Mapping[str, Callable[[TrialGround], Iterator[Told]]] = {
    "run": hook_run,
    "secret": secret,
    "left behind": leftovers,
}
PLUGIN_TRIALS: Mapping[str, Callable[[TrialGround], Iterator[Told]]] = {**HOOK_TRIALS, "run": life}
OBSERVER_TRIALS: Mapping[str, Callable[[TrialGround], Iterator[Told]]] = {**HOOK_TRIALS, "run": observed_run}
