"""The process that imports plugins: one after another, each told on a pipe of its own. Started by `LoadingProcess`."""

import os
import signal
import sys

from aetherflow.core.plugins.in_child.bounds import bound_memory
from aetherflow.core.plugins.in_child.child_import import import_plugin
from aetherflow.core.plugins.in_child.messages import EXIT_UNHEARD, Begins, Done, Message, Unusable, encoded
from aetherflow.core.plugins.in_child.report import Report
from aetherflow.core.plugins.in_child.stack_trace import arm
from aetherflow.core.plugins.in_child.work import ChildWork, PluginWork, read_work

#: How much longer than its limit an import may take before the process ends itself: nobody is watching any more.
_UNWATCHED_SECONDS = 10

# Kept: plugins may replace it, and `arm` does.
_exit = os._exit


def main() -> None:
    """Do the work that the command line's three descriptors stand for: work to read, report and trace to write."""
    work, report, trace = map(int, sys.argv[1:])
    del sys.argv[1:]
    tasks: ChildWork = read_work(work)
    if tasks.memory_megabytes is not None:
        bound_memory(tasks.memory_megabytes)
    try:
        import_all(tasks, Report(report, _longest_seconds(tasks)), trace)
    except BaseException:  # noqa: BLE001  # plugins may have changed anything that is used here
        _exit(EXIT_UNHEARD)
    _exit(0)  # without waiting for threads, and without what plugins want to be done at the end


def import_all(work: ChildWork, report: Report, trace: int) -> None:
    """Import plugin after plugin; one that leaves a process which cannot go on is the last."""
    os.set_inheritable(trace, False)
    for task in work.plugins:
        signal.alarm(_longest_seconds(work))
        arm(trace)
        report.send(encoded(Begins(task.source.id)))
        report.send(encoded(_outcome(task, work.token)))


def _longest_seconds(work: ChildWork) -> int:
    return int(work.seconds_per_plugin) + _UNWATCHED_SECONDS


def _outcome(task: PluginWork, token: str) -> Message:
    try:
        return Done(import_plugin(task, token))
    except BaseException as error:  # noqa: BLE001  # as above
        return Unusable(task.source.id, f"{type(error).__name__}: {error}")
