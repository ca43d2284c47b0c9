"""Trials made in processes of their own: one that fails, or ends its process, is the last there."""

import os
from collections.abc import Iterator
from contextlib import ExitStack

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.operations.plugin_trial.values import FAILED, SKIPPED, Measured, Told, Trial, failed, not_run
from aetherflow.core.operations.plugin_trial.work import ObserverFound, SuiteWork, TrialBegins, TrialDone, decoded
from aetherflow.core.plugins.in_child.endings import Ended, ending_words
from aetherflow.core.plugins.in_child.watched_process import ChildJob, WatchedProcess
from aetherflow.core.plugins.in_child.work import pickled
from aetherflow.core.processes.interrupts import InterruptGate

CHILD = "aetherflow.core.operations.plugin_trial.child.main"


class TrialOutcome(Struct, frozen=True, kw_only=True):
    """A trial and what came of it. ``place`` is the plugin's own line at which the process was, where it has ended."""

    trial: Trial
    told: tuple[Told, ...]
    place: tuple[str, int] | None = None
    observers: tuple[ObserverFound, ...] = ()
    measured: dict[Measured, float] = {}


def outcomes(work: SuiteWork, files: frozenset[str], gate: InterruptGate) -> Iterator[TrialOutcome]:
    """Make the trials in as many processes as they need; ``files`` are the real paths of the plugin's own."""
    pending = list(work.trials)
    while pending:
        done = 0
        for outcome in _of_one_process(replace(work, trials=tuple(pending)), files, gate):
            yield outcome
            done += 1
        closed = _closed_by(pending[done - 1], outcome)
        pending = pending[done:]
        for each in [trial for trial in pending if trial.subject == closed]:
            yield TrialOutcome(trial=each, told=(not_run(each.checks[0], SKIPPED),))
            pending.remove(each)


def _closed_by(trial: Trial, outcome: TrialOutcome) -> str:
    """Name the subject of which there is no more to try: its first trial has not gone well."""
    return trial.subject if trial.opens and any(each.verdict != "passed" for each in outcome.told[:1]) else ""


def _of_one_process(work: SuiteWork, files: frozenset[str], gate: InterruptGate) -> Iterator[TrialOutcome]:
    """Make as many trials as one process survives, at least one; after a failure nobody trusts the process."""
    with ExitStack() as opened:
        output = os.open(work.output, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        opened.callback(os.close, output)
        child = opened.enter_context(WatchedProcess(_job(work, output), gate))
        has_begun = False
        for number, trial in enumerate(work.trials):
            begun = _message(child, number, trial)
            done = begun if isinstance(begun, Ended) else _message(child, number, trial)
            if isinstance(begun, Ended) and not has_begun:
                raise _cannot_begin(begun)
            has_begun = True
            if not isinstance(done, TrialDone):
                yield _blamed(trial, done if isinstance(done, Ended) else Ended("lost"), child, files)
                return
            yield TrialOutcome(trial=trial, told=done.told, observers=done.observers, measured=done.measured)
            if any(each.verdict == FAILED for each in done.told):
                return


def _job(work: SuiteWork, output: int) -> ChildJob:
    return ChildJob(
        module=CHILD,
        work=pickled(work),
        environ=work.environ,
        token=work.token,
        output=output,
        folder=work.folder,
    )


def _message(child: WatchedProcess, number: int, trial: Trial) -> TrialBegins | TrialDone | Ended:
    """Give what comes next; what cannot be true is the plugin's own words, for it can write to the pipe as well."""
    line = child.next_line(trial.seconds)
    if isinstance(line, Ended):
        return line
    message = decoded(line)
    return message if message is not None and message.number == number else Ended("lost")


def _blamed(trial: Trial, ended: Ended, child: WatchedProcess, files: frozenset[str]) -> TrialOutcome:
    """Say how a trial has ended its process, and at which line of the plugin."""
    place = next(((path, line) for path, line in child.frames(ended) if path in files), None)
    words, hint = ending_words(ended, trial.seconds)
    code = "AF-P904" if ended.how == "late" else "AF-P905"
    if ended.how == "late":
        hint = _LATE_HINTS.get(trial.checks[0], "give every wait a limit, or this test more time with `--timeout`")
    told = failed(trial.checks[0], code, words, hint or "raise an exception: a run goes on, and tells it")
    return TrialOutcome(trial=trial, told=(told,), place=place)


_LATE_HINTS = {
    "timeout": "ask `ctx.is_cancelled` in long loops, and give every wait a limit: Python cannot stop it",
    "cancel": "let nothing catch BaseException, and give every wait a limit: a run cannot be interrupted else",
}


def _cannot_begin(ended: Ended) -> PluginRefused:
    return PluginRefused(
        f"plugins cannot be tried in a process of their own: it ended with exit code {ended.exit_code}",
        hint="give it more memory with `--memory`, or look whether this Python starts at all",
    )
