"""Trials of a step type, and of a tool, which is one: each runs a flow that holds nothing else."""

import builtins
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from aetherflow.core.contracts.errors import FlowInvalid
from aetherflow.core.contracts.result import StepReport
from aetherflow.core.contracts.status import StepStatus
from aetherflow.core.operations.plugin_trial.child.ground import JOB, STEP, FlowTrial, TrialGround
from aetherflow.core.operations.plugin_trial.child.leftovers import leftover_trial
from aetherflow.core.operations.plugin_trial.child.secrets import shown_secret
from aetherflow.core.operations.plugin_trial.child.step_inputs import literal, with_secret
from aetherflow.core.operations.plugin_trial.values import Told, failed, not_run, passed
from aetherflow.core.validation.schema_problems import SchemaJudge

MOST_OUTPUT_BYTES = 1024 * 1024
_TIMEOUT_SECONDS = 0.5
_CANCEL_SECONDS = 0.3
_RAISED = re.compile(r"raised (?P<type>[\w.]+)")
#: What a step says itself, and errors of the world as libraries call them: made-up values have no server behind them.
_OWN_AND_WORLD = frozenset(
    {"StepFailed", "gaierror", "URLError", "HTTPError", "SSLError", "ConnectError", "ConnectTimeout", "ReadTimeout"}
)
_EXAMPLES = "give it inputs that work under `examples` in aetherflow-plugin.yaml"


def flow_with(ground: TrialGround, inputs: Mapping[str, Any], timeout_seconds: float) -> dict[str, Any]:
    """Give the flow around the step."""
    sample = ground.sample
    before = [{"id": f"before_{number}", **step} for number, step in enumerate(sample.before, start=1)]
    step = {"id": STEP, "type": ground.trial.name, "inputs": dict(inputs), "timeout_seconds": timeout_seconds}
    return {
        "version": 1,
        "flow": {"id": "plugin_test"},
        "resources": sample.resources,
        "jobs": [{"id": JOB, "steps": [*before, step]}],
    }


def call(ground: TrialGround) -> Iterator[Told]:
    """Call it once, and look at what comes of that."""
    started = time.monotonic()
    ran = run_with(ground, literal(ground.sample.inputs))
    if problem := _call_problem(ground, ran):
        yield problem
        return
    step = ran.step
    said = f"{step.status} in {(time.monotonic() - started) * 1000:.0f} ms" + (_made_up(ground))
    yield passed("call", said)
    yield _schema_told(ground, step)
    yield _size_told(step)


def repeat(ground: TrialGround) -> Iterator[Told]:
    """Call it twice in the same surroundings: a step that may be repeated after a crash gives the same again."""
    first, second = (run_with(ground, literal(ground.sample.inputs)) for _ in range(2))
    if ran := next((each for each in (first, second) if each.result is None), None):
        yield failed("repeat", "AF-P903", f"the second call is refused: {ran.why_refused}")
        return
    one, two = first.step, second.step
    if one.status is not two.status:
        why = f": {two.error or two.reason}" if two.error or two.reason else ""
        yield failed("repeat", "AF-P903", f"was {one.status}, and called again it is {two.status}{why}", _REPEAT_HINT)
    elif differing := _differing(one.outputs, two.outputs, ground.sample.varies):
        words = f"called again, it gives another `{differing}`: {_brief(one, differing)}, then {_brief(two, differing)}"
        yield failed("repeat", "AF-P903", words, _VARIES_HINT)
    else:
        yield passed("repeat", "the same twice")


_REPEAT_HINT = 'let it find out what is done already, or say `effects = "once"`'
_VARIES_HINT = "where that is right, name the output under `varies` of its example in aetherflow-plugin.yaml"


def timeout(ground: TrialGround) -> Iterator[Told]:
    """Give it half a second."""
    started = time.monotonic()
    run_with(ground, literal(ground.sample.inputs), timeout_seconds=_TIMEOUT_SECONDS)
    yield passed("timeout", _ended(time.monotonic() - started, _TIMEOUT_SECONDS, "its time was over"))


def cancel(ground: TrialGround) -> Iterator[Told]:
    """Interrupt the run in the middle of it, as Ctrl-C or a scheduler does."""
    started = time.monotonic()
    timer = threading.Timer(_CANCEL_SECONDS, os.kill, (os.getpid(), signal.SIGTERM))
    timer.daemon = True
    timer.start()
    try:
        run_with(ground, literal(ground.sample.inputs))
    finally:
        timer.cancel()
    yield passed("cancel", _ended(time.monotonic() - started, _CANCEL_SECONDS, "it was cancelled"))


def secret(ground: TrialGround) -> Iterator[Told]:
    """Give it a secret in every text that takes one, and look for it in everything that is shown or kept."""
    schema = ground.contribution().input_schema or {}
    inputs = with_secret(literal(ground.sample.inputs), schema)
    ran = run_with(ground, inputs)
    if found := shown_secret(ground, ran):
        yield failed("secret", "AF-P907", found, "write with `ctx.log` or print; both are masked, as outputs are")
    else:
        yield passed("secret", "in no output, log or state")


def leftovers(ground: TrialGround) -> Iterator[Told]:
    """Look at what is different when it is over."""
    yield leftover_trial(ground, lambda: run_with(ground, literal(ground.sample.inputs)))


def run_with(ground: TrialGround, inputs: Mapping[str, Any], *, timeout_seconds: float | None = None) -> FlowTrial:
    """Run the step with these inputs."""
    return ground.run(flow_with(ground, inputs, timeout_seconds or ground.limits.call_seconds))


def _call_problem(ground: TrialGround, ran: FlowTrial) -> Told | None:
    is_made_up = ground.sample.is_made_up
    if ran.result is None:
        if is_made_up and isinstance(ran.refusal, FlowInvalid):
            return not_run("call", f"no flow can be made for it: {ran.why_refused}; {_EXAMPLES}")
        whose = "a flow with made-up inputs" if is_made_up else "its example"
        return failed("call", "AF-P901", f"{whose} cannot run: {ran.why_refused}")
    step = ran.step
    if step.status is not StepStatus.FAILED:
        return None
    error = step.error or ran.job.reason or "no reason"
    if _raised(ran) == "MemoryError":
        hint = "give it less to do, or this test more memory with `--memory`"
        return failed("call", "AF-P901", f"takes more than {ground.limits.memory_megabytes:,} MB of memory", hint)
    if is_made_up and _is_about_the_values(_raised(ran)):
        return not_run("call", f"made-up inputs do not do: {_first_line(error)}; {_EXAMPLES}")
    inputs = msgspec.json.encode(ground.sample.inputs).decode()
    if is_made_up:
        hint = f"the inputs fit its input_schema: tighten that, raise StepFailed, or {_EXAMPLES}"
        return failed("call", "AF-P901", f"fails with the inputs {_cut(inputs)}: {error}", hint)
    return failed("call", "AF-P901", f"fails with the inputs of its example: {error}")


def _raised(ran: FlowTrial) -> str:
    """Name the type of the exception that ended the call; nothing where it returned."""
    calls = [each for each in ran.operations if each.operation in ("step", "tool") and each.step_id == STEP]
    raised = _RAISED.match(calls[-1].outcome) if calls else None
    return raised["type"].rpartition(".")[2] if raised else ""


def _is_about_the_values(name: str) -> bool:
    """Tell a failure of the step's own words, and one of the world around, from a mistake of its code."""
    if not name:
        return True
    known = getattr(builtins, name, None)
    return name in _OWN_AND_WORLD or (isinstance(known, type) and issubclass(known, OSError))


def _schema_told(ground: TrialGround, step: StepReport) -> Told:
    schema = ground.contribution().output_schema
    if schema is None and ground.trial.kind == "tool":
        return passed("schema", "its parameters fit; of its data a tool promises nothing")
    if schema is None:
        return not_run("schema", "it declares no output_schema")
    if problems := SchemaJudge(schema).problems(step.outputs):
        shown = _cut(msgspec.json.encode(step.outputs).decode())
        words = f"its outputs do not fit its output_schema: {problems[0].message}, in {shown}"
        return failed("schema", "AF-P902", words, problems[0].hint or _PROMISE)
    return passed("schema", "inputs and outputs fit their schemas")


_PROMISE = "return what the schema says, or say in the schema what is returned"


def _size_told(step: StepReport) -> Told:
    size = len(msgspec.json.encode(step.outputs))
    if size > MOST_OUTPUT_BYTES:
        words = f"its outputs are {size:,} bytes of JSON; more than {MOST_OUTPUT_BYTES:,} make every commit slow"
        return failed("result size", "AF-P906", words, "write a file with `ctx.write_atomic`, and give its path")
    return passed("result size", f"{size:,} bytes")


def _ended(seconds: float, limit: float, when: str) -> str:
    if seconds < limit:
        return f"ends by itself, after {seconds * 1000:.0f} ms"
    return f"ends {(seconds - limit) * 1000:.0f} ms after {when}"


def _differing(one: dict[str, Any], two: dict[str, Any], varies: list[str]) -> str:
    names = [name for name in {**one, **two} if name not in varies]
    return next((name for name in names if one.get(name) != two.get(name) or (name in one) != (name in two)), "")


def _brief(step: StepReport, name: str) -> str:
    return _cut(msgspec.json.encode(step.outputs[name]).decode()) if name in step.outputs else "nothing"


def _made_up(ground: TrialGround) -> str:
    return ", with made-up inputs" if ground.sample.is_made_up and ground.sample.inputs else ""


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _cut(text: str, longest: int = 120) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


TRIALS: Mapping[str, Callable[[TrialGround], Iterator[Told]]] = {
    "call": call,
    "repeat": repeat,
    "timeout": timeout,
    "cancel": cancel,
    "secret": secret,
    "left behind": leftovers,
}
