"""Runs flows with locks, here and in processes of their own."""

from pathlib import Path

import pytest

from tests.locks.flows import Flows
from tests.runner.conftest import Runner


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """Give a runner of an empty folder."""
    return Runner(tmp_path)


@pytest.fixture
def flows(tmp_path: Path):
    """Give a folder whose flows run in processes of their own; what still runs at the end is killed."""
    flows = Flows(tmp_path)
    yield flows
    flows.kill_all()
