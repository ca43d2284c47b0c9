"""What a plugin may reach of the engine, wherever its code is called: the contexts of hooks and tools have it too."""

from collections.abc import Mapping
from typing import Any, Protocol

from aetherflow.core.contracts.step import StepLog


class PluginContext(Protocol):
    """What a plugin gets when a run loads it; mappings are read-only.

    ``config`` is what it is given, by plugins.yaml and by `plugins config set`.

    Example::

        @register_plugin("audit")
        class Audit(BasePlugin):
            def on_load(self, context):
                self.path = context.config.get("file", "audit.txt")
    """

    @property
    def plugin_id(self) -> str: ...
    @property
    def config(self) -> Mapping[str, Any]: ...
    @property
    def env(self) -> Mapping[str, str]: ...
    @property
    def flow_id(self) -> str: ...
    @property
    def run_id(self) -> str: ...
    @property
    def log(self) -> StepLog: ...
