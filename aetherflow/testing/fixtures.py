"""The fixtures themselves; what they give is made in the modules beside this one."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from aetherflow.core.contracts.event import Event
from aetherflow.core.plugins.plugin_tree import PLUGIN_MANIFEST
from aetherflow.testing.flow_project import FlowProject
from aetherflow.testing.flow_runs import FlowRunner
from aetherflow.testing.step_runs import StepRunner


@pytest.fixture
def plugin_paths(request: pytest.FixtureRequest) -> Sequence[str | Path]:
    """Name the plugins that every run of a test loads: the one whose folder the test lies in, if it has a manifest.

    Define a fixture of this name in conftest.py to load others.
    """
    folders = [folder for folder in request.path.parents if (folder / PLUGIN_MANIFEST).is_file()]
    return folders[:1]


@pytest.fixture
def events() -> list[Event]:
    """Give the list of all events of the runs that `run_flow` and `run_step` make in this test, as they happen."""
    return []


@pytest.fixture
def run_flow(tmp_path: Path, plugin_paths: Sequence[str | Path], events: list[Event]) -> FlowRunner:
    """Run flows: ``run_flow(mapping or text or path, params) -> RunResult``."""
    return FlowRunner(tmp_path, plugin_paths, events)


@pytest.fixture
def run_step(run_flow: FlowRunner) -> StepRunner:
    """Run one step type through the engine: ``run_step("greet", {"name": "Ada"}) -> StepRun``."""
    return StepRunner(run_flow)


@pytest.fixture
def flow_project(tmp_path: Path, plugin_paths: Sequence[str | Path]) -> FlowProject:
    """Give a folder to write files into, and the real command line in it."""
    return FlowProject(tmp_path, plugin_paths)
