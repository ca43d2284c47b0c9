"""Where the code of plugins runs."""

from typing import Protocol

from aetherflow.core.plugins.loading.loaded_plugin import LoadedPlugin
from aetherflow.core.plugins.loading.loader import load_plugin
from aetherflow.core.plugins.loading.snapshot import Snapshot


class PluginHost(Protocol):
    """Runs the code of a snapshot, and says how far that code is kept away from everything else."""

    @property
    def level(self) -> str:
        """The isolation that is achieved: ``in_process`` claims none."""
        ...

    def load(self, snapshot: Snapshot) -> LoadedPlugin:
        """Import a plugin and give what it registers; whatever is wrong with it is in the value."""
        ...


class InProcessHost:
    """Runs plugins in this very process."""

    level = "in_process"

    def load(self, snapshot: Snapshot) -> LoadedPlugin:
        """Import the plugin here, each module once."""
        return load_plugin(snapshot)


IN_PROCESS: PluginHost = InProcessHost()
