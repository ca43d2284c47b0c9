"""Interrupts the start of a child at ever later instants and prints each child that was left running."""

import os
import signal

from aetherflow.core.contracts.errors import Interrupted
from tests.processes.running import children, run


def main() -> None:
    """Go through the first one and a half milliseconds, in which a child is started."""
    signal.signal(signal.SIGALRM, lambda number, frame: os.kill(os.getpid(), signal.SIGINT))
    for step in range(1, 100):
        signal.signal(signal.SIGINT, _interrupt)
        try:
            signal.setitimer(signal.ITIMER_REAL, step * 0.000015)
            run("sleep", "5", kill_grace_seconds=0.2)
        except Interrupted:
            if left := children():
                print(f"after {step * 15} µs: {left}")


def _interrupt(number: int, _frame: object) -> None:
    signal.signal(number, signal.SIG_IGN)
    raise Interrupted(number)


if __name__ == "__main__":
    main()
