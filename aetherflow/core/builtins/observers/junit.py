"""The observer that writes a JUnit report, which CI systems show as they show tests."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct

from aetherflow.core.api import Event, EventType, ObserverPlugin
from aetherflow.core.builtins.observers.configuration import settings_of
from aetherflow.core.builtins.observers.junit_story import RunStory
from aetherflow.core.builtins.observers.output_path import PATH_WORDS, OutputPath, replace_file

_BEGINNINGS = (EventType.RUN_STARTED, EventType.RUN_RESUMED)


class JUnitSettings(Struct, frozen=True, kw_only=True):
    """What `config` holds."""

    path: Annotated[str, Meta(description=PATH_WORDS)]
    log: Annotated[Literal["failed", "all", "none"], Meta(description='"failed", "all" or "none"')] = "failed"


class JUnitObserver(ObserverPlugin):
    """Writes a JUnit report at a run's end: a suite for each job, or item of a loop, and a case for each step.

    It stands there from the run's beginning on, then saying that the run has not ended: a process that is killed leaves
    no report of an earlier run behind as if it were its own.
    """

    wants_whole_run: ClassVar[bool] = True

    def __init__(self, plugin_id: str, config: Mapping[str, Any] | None = None) -> None:
        super().__init__(plugin_id, config)
        self._settings = settings_of(self.config, JUnitSettings)
        self._path = OutputPath(self._settings.path)
        self._file: Path | None = None
        self._story: RunStory | None = None

    def on_event(self, event: Event) -> None:
        """Take the event; write where the run begins or ends."""
        if self._story is None:
            self._story = RunStory(event)
            self._file = self._path.of_run(event)
        self._story.take(event)
        if event.type in _BEGINNINGS or event.type is EventType.RUN_FINISHED:
            self._write()

    def on_shutdown(self) -> None:
        """Write what is known of a run whose end was not told."""
        if self._story and not self._story.status:
            self._write()

    def _write(self) -> None:
        from aetherflow.core.builtins.observers.junit_document import junit_xml  # deferred: 10 ms for the XML library

        if self._story and self._file:
            replace_file(self._file, junit_xml(self._story, log=self._settings.log))
