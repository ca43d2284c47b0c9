"""Which trials a plugin's test makes: a few of each thing that it registers, those first that decide about the rest."""

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.registry import Kind
from aetherflow.core.operations.plugin_trial.samples import Samples
from aetherflow.core.operations.plugin_trial.sandbox import Limits
from aetherflow.core.operations.plugin_trial.values import (
    NOT_RUN,
    WHOLE_PLUGIN,
    CheckResult,
    Sample,
    Trial,
)
from aetherflow.core.operations.plugin_trial.work import ObserverFound
from aetherflow.core.plugins.module_reading import Provided

_STEP = ("call", "schema", "result size")
_STEP_AGAIN = ("repeat", "timeout", "cancel", "secret", "left behind")
_CHECKS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "step": (_STEP, _STEP_AGAIN),
    "tool": (_STEP, _STEP_AGAIN),
    "connector": (("connect",), ("close", "secret", "left behind")),
    "compiler": (("compile",), ("repeat", "left behind")),
    "hook": (("run",), ("secret", "left behind")),
    "plugin": (("run",), ("secret", "left behind")),
    "observer": (("run",), ("secret", "left behind")),
    "command": (("help",), ("call",)),
}
_MEASURED = ("step", "tool", "connector", "compiler")
_RUNS_A_CALL = 2  # most trials call twice
_ONCE = "its effects are `once`: it is called no second time"


class Subject(Struct, frozen=True, kw_only=True):
    """One thing that can be tried, and where it is defined, as far as that is known."""

    kind: Kind
    name: str
    provided: Provided | None = None
    observer: ObserverFound | None = None

    @property
    def title(self) -> str:
        """What people call it; of several functions at one hook, each by its own name."""
        return f"hook {self.name} {self.target}" if self.kind == "hook" else f"{self.kind} {self.name}"

    @property
    def target(self) -> str:
        """The name of the class or function, as far as that is known."""
        return self.provided.target if self.provided else ""


def subjects_of(provides: Iterable[Provided], observers: Iterable[ObserverFound]) -> list[Subject]:
    """Give what a plugin has that can be tried; what registers several tools is tried by its tools and by itself."""
    found = [Subject(kind=each.kind, name=each.name, provided=each) for each in provides if each.kind in _CHECKS]
    found += [Subject(kind="observer", name=each.name, observer=each) for each in observers]
    return list({each.title: each for each in found}.values())


class Plan(Struct, frozen=True):
    """The trials to make, and what is not tried, with the reason."""

    trials: tuple[Trial, ...]
    not_run: tuple[CheckResult, ...]


def plan_of(subjects: Iterable[Subject], samples: Samples, limits: Limits) -> Plan:
    """Decide what to try."""
    trials: list[Trial] = []
    left_out: list[CheckResult] = []
    for subject in subjects:
        sample = samples.of(subject.kind, subject.name, subject.provided)
        if isinstance(sample, str):
            first = _CHECKS[subject.kind][0][0]
            left_out.append(CheckResult(subject=subject.title, check=first, verdict=NOT_RUN, said=sample))
            continue
        trials += _trials(subject, sample, limits)
        if _is_once(subject):
            left_out.append(CheckResult(subject=subject.title, check="repeat", verdict=NOT_RUN, said=_ONCE))
    return Plan(tuple(trials), tuple(left_out))


def measuring(trials: Iterable[Trial], limits: Limits) -> tuple[Trial, ...]:
    """Give the trials of a process that measures: of those that went well, what can be called more than once."""
    called = [
        _trial_of(each, ("latency",), limits.call_seconds * 6)
        for each in trials
        if each.opens and each.kind in _MEASURED
    ]
    whole = _of_whole("import", limits)
    return (whole, *called, _trial_of(whole, ("memory",), whole.seconds))


def inventory(limits: Limits) -> Trial:
    """Give the trial that imports a plugin and names its observers."""
    return _of_whole("observers", limits)


def _of_whole(check: str, limits: Limits) -> Trial:
    return Trial(
        subject=WHOLE_PLUGIN,
        kind="plugin",
        name="",
        checks=(check,),
        sample=Sample(),
        seconds=limits.call_seconds + limits.grace_seconds,
    )


def _trials(subject: Subject, sample: Sample, limits: Limits) -> Iterator[Trial]:
    opening, further = _CHECKS[subject.kind]
    if _is_once(subject):
        further = ()
    first = Trial(
        subject=subject.title,
        kind=subject.kind,
        name=subject.name,
        checks=opening,
        sample=sample,
        seconds=limits.call_seconds + limits.grace_seconds,
        target=subject.target,
        opens=True,
    )
    if subject.kind == "compiler":  # before the other one: that needs a source, which nobody may have given
        yield _trial_of(first, ("absent source",), first.seconds)
    yield first
    for check in further:
        yield _trial_of(first, (check,), _seconds_of(check, limits))


def _seconds_of(check: str, limits: Limits) -> float:
    if check in ("timeout", "cancel"):  # it has half a second, and the time that ending may take
        return 1 + limits.grace_seconds
    return _RUNS_A_CALL * limits.call_seconds + limits.grace_seconds


def _trial_of(trial: Trial, checks: tuple[str, ...], seconds: float) -> Trial:
    return replace(trial, checks=checks, seconds=seconds, opens=False)


def _is_once(subject: Subject) -> bool:
    return subject.provided is not None and subject.provided.effects == "once"
