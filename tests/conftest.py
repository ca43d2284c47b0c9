"""Fixtures for every test."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.project import Project, end_started

# How long an example takes to make is the machine's affair, which others may be using: no test is about it.
settings.register_profile("suite", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let tests that kill at a few instants do so at many."""
    parser.addoption("--campaign", action="store_true", help="kill at as many instants as a campaign has")


def pytest_sessionstart() -> None:
    """Hear Ctrl-C, and let the runs of tests hear it, where a shell has started all this in the background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def ended_runs() -> Iterator[None]:
    """End what a test has started and left."""
    yield
    end_started()


@pytest.fixture
def instants(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """Tell at how many instants to kill: the first number, and in a campaign the second."""
    return lambda some, many: many if request.config.getoption("campaign") else some


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Give an empty project folder with a command line of its own."""
    return Project(tmp_path)


@pytest.fixture
def without_root() -> Iterator[Path]:
    """Be an ordinary user, for root may write anywhere; gives a folder of that user's."""
    folder = Path(tempfile.mkdtemp(prefix="aetherflow-"))
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, 65534, 65534)
        os.setegid(65534)
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
            os.setegid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)
