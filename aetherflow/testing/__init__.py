"""Fixtures for the tests of plugins, opted in by name: ``pytest_plugins = ["aetherflow.testing"]`` in conftest.py.

pytest looks for fixtures in the module that is named, so this one holds names where other packages hold none.
"""

from aetherflow.testing.fixtures import events, flow_project, plugin_paths, run_flow, run_step
from aetherflow.testing.flow_project import CommandResult, FlowProject
from aetherflow.testing.flow_runs import FlowRunner
from aetherflow.testing.step_runs import StepRun, StepRunner

__all__ = [
    "CommandResult",
    "FlowProject",
    "FlowRunner",
    "StepRun",
    "StepRunner",
    "events",
    "flow_project",
    "plugin_paths",
    "run_flow",
    "run_step",
]
