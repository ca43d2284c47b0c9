"""The process that imports plugins, as its messages."""

import os
from collections.abc import Mapping, Sequence

from aetherflow.core.plugins.in_child.endings import Ended
from aetherflow.core.plugins.in_child.messages import Message, decoded
from aetherflow.core.plugins.in_child.watched_process import ChildJob, WatchedProcess
from aetherflow.core.plugins.in_child.work import pickled, work_for
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.processes.interrupts import InterruptGate

CHILD = "aetherflow.core.plugins.in_child.child"


class LoadingProcess(WatchedProcess):
    """The process; leaving the block ends it, its group, and whatever else was started in it."""

    def __init__(
        self,
        plugins: Sequence[KnownPlugin],
        environ: Mapping[str, str],
        seconds_per_plugin: float,
        gate: InterruptGate,
        *,
        memory_megabytes: int | None = None,
    ) -> None:
        token = os.urandom(16).hex()
        work = pickled(work_for(plugins, token, seconds_per_plugin, memory_megabytes))
        super().__init__(ChildJob(module=CHILD, work=work, environ=environ, token=token), gate)
        self._seconds_per_plugin = seconds_per_plugin

    def next_message(self) -> Message | Ended:
        """Wait for the next message, or for what keeps it from coming; no longer than an import may take."""
        line = self.next_line(self._seconds_per_plugin)
        return line if isinstance(line, Ended) else decoded(line) or Ended("lost")
