"""The observer that writes metrics for the textfile collector of Prometheus' node_exporter."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

from aetherflow.core.api import Event, EventType, ObserverPlugin
from aetherflow.core.builtins.observers.configuration import WrongConfig, need, settings_of
from aetherflow.core.builtins.observers.output_path import PATH_WORDS, OutputPath, replace_file
from aetherflow.core.builtins.observers.run_measures import RunMeasures

_SUFFIX = ".prom"


class PrometheusSettings(Struct, frozen=True, kw_only=True):
    """What `config` holds."""

    path: Annotated[
        str,
        Meta(pattern=r"\.prom$", description=f'{PATH_WORDS}; it ends in "{_SUFFIX}", for nothing else is collected'),
    ]
    every_seconds: Annotated[
        float | None, Meta(description="a number of seconds, above 0 and at most 3600, or null: at the end alone")
    ] = None

    def __post_init__(self) -> None:
        if self.every_seconds is not None and not 0 < self.every_seconds <= 3600:
            raise WrongConfig("every_seconds", "must be a number of seconds, above 0 and at most 3600")


class PrometheusObserver(ObserverPlugin):
    """Writes how a run went, and the numbers that its steps gave, to a file of metrics; needs prometheus-client."""

    wants_whole_run: ClassVar[bool] = True

    def __init__(self, plugin_id: str, config: Mapping[str, Any] | None = None) -> None:
        super().__init__(plugin_id, config)
        self._settings = settings_of(self.config, PrometheusSettings)
        self._path = OutputPath(self._settings.path)
        self._file: Path | None = None
        self._measures: RunMeasures | None = None
        self._written_at = 0.0
        need("prometheus_client", "prometheus-client", "metrics")

    def on_event(self, event: Event) -> None:
        """Count the event; write at the end, and meanwhile as often as is wanted."""
        if self._measures is None:
            self._measures = RunMeasures(event)
            self._file = self._path.of_run(event)
        self._measures.take(event)
        if event.type is EventType.RUN_FINISHED or self._is_due():
            self._write()

    def _is_due(self) -> bool:
        every = self._settings.every_seconds
        return every is not None and time.monotonic() - self._written_at >= every

    def _write(self) -> None:
        # deferred: an extra, and 50 ms
        from aetherflow.core.builtins.observers.textfile import last_success_in, metrics_text

        if self._measures and self._file:
            before = last_success_in(self._file, self._measures.flow_id)
            replace_file(self._file, metrics_text(self._measures, before))
            self._written_at = time.monotonic()
