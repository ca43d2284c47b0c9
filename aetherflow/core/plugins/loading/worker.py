"""Plugins in worker processes: a spawned Python knows no plugin until it is told."""

import pickle
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from aetherflow.core.plugins.loading.plugin_finder import plugin_finder
from aetherflow.core.plugins.loading.snapshot import Snapshot
from aetherflow.core.plugins.loading.standard_output import divert_stdout_for_good


class WorkerPlugins(Struct, frozen=True):
    """The plugins of this process, for another: their names and their code, so that the same bytes run there."""

    snapshots: dict[str, Snapshot]


class WorkerCall(Struct, frozen=True):
    """A call that another process can make, of a plugin's function too. Calling it makes the call.

    Example::

        context.Process(target=call_in_worker(plugin_function, 1, 2))
    """

    plugins: WorkerPlugins
    pickled: bytes

    def __call__(self) -> Any:
        """Mount the plugins, then call the function; gives what it returns."""
        mount_in_worker(self.plugins)
        function, arguments = pickle.loads(self.pickled)  # made by ourselves, in the process that started this one
        return function(*arguments)


def call_in_worker(function: Callable[..., Any], *arguments: Any) -> WorkerCall:
    """Pack a call for a worker process; raises what pickle raises for what cannot be sent."""
    # Pickled here, unpickled after the plugins are there: that is what makes their classes known in time.
    return WorkerCall(worker_plugins(), pickle.dumps((function, arguments)))


def worker_plugins() -> WorkerPlugins:
    """Give every mounted plugin, as ``initargs`` for a pool whose ``initializer`` is ``mount_in_worker``."""
    return WorkerPlugins({name: plugin.snapshot for name, plugin in plugin_finder().mounted.items()})


def mount_in_worker(plugins: WorkerPlugins) -> None:
    """Make plugins importable in this process, under the names that they have in the other; stdout becomes stderr."""
    divert_stdout_for_good()
    finder = plugin_finder()
    for name, snapshot in plugins.snapshots.items():
        if name not in finder.mounted:
            finder.mount_as(name, snapshot)
