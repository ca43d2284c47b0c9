"""The effects that the plan of a flow gives its first step."""

from typing import Any

from aetherflow.core.operations.preparation import prepare
from aetherflow.core.operations.requests import FlowRequest
from aetherflow.core.runner.plan import Selection, make_plan
from tests.runner.conftest import Runner


def in_flight_effects(runner: Runner, text: str, *plugins: Any) -> str:
    """Plan a flow; give the effects that would be recorded of its first step."""
    path = runner.root / "planned.yaml"
    path.write_text(text)
    prepared = prepare(FlowRequest(flow=str(path), environ=runner.env, plugins=plugins))
    return make_plan(prepared.checked_flow(), prepared.registry, Selection()).jobs[0].steps[0].effects
