"""Asks a process of its own to read a remote folder."""

import signal
from collections.abc import Mapping
from pathlib import Path

import msgspec

from aetherflow.core.bundles.remote_folders.messages import Answer, Failure, Request
from aetherflow.core.contracts.errors import Interrupted
from aetherflow.core.contracts.process import ProcessRequest, ProcessResult, StreamMode
from aetherflow.core.plugins.in_child.interpreter import python_command
from aetherflow.core.processes.child import run_child
from aetherflow.core.processes.interrupts import InterruptGate
from aetherflow.core.processes.start_failure import ProcessStartError

CHILD = "aetherflow.core.bundles.remote_folders.child"
#: How much longer than allowed: the process ends itself in time, and says what it was doing, unless it is stuck.
_GRACE_SECONDS = 5.0
_KILL_GRACE_SECONDS = 0.5


def ask_child(request: Request, environ: Mapping[str, str]) -> Answer:
    """Let a process read the folder; a signal ends it before it does anything to this one."""
    gate = InterruptGate()
    try:
        with gate, gate.window():
            result = run_child(_process(request, environ), forward=lambda _: None, mask=str, gate=gate)
    except Interrupted as interruption:
        signal.raise_signal(interruption.signal_number)  # nothing is left behind: let it do what it does by itself
        raise
    except ProcessStartError as error:
        return Failure(kind="other", reason=f"no process can be started to read it: {error.message}")
    return _answer(result)


def _process(request: Request, environ: Mapping[str, str]) -> ProcessRequest:
    return ProcessRequest(
        argv=tuple(python_command(CHILD)),
        cwd=Path(),
        env=environ,
        stdin=msgspec.json.encode(request).decode(),
        stderr=StreamMode.DISCARD,  # libraries may say there whatever they were given
        timeout_seconds=request.limits.seconds + _GRACE_SECONDS,
        kill_grace_seconds=_KILL_GRACE_SECONDS,
    )


def _answer(result: ProcessResult) -> Answer:
    try:
        answer: Answer = msgspec.json.decode(result.stdout, type=Answer)
    except msgspec.DecodeError:
        pass
    else:
        return answer
    if result.timed_out:
        return Failure(kind="late", reason="waiting")
    return Failure(kind="other", reason=f"the process that read it ended with exit code {result.exit_code}")
