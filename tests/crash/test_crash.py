"""A run that is killed with all its children goes on where it stopped, at whatever instant the kill came."""

import random
from pathlib import Path

import pytest

from tests.benchmarks.crash import CrashTest

INSTANTS = 8  # `python -m tests.benchmarks crash` has 200


@pytest.fixture(scope="module")
def crash_test(tmp_path_factory: pytest.TempPathFactory) -> CrashTest:
    return CrashTest(Path(tmp_path_factory.mktemp("crash")))


# Spread over the whole run, each somewhere within its own stretch of it.
@pytest.mark.parametrize("stretch", range(INSTANTS))
def test_after_a_kill_nothing_recorded_runs_again_and_all_ends_as_if_undisturbed(
    crash_test: CrashTest, stretch: int
) -> None:
    instant_seconds = crash_test.duration_seconds * (stretch + random.random()) / INSTANTS
    assert crash_test.trial(f"trial-{stretch}", instant_seconds).problems == ()
