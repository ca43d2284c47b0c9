"""The process in which a plugin is tried: trial after trial, each told on a pipe of its own."""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from aetherflow.core.operations.plugin_trial.child import (
    command_trials,
    compiler_trials,
    connector_trials,
    run_trials,
    step_trials,
)
from aetherflow.core.operations.plugin_trial.child.ground import TrialGround
from aetherflow.core.operations.plugin_trial.child.inventory import observers_in
from aetherflow.core.operations.plugin_trial.child.measuring import Measuring, latency
from aetherflow.core.operations.plugin_trial.values import PASSED, SKIPPED, Measured, Told, Trial, failed, not_run
from aetherflow.core.operations.plugin_trial.work import SuiteWork, TrialBegins, TrialDone, encoded
from aetherflow.core.plugins.in_child.bounds import bound_files, bound_memory
from aetherflow.core.plugins.in_child.messages import EXIT_UNHEARD
from aetherflow.core.plugins.in_child.report import Report
from aetherflow.core.plugins.in_child.stack_trace import arm
from aetherflow.core.plugins.in_child.work import read_work
from aetherflow.core.plugins.loading.surroundings import Surroundings
from aetherflow.core.runner.foreign_error import words_of

#: How much longer than its limit a trial may take before the process ends itself: nobody is watching any more.
_UNWATCHED_SECONDS = 10

# Kept: plugins may replace it, and `arm` does.
_exit = os._exit

_TRIALS: Mapping[str, Mapping[str, Callable[[TrialGround], Iterator[Told]]]] = {
    "step": step_trials.TRIALS,
    "tool": step_trials.TRIALS,
    "connector": connector_trials.TRIALS,
    "compiler": compiler_trials.TRIALS,
    "hook": run_trials.HOOK_TRIALS,
    "plugin": run_trials.PLUGIN_TRIALS,
    "observer": run_trials.OBSERVER_TRIALS,
    "command": command_trials.TRIALS,
}


_MEASURED: Mapping[str, Measured] = {"import": "import", "latency": "latency", "memory": "memory"}


def main() -> None:
    """Do the work that the command line's three descriptors stand for: work to read, report and trace to write."""
    work_file, report, trace = map(int, sys.argv[1:])
    del sys.argv[1:]
    work: SuiteWork = read_work(work_file)
    try:
        bound_memory(work.limits.memory_megabytes)
        bound_files(work.limits.file_megabytes)
        longest = int(max(trial.seconds for trial in work.trials)) + _UNWATCHED_SECONDS
        _Course(work, Report(report, longest), trace, longest).run()
    except BaseException:  # noqa: BLE001  # plugins may have changed anything that is used here
        _exit(EXIT_UNHEARD)
    _exit(0)  # without waiting for threads, and without what plugins want to be done at the end


class _Course:
    """The trials of one process, and what the earlier ones say of those that follow."""

    def __init__(self, work: SuiteWork, report: Report, trace: int, longest_seconds: int) -> None:
        os.set_inheritable(trace, False)
        self._work = work
        self._report = report
        self._trace = trace
        self._longest_seconds = longest_seconds
        self._closed: set[str] = set()  # subjects of which there is no more to try
        self._measuring = Measuring()
        self._as_it_was = Surroundings()

    def run(self) -> None:
        """Make one trial after the other."""
        for number, trial in enumerate(self._work.trials):
            signal.alarm(self._longest_seconds)
            arm(self._trace)
            self._report.send(encoded(TrialBegins(number)))
            done = self._done(number, trial)
            self._as_it_was.put_back()
            self._report.send(encoded(done))

    def _done(self, number: int, trial: Trial) -> TrialDone:
        if trial.subject in self._closed:
            return TrialDone(number, (not_run(trial.checks[0], SKIPPED),))
        ground = self._ground(number, trial)
        try:
            if what := _MEASURED.get(trial.checks[0]):
                return TrialDone(number, (), measured={what: self._measured(ground, what)})
            if trial.checks[0] == "observers":
                return TrialDone(number, (), observers=observers_in(ground))
            told = tuple(_TRIALS[trial.kind][trial.checks[0]](ground))
        except BaseException as error:  # noqa: BLE001  # foreign code, which may raise what it likes, where it likes
            told = (failed(trial.checks[0], "AF-P901", f"cannot be tried: {words_of(error)}"),)
        if trial.opens and told[0].verdict != PASSED:
            self._closed.add(trial.subject)
        return TrialDone(number, told)

    def _measured(self, ground: TrialGround, what: Measured) -> float:
        match what:
            case "import":
                return self._measuring.imported(ground)
            case "memory":
                return self._measuring.memory()
            case _:
                return latency(ground)

    def _ground(self, number: int, trial: Trial) -> TrialGround:
        work = self._work
        folder = Path(work.folder) / f"{os.getpid()}-{number}"
        folder.mkdir()
        os.chdir(folder)
        ground = TrialGround(
            trial=trial,
            folder=folder,
            places=work.places,
            settings=work.settings,
            plugin=work.plugin,
            environ=work.environ,
            token=work.token,
            canary=work.canary,
            output=Path(work.output),
            output_begins=Path(work.output).stat().st_size,
            limits=work.limits,
        )
        ground.write_plugins_file()
        return ground
