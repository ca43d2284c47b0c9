"""`dev plugin-test`: a plugin held against its contract, in processes of its own, and measured against its baseline."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.diagnostics.nearby import nearby_text
from aetherflow.core.operations.merged_findings import in_order, sources_of, with_short_paths
from aetherflow.core.operations.plugin_trial.baseline import read_baseline, write_baseline
from aetherflow.core.operations.plugin_trial.course import TrialOutcome, outcomes
from aetherflow.core.operations.plugin_trial.known_target import KnownTarget, known_target
from aetherflow.core.operations.plugin_trial.measuring import measured
from aetherflow.core.operations.plugin_trial.own_tests import own_tests
from aetherflow.core.operations.plugin_trial.planning import inventory, plan_of, subjects_of
from aetherflow.core.operations.plugin_trial.rows import (
    examined_row,
    imported_row,
    place_of,
    regression_row,
    row_of,
    unused_examples,
)
from aetherflow.core.operations.plugin_trial.samples import Samples, settings_for
from aetherflow.core.operations.plugin_trial.sandbox import Limits, Sandbox, sandbox
from aetherflow.core.operations.plugin_trial.target import Target, target_of
from aetherflow.core.operations.plugin_trial.values import (
    NOT_RUN,
    PASSED,
    WHOLE_PLUGIN,
    CheckResult,
    Measure,
    PluginTestReport,
    Trial,
)
from aetherflow.core.operations.plugin_trial.work import SuiteWork
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.plugins.in_child.endings import line_place
from aetherflow.core.plugins.plugin_finding import PluginFinding
from aetherflow.core.processes.interrupts import InterruptGate, interruptible


class PluginTestRequest(Struct, frozen=True, kw_only=True):
    """A plugin to test: ``path`` as it was written, ``plugin_paths`` those of plugins that it requires.

    Who tests again and again measures only where there is something to compare with.
    """

    path: str
    environ: Mapping[str, str]
    plugin_paths: tuple[str, ...] = ()
    limits: Limits = Limits()
    update_baseline: bool = False
    own_tests: bool = False
    measures: Literal["always", "with baseline"] = "always"


def try_plugin(request: PluginTestRequest) -> PluginTestReport:
    """Hold a plugin against its contract; raises InputError where there is none, and where a baseline is none.

    A signal ends what was started before it does anything to this process.
    """
    target = target_of(request.path)

    def report(gate: InterruptGate) -> PluginTestReport:
        with sandbox(request.environ) as place:
            return _Suite(request, target, place, gate).report()

    return interruptible(report)


class _Suite:
    """One test of one plugin."""

    def __init__(self, request: PluginTestRequest, target: Target, place: Sandbox, gate: InterruptGate) -> None:
        self._request = request
        self._target = target
        self._place = place
        self._gate = gate
        self._limits: Limits = request.limits
        self._paths = (*(os.path.realpath(path) for path in request.plugin_paths), str(target.path))
        self._baseline = read_baseline(target.baseline_file, "")  # before minutes are spent: it may be unreadable

    def report(self) -> PluginTestReport:
        """Do all there is to do."""
        started = time.monotonic()
        surroundings = SurroundingsRequest(
            environ=self._place.environ, plugin_paths=self._paths, plugins_file=str(self._place.plugins_file)
        )
        known = known_target(self._target, surroundings, self._limits)
        checks = [examined_row(known)]
        measures: tuple[Measure, ...] = ()
        if known.is_loaded:
            tried, sound = self._tried(known)
            checks += [imported_row(known), *tried]
            measures = self._measured(known, sound)
        else:
            said = "it cannot be imported" if known.load else "it may not load"
            checks.append(CheckResult(subject=WHOLE_PLUGIN, check="contract", verdict=NOT_RUN, said=said))
        if self._request.update_baseline and measures:
            write_baseline(self._target.baseline_file, known.plugin.source.name, measures)
        checks += [regression_row(each) for each in measures if each.is_regression]
        tests = own_tests(self._target, self._place, self._gate, wanted=self._request.own_tests)
        checks.append(row_of(WHOLE_PLUGIN, tests, None))
        return self._reported(known, checks, measures, time.monotonic() - started)

    def _tried(self, known: KnownTarget) -> tuple[list[CheckResult], list[Trial]]:
        """Try everything that the plugin registers; gives the rows, and what went well at its first trial."""
        assert known.load is not None
        provides = known.load.contributions
        (listed,) = self._outcomes(known, (inventory(self._limits),))
        subjects = subjects_of(provides, listed.observers)
        manifest = known.plugin.source.manifest
        examples = manifest.examples if manifest else {}
        plan = plan_of(subjects, Samples(provides, examples), self._limits)
        places = {each.title: place_of(each, known) for each in subjects}
        rows, sound = [*unused_examples(examples, subjects, known)], []
        for outcome in self._outcomes(known, plan.trials) if plan.trials else ():
            at = line_place(*outcome.place) if outcome.place else places[outcome.trial.subject]
            rows += [row_of(outcome.trial.subject, told, at) for told in outcome.told]
            if outcome.trial.opens and outcome.told and outcome.told[0].verdict == PASSED:
                sound.append(outcome.trial)
        order = [each.title for each in subjects]
        rows += plan.not_run
        return sorted(rows, key=lambda row: order.index(row.subject) if row.subject in order else -1), sound

    def _measured(self, known: KnownTarget, sound: Sequence[Trial]) -> tuple[Measure, ...]:
        baseline = read_baseline(self._target.baseline_file, known.plugin.source.name)
        if self._request.measures == "with baseline" and not baseline:
            return ()
        if self._request.update_baseline:  # whoever writes it anew accepts what there is
            baseline = {}
        repeatable = [trial for trial in sound if not _is_once(trial, known)]
        return measured(lambda trials: self._outcomes(known, trials), repeatable, self._limits, baseline)

    def _outcomes(self, known: KnownTarget, trials: Sequence[Trial]) -> Iterator[TrialOutcome]:
        work = SuiteWork(
            plugin=known.plugin.source.id,
            places=self._paths,
            settings=settings_for(known.plugin, known.load.contributions if known.load else ()),
            trials=tuple(trials),
            folder=str(self._place.folder),
            environ=self._place.environ,
            token=os.urandom(16).hex(),
            canary=f"canary{os.urandom(12).hex()}",
            output=str(self._place.folder / "output"),
            limits=self._limits,
        )
        return outcomes(work, known.files, self._gate)

    def _reported(
        self, known: KnownTarget, checks: Sequence[CheckResult], measures: tuple[Measure, ...], seconds: float
    ) -> PluginTestReport:
        own = [PluginFinding(plugin=known.plugin.source.id, diagnostic=each.finding) for each in checks if each.finding]
        findings = in_order(with_short_paths(each, Path.cwd()) for each in (*known.findings, *own))
        return PluginTestReport(
            plugin=known.plugin.source.name,
            version=known.plugin.source.version,
            path=str(self._target.path),
            baseline_file=str(self._target.baseline_file),
            wrote_baseline=self._request.update_baseline and bool(measures),
            checks=tuple(replace(each, said=nearby_text(each.said, str(Path.cwd()))) for each in checks),
            measures=measures,
            findings=tuple(findings),
            sources=sources_of(findings),
            seconds=seconds,
        )


def _is_once(trial: Trial, known: KnownTarget) -> bool:
    assert known.load is not None
    return any(
        (each.kind, each.name) == (trial.kind, trial.name) and each.effects == "once"
        for each in known.load.contributions
    )
