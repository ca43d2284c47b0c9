"""The contract of a plugin with a life of its own: one object for a run, from its loading to its end."""

from collections.abc import Mapping
from typing import Any, ClassVar

from aetherflow.core.contracts.hook import PluginHook, Veto
from aetherflow.core.contracts.metadata import PluginMetadata
from aetherflow.core.contracts.plugin_context import PluginContext


class BasePlugin:
    """The base class of plugins with state: made once for a run, asked at every hook, let go at the run's end.

    ``metadata`` is an attribute or a property. Every method may be async. ``config_schema`` is the JSON Schema of what
    the plugin is given as its config; None takes anything.

    Example::

        @register_plugin("audit")
        class Audit(BasePlugin):
            metadata = PluginMetadata(name="audit", version="1.0.0", author="Platform", description="Keeps a list.")

            def on_load(self, context):
                self.seen = []

            def handle_hook(self, hook, data):
                if hook is PluginHook.AFTER_STEP:
                    self.seen.append((data["job"], data["step"], data["status"]))
    """

    metadata: PluginMetadata
    config_schema: ClassVar[Mapping[str, Any] | None] = None

    def on_load(self, context: PluginContext) -> Any:
        """Prepare; called once, before the run's first hook. An exception stops the run before any job."""

    def on_unload(self) -> Any:
        """Let go of what was opened; called once, after the run's last hook, also where the run failed."""

    def handle_hook(self, hook: PluginHook, data: dict[str, Any]) -> dict[str, Any] | Veto | Any:
        """Answer a hook: the data, changed or not, a Veto, or None for no change."""
