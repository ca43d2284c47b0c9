"""The flow beside this folder, as AetherFlow runs it where the plugin is installed."""

from pathlib import Path

import pytest

from aetherflow.core.api import list_connectors, list_steps, run_flow, validate_flow

FLOW = Path(__file__).parent.parent / "flow.yaml"


@pytest.fixture
def env(tmp_path):
    """Give an environment whose state and workspaces are the test's own."""
    return {"AETHERFLOW_STATE_ROOT": str(tmp_path / "state"), "AETHERFLOW_WORK_ROOT": str(tmp_path / "work")}


def test_the_plugin_is_found(env):
    assert {"my_org.remember", "my_org.recall", "my_org.await_value"} <= set(list_steps(env=env))
    assert "store:sqlite" in list_connectors(env=env)


def test_the_flow_is_valid(env):
    assert validate_flow(FLOW, env=env) == []


def test_a_run_finds_what_the_one_before_remembered(env, tmp_path):
    store = {"store": str(tmp_path / "values.db")}
    first = run_flow(FLOW, params=store, env=env)
    second = run_flow(FLOW, params=store, env=env)
    assert (first.status, second.status) == ("SUCCESS", "SUCCESS")
    assert first.jobs["remember"].outputs == {"last_run": None, "this_run": first.run_id}
    assert second.jobs["remember"].outputs == {"last_run": first.run_id, "this_run": second.run_id}
