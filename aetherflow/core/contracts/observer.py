"""The contract of an observer: it is told everything that happens in a run, and can change nothing of it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from aetherflow.core.contracts.event import Event


class ObserverPlugin:
    """The base class of observers. A sub-class defines ``on_event``; the other methods may stay as they are.

    All methods of one observer are called on one thread, which is not the run's. ``config`` is what plugins.yaml says.
    Of a resumed run it is told what happens from then on; with ``wants_whole_run``, what happened before as well.

    Example::

        class FailureCounter(ObserverPlugin):
            def on_startup(self):
                self.failures = 0

            def on_event(self, event):
                if event.type == "step_finished" and event.payload["status"] == "FAILED":
                    self.failures += 1
    """

    wants_whole_run: ClassVar[bool] = False

    def __init__(self, plugin_id: str, config: Mapping[str, Any] | None = None) -> None:
        self.plugin_id = plugin_id
        self.config: Mapping[str, Any] = config or {}

    def on_startup(self) -> None:
        """Open what is wanted; called once, before the first event. An exception switches the observer off."""

    def on_event(self, event: Event) -> None:
        """Take notice of an event: a private, masked and immutable copy. Must be defined by every observer."""
        raise NotImplementedError(f"{type(self).__name__} defines no on_event(self, event)")

    def on_shutdown(self) -> None:
        """Close what was opened; called once, after the last event, within the time that observers have at the end."""


#: Another name for ObserverPlugin.
PluginBase = ObserverPlugin
