"""Asks a process of its own to read a remote folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from aetherflow.core.bundles.remote_folders.messages import Answer, Failure, FileAnswer, FileRequest, Request
from aetherflow.core.contracts.process import ProcessRequest, ProcessResult, StreamMode
from aetherflow.core.plugins.in_child.interpreter import python_command
from aetherflow.core.processes.child import run_child
from aetherflow.core.processes.interrupts import interruptible
from aetherflow.core.processes.start_failure import ProcessStartError

CHILD = "aetherflow.core.bundles.remote_folders.child"
#: How much longer than allowed: the process ends itself in time, and says what it was doing, unless it is stuck.
_GRACE_SECONDS = 5.0
_KILL_GRACE_SECONDS = 0.5
#: How long an answer is without the content of a file.
_MOST_WORDS = 4 * 1024 * 1024


def ask_child(request: Request, environ: Mapping[str, str]) -> Answer:
    """Let a process read the folder; a signal ends it before it does anything to this one."""
    answer: Answer = _asked(request, environ, _MOST_WORDS, Answer)
    return answer


def ask_for_file(request: FileRequest, environ: Mapping[str, str]) -> FileAnswer:
    """Let a process read a single file, in the same way."""
    as_text = 4 * (request.limits.most_file_bytes // 3 + 1)
    answer: FileAnswer = _asked(request, environ, as_text + _MOST_WORDS, FileAnswer)
    return answer


def _asked(request: Request | FileRequest, environ: Mapping[str, str], most_bytes: int, answers: Any) -> Any:
    process = _process(request, environ, most_bytes)
    try:
        result = interruptible(lambda gate: run_child(process, forward=lambda _: None, mask=str, gate=gate))
    except ProcessStartError as error:
        return Failure(kind="other", reason=f"no process can be started to read it: {error.message}")
    return _answer(result, answers)


def _process(request: Request | FileRequest, environ: Mapping[str, str], most_bytes: int) -> ProcessRequest:
    return ProcessRequest(
        argv=tuple(python_command(CHILD)),
        cwd=Path(),
        env=environ,
        stdin=msgspec.json.encode(request).decode(),
        max_capture_bytes=most_bytes,
        stderr=StreamMode.DISCARD,  # libraries may say there whatever they were given
        timeout_seconds=request.limits.seconds + _GRACE_SECONDS,
        kill_grace_seconds=_KILL_GRACE_SECONDS,
    )


def _answer(result: ProcessResult, answers: Any) -> Any:
    try:
        return msgspec.json.decode(result.stdout, type=answers)
    except msgspec.DecodeError:
        pass
    if result.timed_out:
        return Failure(kind="late", reason="waiting")
    return Failure(kind="other", reason=f"the process that read it ended with exit code {result.exit_code}")
