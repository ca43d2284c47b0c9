"""Plugins with a life of their own: made and loaded before a run's first hook, unloaded after its last."""

from collections.abc import Callable

from aetherflow.core.contracts.metadata import PluginMetadata
from aetherflow.core.contracts.plugin import BasePlugin
from aetherflow.core.contracts.plugin_context import PluginContext
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.tool import BaseToolPlugin
from aetherflow.core.plugins.compatibility import API_VERSION, is_api_left_out
from aetherflow.core.runner.hooks.answers import WrongAnswer
from aetherflow.core.runner.hooks.calls import Fault, PluginCalls
from aetherflow.core.runner.hooks.where import THE_RUN


class LivePlugins:
    """The objects of one run, in the order in which they were loaded."""

    def __init__(self, calls: PluginCalls) -> None:
        self._calls = calls
        self._loaded: list[tuple[Contribution, BasePlugin]] = []

    def load(self, contribution: Contribution, context: PluginContext) -> BasePlugin | Fault:
        """Make the object of a class and let it prepare; raises Interrupted."""
        made = self._calls.call(
            contribution, f"made {contribution.name}", lambda: contribution.load()(), _checked, THE_RUN
        )
        if isinstance(made, Fault):
            return made
        plugin = made.value
        fault = self._told(contribution, "on_load", lambda: plugin.on_load(context))
        if fault is None:
            self._loaded.append((contribution, plugin))
        return fault or plugin

    def has_loaded(self) -> bool:
        """Tell whether there is one to let go of."""
        return bool(self._loaded)

    def unload_last(self) -> tuple[Contribution, Fault | None]:
        """Let go of the one that was loaded last; raises Interrupted, and it is gone nevertheless."""
        contribution, plugin = self._loaded.pop()
        return contribution, self._told(contribution, "on_unload", plugin.on_unload)

    def _told(self, contribution: Contribution, name: str, code: Callable[[], object]) -> Fault | None:
        outcome = self._calls.call(contribution, f"{name} {contribution.name}", code, _nothing, THE_RUN)
        return outcome if isinstance(outcome, Fault) else None


def _nothing(returned: object) -> None:
    """Take nothing of what was returned."""


def _checked(made: object) -> BasePlugin:
    """Judge a new object by what it says of itself; raises WrongAnswer."""
    if not isinstance(made, BasePlugin):
        raise WrongAnswer("is no BasePlugin once it is made")
    metadata: object = getattr(made, "metadata", None)
    if metadata is None and isinstance(made, BaseToolPlugin):
        return made  # what offers tools says enough of itself by them
    if metadata is None:
        raise WrongAnswer("has no metadata: give it a PluginMetadata with name, version, author and description")
    if not isinstance(metadata, PluginMetadata):
        raise WrongAnswer(f"has metadata of type {type(metadata).__name__}, and they must be a PluginMetadata")
    versions = metadata.compatible_versions
    if is_api_left_out(versions):
        raise WrongAnswer(f'works with AetherFlow\'s API "{versions}", and this is {API_VERSION}')
    return made
