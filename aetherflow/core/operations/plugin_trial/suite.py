"""`dev plugin-test`: a plugin held against its contract, in processes of its own, and measured against its baseline."""

import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.errors import Interrupted
from aetherflow.core.contracts.span import Span, render_path
from aetherflow.core.diagnostics.nearby import nearby_text
from aetherflow.core.events.wording import counted
from aetherflow.core.operations.merged_findings import in_order, sources_of, with_short_paths
from aetherflow.core.operations.plugin_trial.baseline import read_baseline, write_baseline
from aetherflow.core.operations.plugin_trial.course import TrialOutcome, outcomes
from aetherflow.core.operations.plugin_trial.known_target import KnownTarget, known_target
from aetherflow.core.operations.plugin_trial.measuring import measured
from aetherflow.core.operations.plugin_trial.own_tests import own_tests
from aetherflow.core.operations.plugin_trial.planning import Subject, inventory, plan_of, subjects_of
from aetherflow.core.operations.plugin_trial.samples import Samples, settings_for
from aetherflow.core.operations.plugin_trial.sandbox import Limits, Sandbox, sandbox
from aetherflow.core.operations.plugin_trial.target import Target, target_of
from aetherflow.core.operations.plugin_trial.values import (
    FAILED,
    NOT_RUN,
    PASSED,
    WHOLE_PLUGIN,
    CheckResult,
    Measure,
    PluginTestReport,
    Told,
    Trial,
)
from aetherflow.core.operations.plugin_trial.work import SuiteWork
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.plugins.in_child.endings import line_place
from aetherflow.core.plugins.plugin_finding import PluginFinding
from aetherflow.core.processes.interrupts import InterruptGate


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
    gate = InterruptGate()
    try:
        with gate, gate.window(), sandbox(request.environ) as place:
            return _Suite(request, target, place, gate).report()
    except Interrupted as interruption:
        signal.raise_signal(interruption.signal_number)  # nothing is left behind: let it do what it does by itself
        raise


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
        checks = [_examined(known)]
        measures: tuple[Measure, ...] = ()
        if known.is_loaded:
            tried, sound = self._tried(known)
            checks += [_imported(known), *tried]
            measures = self._measured(known, sound)
        else:
            said = "it cannot be imported" if known.load else "it may not load"
            checks.append(CheckResult(subject=WHOLE_PLUGIN, check="contract", verdict=NOT_RUN, said=said))
        if self._request.update_baseline and measures:
            write_baseline(self._target.baseline_file, known.plugin.source.name, measures)
        checks += [_of_measure(each, known) for each in measures if each.is_regression]
        tests = own_tests(self._target, self._place, self._gate, wanted=self._request.own_tests)
        checks.append(_result(WHOLE_PLUGIN, tests, None))
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
        places = {each.title: _place_of(each, known) for each in subjects}
        rows, sound = [*_unused_examples(examples, subjects, known)], []
        for outcome in self._outcomes(known, plan.trials) if plan.trials else ():
            at = line_place(*outcome.place) if outcome.place else places[outcome.trial.subject]
            rows += [_result(outcome.trial.subject, told, at) for told in outcome.told]
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
        once = [trial for trial in sound if not _is_once(trial, known)]
        return measured(lambda trials: self._outcomes(known, trials), once, self._limits, baseline)

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


def _examined(known: KnownTarget) -> CheckResult:
    """Say what doctor has found, as one check."""
    severities = [each.diagnostic.severity for each in known.findings]
    counts = [counted(severities.count(each), str(each)) for each in Severity if each in severities]
    verdict = FAILED if Severity.ERROR in severities else PASSED
    return CheckResult(subject=WHOLE_PLUGIN, check="doctor", verdict=verdict, said=", ".join(counts) or "nothing found")


def _imported(known: KnownTarget) -> CheckResult:
    assert known.load is not None
    registered = counted(len(known.load.contributions), "name")
    return CheckResult(subject=WHOLE_PLUGIN, check="import", verdict=PASSED, said=f"registers {registered}")


def _unused_examples(
    examples: Mapping[str, object], subjects: Sequence[Subject], known: KnownTarget
) -> Iterator[CheckResult]:
    """Find examples that are nobody's: they look as if something were tried."""
    names = {known.plugin.source.name, *(each.name for each in subjects)}
    for name in examples:
        if name not in names:
            span = known.plugin.source.manifest_spans.get(render_path(("examples", name)))
            words = f'the example "{name}" is of nothing that the plugin registers'
            hint = f"there are: {', '.join(sorted(names))}" if names else None
            finding = Diagnostic(code="AF-P914", message=words, hint=hint, span=span)
            yield CheckResult(subject=WHOLE_PLUGIN, check="examples", verdict=FAILED, said=words, finding=finding)


def _result(subject: str, told: Told, place: Span | None) -> CheckResult:
    finding = None
    if told.verdict == FAILED:
        first, *more = told.said.split("\n")
        message = f"{subject}: {told.check}: {first}"
        finding = Diagnostic(code=told.code, message=message, hint=told.hint, notes=tuple(more), span=place)
    return CheckResult(
        subject=subject, check=told.check, verdict=told.verdict, said=told.said.partition("\n")[0], finding=finding
    )


def _of_measure(measure: Measure, known: KnownTarget) -> CheckResult:
    words = f"{measure.value:.1f} {measure.unit}, and the baseline says {measure.baseline:.1f} {measure.unit}"
    told = Told(
        check=measure.what,
        verdict=FAILED,
        said=words,
        code="AF-P916",
        hint="find out what has changed, or write the baseline anew with `--update-baseline`",
    )
    return _result(measure.subject, told, None)


def _place_of(subject: Subject, known: KnownTarget) -> Span | None:
    if observer := subject.observer:
        return line_place(observer.file, observer.line)
    provided = subject.provided
    return line_place(known.plugin.source.path_of(provided.file), provided.line) if provided else None


def _is_once(trial: Trial, known: KnownTarget) -> bool:
    assert known.load is not None
    return any(
        (each.kind, each.name) == (trial.kind, trial.name) and each.effects == "once"
        for each in known.load.contributions
    )
