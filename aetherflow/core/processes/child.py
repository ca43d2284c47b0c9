"""Runs a child process to its end: starts it, reads it dry, times it out, ends its whole group where that must be."""

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import BinaryIO

from aetherflow.core.contracts.errors import Interrupted, system_reason
from aetherflow.core.contracts.process import ProcessRequest, ProcessResult, StreamMode
from aetherflow.core.processes.ending import end_group
from aetherflow.core.processes.group import is_held_by_group
from aetherflow.core.processes.interrupts import InterruptGate
from aetherflow.core.processes.lines import Mask
from aetherflow.core.processes.start_failure import ProcessStartError
from aetherflow.core.processes.streams import (
    CapturedStream,
    FileStream,
    ForwardedStream,
    HandedOnStream,
    Stream,
    captured,
)
from aetherflow.core.processes.supervision import Child

__all__ = ["ProcessStartError", "run_child"]

#: How long we read on when only processes outside the group hold the pipe.
_DRAIN_SECONDS = 1.0
#: How often `watch` is called.
_WATCH_SECONDS = 0.5


def run_child(
    request: ProcessRequest,
    *,
    forward: Callable[[str], None],
    mask: Mask,
    gate: InterruptGate,
    take: Callable[[bytes], None] | None = None,
    watch: Callable[[], None] | None = None,
) -> ProcessResult:
    """Run a child process to its end and tell how that was.

    ``forward`` gets the lines of inherited streams, masked. ``take`` gets what the child writes on stdout, in pieces
    as they come, whatever the stream's mode; ``watch`` is called again and again while the child lives. Any exception
    on the way, theirs too, or one raised by a signal's handler, ends the whole group before it goes on (by SIGKILL at
    once after a second signal). Raises ProcessStartError where the program cannot be started.
    """
    started = time.monotonic()
    child = Child()
    with ExitStack() as files:
        file = _open_output_file(request, files, mask)
        stdout = HandedOnStream(take) if take else _stream(request.stdout, request, file, child, forward, mask)
        stderr = _stream(request.stderr, request, file, child, forward, mask)
        try:
            child.start(request, mask, stdout, stderr, gate)
            timed_out = _watch(child, _deadline(request, started), _watched(gate, watch))
            if timed_out:
                end_group(child, grace_seconds=request.kill_grace_seconds, force=gate.is_forced)
        except BaseException as reason:
            if child.has_started:
                if isinstance(reason, Interrupted):
                    forward(f"{reason.name}: sent on; killed in {request.kill_grace_seconds:g} s, or by a second one")
                end_group(child, grace_seconds=request.kill_grace_seconds, force=gate.is_forced)
            raise
        finally:
            exit_code = child.close()
    out, out_truncated = captured(stdout)
    err, err_truncated = captured(stderr)
    return ProcessResult(
        exit_code=exit_code,
        stdout=out,
        stderr=err,
        stdout_truncated=out_truncated,
        stderr_truncated=err_truncated,
        tail=(stderr.tail(mask) if stderr else "") or (stdout.tail(mask) if stdout else ""),
        timed_out=timed_out,
        timeout_seconds=request.timeout_seconds,
        duration_seconds=time.monotonic() - started,
        warnings=tuple(child.warnings),
        lost_output=child.lost_output,
    )


def _watched(gate: InterruptGate, watch: Callable[[], None] | None) -> Callable[[], None] | None:
    """Add to what watches a child the question whether another thread wants the run to end."""
    if not gate.is_deaf:
        return watch

    def look() -> None:
        gate.check()
        if watch is not None:
            watch()

    return look


def _deadline(request: ProcessRequest, started: float) -> float:
    return float("inf") if request.timeout_seconds is None else started + request.timeout_seconds


def _watch(child: Child, deadline: float, watch: Callable[[], None] | None) -> bool:
    """Read until the child has ended and its pipes are dry; gives whether the time was over before."""
    next_look = float("inf")  # at who holds the pipes of a child that has ended
    while not child.is_over:
        now = time.monotonic()
        if now >= deadline:
            return True
        if now >= next_look and not is_held_by_group(child.open_pipes(), child.group):
            child.abandon_pipes()
            return False
        if child.has_exited and not now < next_look < float("inf"):
            next_look = now + _DRAIN_SECONDS
        wake = min(deadline, next_look)
        if watch is not None:
            watch()
            wake = min(wake, now + _WATCH_SECONDS)
        child.pump(None if wake == float("inf") else wake - now)
    return False


def _stream(
    mode: StreamMode,
    request: ProcessRequest,
    file: BinaryIO | None,
    child: Child,
    forward: Callable[[str], None],
    mask: Mask,
) -> Stream | None:
    if mode is StreamMode.CAPTURE:
        return CapturedStream(request.max_capture_bytes)
    if mode is StreamMode.INHERIT:
        return ForwardedStream(forward, mask)
    if mode is StreamMode.FILE and file is not None:
        return FileStream(file, mask, child.note_loss)
    return None


def _open_output_file(request: ProcessRequest, files: ExitStack, mask: Mask) -> BinaryIO | None:
    if StreamMode.FILE not in (request.stdout, request.stderr):
        return None
    if request.output_file is None:
        raise ProcessStartError("no file is named for the output", hint="a stream in mode `file` needs one")
    try:
        request.output_file.parent.mkdir(parents=True, exist_ok=True)
        # `open`, because pathlib's knows no opener.
        return files.enter_context(open(request.output_file, "ab", buffering=0, opener=_open_no_link))
    except OSError as error:
        reason = system_reason(error)
        raise ProcessStartError(mask(f'the output file "{request.output_file}" cannot be written: {reason}')) from None


def _open_no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)
