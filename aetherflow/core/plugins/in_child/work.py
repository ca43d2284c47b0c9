"""What the process that imports plugins is given to do, and the files by which it is told and tells."""

import os
import pickle
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.plugin_source import PluginSource


class PluginWork(Struct, frozen=True):
    """A plugin to import, and the digests of its files as they were when it was examined."""

    source: PluginSource
    file_digests: dict[str, str]


class ChildWork(Struct, frozen=True):
    """The plugins to import, in order. ``token`` is in the environment of every process that is started for it.

    No import may take longer than ``seconds_per_plugin``: the process ends itself then, if nobody else has done it.
    """

    plugins: tuple[PluginWork, ...]
    token: str
    seconds_per_plugin: float
    memory_megabytes: int | None = None


def work_for(
    plugins: Sequence[KnownPlugin], token: str, seconds_per_plugin: float, memory_megabytes: int | None
) -> ChildWork:
    """Describe the import of plugins that have been examined."""
    tasks = tuple(PluginWork(plugin.source, plugin.file_digests) for plugin in plugins)
    return ChildWork(tasks, token, seconds_per_plugin, memory_megabytes)


def pickled(work: object) -> bytes:
    """Write work down for a process of ours."""
    return pickle.dumps(work)


def read_work(descriptor: int) -> Any:
    """Read the work, which the process that started this one has written, and close the file."""
    with os.fdopen(descriptor, "rb") as stream:
        return pickle.load(stream)
