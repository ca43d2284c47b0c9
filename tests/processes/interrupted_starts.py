"""Interrupts the start of a child at ever later instants and prints each child that was left running."""

import os
import signal

from aetherflow.core.contracts.errors import Interrupted
from aetherflow.core.processes.child import run_child
from aetherflow.core.processes.interrupts import InterruptGate
from tests.processes.running import children, request


def main() -> None:
    """Go through the first one and a half milliseconds, in which a child is started."""
    signal.signal(signal.SIGALRM, lambda number, frame: os.kill(os.getpid(), signal.SIGINT))
    for step in range(1, 100):
        with InterruptGate() as gate:
            _start_and_interrupt(gate, step * 0.000015)
        if left := children():
            print(f"after {step * 15} µs: {left}")


def _start_and_interrupt(gate: InterruptGate, seconds: float) -> None:
    try:
        with gate.window():
            signal.setitimer(signal.ITIMER_REAL, seconds)
            run_child(request("sleep", "5", kill_grace_seconds=0.2), forward=lambda line: None, mask=str, gate=gate)
    except Interrupted:
        return


if __name__ == "__main__":
    main()
