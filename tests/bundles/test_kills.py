"""A sync that is killed: what is active is whole, the old bundle or the new one, and the next sync cleans up."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.crash_bundles import BundleCrashTest
from tests.support.project import REPOSITORY

STRIDE = 4  # a fourth of all operations, another fourth each time: some hundred kills
INSTANTS = 8


def test_killed_before_any_of_its_operations_a_sync_leaves_a_whole_bundle(tmp_path: Path) -> None:
    first = random.randrange(STRIDE)
    words = [sys.executable, "-m", "tests.bundles.kill_points", tmp_path, str(first), str(STRIDE)]
    ended = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert ended.stderr == ""
    found = json.loads(ended.stdout)
    assert found["problems"] == []
    assert all(count > 5 for count in found["points"].values())


@pytest.fixture(scope="module")
def crash_test(tmp_path_factory: pytest.TempPathFactory) -> BundleCrashTest:
    return BundleCrashTest(tmp_path_factory.mktemp("crash"))


# Spread over the whole command, each somewhere within its own stretch of it.
@pytest.mark.parametrize("stretch", range(INSTANTS))
def test_killed_at_any_instant_bundle_sync_leaves_a_whole_bundle(crash_test: BundleCrashTest, stretch: int) -> None:
    instant_seconds = crash_test.instant((stretch + random.random()) / INSTANTS)
    assert crash_test.trial(instant_seconds).problems == ()
