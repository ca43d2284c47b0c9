"""The end of a run for its observers: they catch up, and what they did not see is recorded."""

from contextlib import suppress

from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.processes.interrupts import InterruptGate
from aetherflow.core.runner.observers.host import ObserverHost
from aetherflow.core.runner.recorder import Recorder


def finish_observers(observers: ObserverHost, recorder: Recorder, gate: InterruptGate) -> None:
    """Wait for the observers, no longer than they have; a signal ends the wait.

    Where the state cannot be written the run has failed by that already, and nothing more is said.
    """
    if not observers.have_started:
        return
    with suppress(AetherFlowError):
        recorder.commit()
    with gate.pardoned(), suppress(AetherFlowError):
        observers.finish(lambda: gate.requested is not None)
    with suppress(AetherFlowError):
        recorder.commit()
