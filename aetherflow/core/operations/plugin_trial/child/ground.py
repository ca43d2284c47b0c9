"""What trials stand on in their process: a folder, an environment, and the engine."""

import json
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.contracts.event import Event
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.result import JobReport, RunResult, StepReport
from aetherflow.core.contracts.status import StepStatus
from aetherflow.core.operations.compiled_document import compile_document
from aetherflow.core.operations.embedding import run_request
from aetherflow.core.operations.plugin_surroundings import plugins_of
from aetherflow.core.operations.plugin_trial.sandbox import Limits, roots
from aetherflow.core.operations.plugin_trial.values import Sample, Trial
from aetherflow.core.operations.requests import RunRequest, SurroundingsRequest
from aetherflow.core.operations.run_flow import run
from aetherflow.core.plugins.plugin_set import PluginSet
from aetherflow.core.plugins.tracing import PluginOperation, TracedOperation
from aetherflow.core.runner.printed_lines import shown_prints

JOB, STEP = "trial", "step"

#: A name that every pattern of secrets matches.
CANARY_VARIABLE = "PLUGIN_TEST_SECRET"


class FlowTrial(Struct, frozen=True):
    """What came of a run: its result, or why there was none, and its events."""

    result: RunResult | None
    refusal: AetherFlowError | None
    events: tuple[Event, ...]
    operations: tuple[PluginOperation, ...]  # of plugins, in order

    @property
    def job(self) -> JobReport:
        """How its one job ended."""
        assert self.result is not None
        return self.result.jobs[JOB]

    @property
    def step(self) -> StepReport:
        """How its one step ended; a step that something kept from running has failed."""
        return self.job.steps.get(STEP) or StepReport(status=StepStatus.FAILED, error=self.job.reason)

    @property
    def why_refused(self) -> str:
        """Say why there was no run."""
        if self.refusal is None:
            return ""
        return self.refusal.diagnostics[0].message if self.refusal.diagnostics else self.refusal.message


class TrialGround(Struct, frozen=True, kw_only=True):
    """One trial in its own folder, which is the current directory too."""

    trial: Trial
    folder: Path
    places: tuple[str, ...]
    settings: Mapping[str, Any]
    plugin: str
    environ: Mapping[str, str]
    token: str
    canary: str
    output: Path
    output_begins: int
    limits: Limits

    @property
    def sample(self) -> Sample:
        """With what is tried."""
        return self.trial.sample

    @property
    def env(self) -> dict[str, str]:
        """The environment of runs: nothing real, and a secret that must not be seen."""
        return {**self.environ, **roots(self.folder), CANARY_VARIABLE: self.canary, **self.sample.env}

    def plugins(self) -> PluginSet:
        """Read what there is of plugins."""
        return plugins_of(SurroundingsRequest(environ=self.env, plugin_paths=self.places))

    def contribution(self) -> Contribution:
        """Give what is tried, for whoever calls it without a flow."""
        found = self.plugins().catalogue.registry.contributions()
        return next(
            each
            for each in found
            if (each.kind, each.name, each.plugin) == (self.trial.kind, self.trial.name, self.plugin)
        )

    def run(
        self,
        document: Mapping[str, Any],
        *,
        plugins: Sequence[Any] = (),
        observers: Sequence[Mapping[str, Any]] = (),
        places: Sequence[str] | None = None,
    ) -> FlowTrial:
        """Run a flow as `aetherflow run` does, what is printed included.

        ``observers`` are entries of plugins.yaml, ``places`` other plugins than all.
        """
        text = compile_document(document, source="", workflow_name=None, validate=False).flow_text()
        asked = run_request(
            text.name,
            {},
            text=text,
            plugins=plugins,
            env=self.env,
            plugin_paths=self.places if places is None else places,
        )
        plugins_file = self.write_plugins_file(observers)
        return self._run(replace(asked, plugins_file=str(plugins_file), debug_plugins=True))

    def write_plugins_file(self, observers: Sequence[Mapping[str, Any]] = ()) -> Path:
        """Write the plugins.yaml of this trial into its folder, where commands look for it."""
        file = self.folder / "plugins.yaml"
        said = {"version": 1, "plugins": list(observers), "settings": self.settings}
        file.write_text(json.dumps(said), encoding="utf-8")
        return file

    def _run(self, request: RunRequest) -> FlowTrial:
        events: list[Event] = []
        operations: list[PluginOperation] = []

        def watch(traced: TracedOperation) -> None:
            operations.append(traced.operation)

        # A gate puts this one back when it is closed: a signal that comes too late must end nobody.
        signal.signal(signal.SIGTERM, lambda number, frame: None)
        try:
            with shown_prints() as printed:
                result = run(request, listeners=[events.append], printed=printed, plugin_watcher=watch)
        except AetherFlowError as refusal:
            return FlowTrial(None, refusal, tuple(events), tuple(operations))
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        return FlowTrial(result, None, tuple(events), tuple(operations))
