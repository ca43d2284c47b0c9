"""Steps of plugins that name a typed record as their inputs are given an instance of it."""

from dataclasses import make_dataclass

import pytest

from aetherflow.core.api import register_step, run_flow
from tests.plugin_runs.plugins import flow_of, write_plugin
from tests.support.project import Outcome, Project

DATACLASS = """
from dataclasses import dataclass
from aetherflow.core.api import Step, register_step

@dataclass
class Greeting:
    name: str
    times: int = 1

@register_step("greet")
class Greet(Step):
    input_schema = Greeting

    def run(self, ctx, inputs):
        return {"said": inputs.name * inputs.times}
"""
STRUCT = """
import msgspec
from aetherflow.core.api import register_step

class Greeting(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    times: int = 1

    def __post_init__(self):
        if self.times < 0:
            raise ValueError("times is below 0")

@register_step("greet")
def greet(ctx, inputs):
    return {"said": inputs.name * inputs.times}

greet.input_schema = Greeting
"""


@pytest.mark.parametrize("plugin", [DATACLASS, STRUCT], ids=["dataclass", "struct"])
def test_a_step_is_given_an_instance_of_its_record(plugin: str, project: Project) -> None:
    outcome = ran(project, plugin, "{name: ab, times: 2}")
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.json["jobs"]["main"]["steps"]["s0"]["outputs"] == {"said": "abab"}


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ("{name: ab, times: two}", '"times" must be an integer, found a string'),
        ("{name: ab, tims: 2}", 'step type "greet" takes no input "tims"'),
        ("{times: 2}", 'step type "greet" needs the input "name"'),
    ],
)
def test_what_the_record_does_not_take_stops_the_run_before_any_job(
    inputs: str, message: str, project: Project
) -> None:
    outcome = ran(project, STRUCT, inputs)
    assert outcome.exit_code == 2
    assert [each["message"] for each in outcome.json["diagnostics"]] == [message]


def test_what_only_the_record_itself_refuses_fails_the_step(project: Project) -> None:
    outcome = ran(project, STRUCT, "{name: ab, times: -1}")
    assert outcome.exit_code == 1
    error = outcome.json["jobs"]["main"]["steps"]["s0"]["error"]
    assert error.startswith('the inputs do not fit step type "greet": times is below 0')


def test_a_step_of_the_program_itself_is_given_an_instance_too(project: Project) -> None:
    @register_step("greet")
    def greet(ctx: object, inputs: object) -> dict[str, object]:
        return {"said": getattr(inputs, "name", None)}

    greet.input_schema = make_dataclass("Greeting", [("name", str)])  # type: ignore[attr-defined]  # as its docs say
    flow = project.write("flow.yaml", flow_of("greet", inputs="{name: Ada}"))
    result = run_flow(flow, plugins=[greet], env=project.env)
    assert result.jobs["main"].steps["s0"].outputs == {"said": "Ada"}


def ran(project: Project, plugin: str, inputs: str) -> Outcome:
    """Run a flow whose one step is the plugin's, with inputs."""
    write_plugin(project.root / "plugins", greeting=plugin)
    project.write("flow.yaml", flow_of("greet", inputs=inputs))
    return project.aetherflow("run", "flow.yaml", "--plugin-path", "plugins", "--json")
