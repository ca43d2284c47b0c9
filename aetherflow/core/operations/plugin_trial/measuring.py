"""What a plugin costs: medians over several processes, held against the baseline."""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec.structs import replace

from aetherflow.core.operations.plugin_trial.baseline import compared, key_of
from aetherflow.core.operations.plugin_trial.course import TrialOutcome
from aetherflow.core.operations.plugin_trial.planning import measuring
from aetherflow.core.operations.plugin_trial.sandbox import Limits
from aetherflow.core.operations.plugin_trial.values import Measure, Measured, Trial

#: In how many processes a plugin is measured; the median counts.
PROCESSES = 3
_LONGEST_SECONDS = 10.0

_Make = Callable[[Sequence[Trial]], Iterable[TrialOutcome]]


def measured(
    make: _Make, trials: Sequence[Trial], limits: Limits, baseline: Mapping[str, float]
) -> tuple[Measure, ...]:
    """Measure a plugin; where it seems worse than its baseline once more, and the better of the two counts."""
    measures = [compared(each, baseline) for each in _medians(make, trials, limits)]
    if not any(each.is_regression for each in measures):
        return tuple(measures)
    again = {key_of(each): each.value for each in _medians(make, trials, limits)}
    lower = (replace(each, value=min(each.value, again.get(key_of(each), each.value))) for each in measures)
    return tuple(compared(each, baseline) for each in lower)


def _medians(make: _Make, trials: Sequence[Trial], limits: Limits) -> list[Measure]:
    values: dict[tuple[str, Measured], list[float]] = defaultdict(list)
    started = time.monotonic()
    for _ in range(PROCESSES):
        if time.monotonic() - started > _LONGEST_SECONDS:
            break  # what takes so long needs no second opinion
        for outcome in make(measuring(trials, limits)):
            for what, value in outcome.measured.items():
                values[outcome.trial.subject, what].append(value)
    return [
        Measure(subject=subject, what=what, unit="MB" if what == "memory" else "ms", value=statistics.median(found))
        for (subject, what), found in values.items()
    ]
