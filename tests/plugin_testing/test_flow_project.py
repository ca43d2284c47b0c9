"""`flow_project`: a folder, and the real command line in it."""

import time

import pytest

from aetherflow.testing import FlowProject
from tests.support.project import descendants

FLOW = """
    flow: {id: shop}
    jobs:
      - id: day
        steps: [{id: count, type: shop.count, inputs: {n: 3}}]
"""
PLUGIN = """
    from aetherflow.core.api import register_step

    @register_step("shop.count")
    def count(ctx, inputs):
        print("counting")
        return {"n": inputs["n"] + 1, "where": ctx.env.get("SHOP", "")}
"""


@pytest.fixture
def shop(flow_project: FlowProject) -> FlowProject:
    """Give a project with a flow and a plugin."""
    flow_project.write("flow.yaml", FLOW)
    flow_project.write("plugins/shop.py", PLUGIN)
    return flow_project


def test_a_project_runs_its_flow_with_its_plugins(shop: FlowProject) -> None:
    ran = shop.run()
    assert ran.exit_code == 0, ran.stderr
    assert ran.json["jobs"]["day"]["steps"]["count"]["outputs"] == {"n": 4, "where": ""}
    assert "counting" in ran.stderr


def test_a_project_validates_its_flow(shop: FlowProject) -> None:
    assert (shop.validate().exit_code, shop.validate().json["diagnostics"]) == (0, [])
    shop.write("wrong.yaml", FLOW.replace("shop.count", "shop.cuont"))
    found = shop.validate(flow="wrong.yaml")
    assert (found.exit_code, found.json["diagnostics"][0]["code"]) == (2, "AF-F204")


def test_arguments_and_variables_are_handed_on(shop: FlowProject) -> None:
    ran = shop.run("--run-id", "mine", env={"SHOP": "main street"})
    assert ran.json["run_id"] == "mine"
    assert ran.json["jobs"]["day"]["steps"]["count"]["outputs"]["where"] == "main street"
    assert shop.cli("runs", "list", "--json").json[0]["run_id"] == "mine"


def test_every_command_sees_the_plugins(shop: FlowProject) -> None:
    listed = shop.cli("plugins", "list", "--json")
    assert "shop.count" in listed.stdout


def test_files_are_read_and_flows_come_from_stdin(shop: FlowProject) -> None:
    assert shop.read("flow.yaml").startswith("flow: {id: shop}")
    ran = shop.cli("run", "-", "--json", stdin=shop.read("flow.yaml"))
    assert ran.exit_code == 0, ran.stderr


def test_what_is_no_json_says_what_was_printed(flow_project: FlowProject) -> None:
    said = flow_project.cli("--version")
    with pytest.raises(AssertionError, match="the command printed no JSON: exit code 0\naetherflow "):
        said.json  # noqa: B018  # to read it is what fails


def test_a_command_that_takes_too_long_is_killed_with_its_children(flow_project: FlowProject) -> None:
    import os

    flow_project.write(
        "flow.yaml",
        """
        flow: {id: slow}
        jobs:
          - id: wait
            steps: [{id: sleep, type: external.process, inputs: {command: [sleep, "54.25"]}}]
        """,
    )
    before = set(descendants(os.getpid()))
    with pytest.raises(AssertionError, match="took longer than 2 s"):
        flow_project.cli("run", "flow.yaml", timeout_seconds=2)
    time.sleep(0.2)
    assert set(descendants(os.getpid())) - before == set()
