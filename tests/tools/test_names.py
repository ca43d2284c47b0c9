"""What tools are called, who has a name that several give, and what flows and programs know of them."""

import textwrap
from typing import Any

import pytest

from aetherflow.core.api import (
    BaseToolPlugin,
    ToolDefinition,
    ToolResult,
    get_step,
    list_steps,
    register_plugin,
    register_tool,
)
from aetherflow.core.contracts.errors import PluginRefused
from tests.tools.conftest import Tooled

PARAMETERS = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


def calculator(answer: str, *tools: str, owner: str = "calc") -> str:
    listed = ", ".join(f'ToolDefinition("{tool}", "Adds.")' for tool in tools)
    return f"""
        @register_plugin("{owner}")
        class Calc(BaseToolPlugin):
            tools = [{listed}]
            def execute(self, tool_name, params, context):
                return ToolResult(True, {{"by": "{answer}", "tool": tool_name}})
        """


def test_validate_compares_the_inputs_of_a_tool_with_its_parameters(tooled: Tooled) -> None:
    tooled.plugin(f'@register_tool("add", parameters={PARAMETERS})\ndef add(params, ctx): ...\n')
    findings = tooled.findings(
        """
        - {id: one, type: tool.shop.add, inputs: {n: x}}
        - {id: two, type: tool.shop.add}
        - {id: three, type: tool.shop.add, inputs: {n: "{{steps.one.n}}"}}
        - {id: four, type: tool.shop.ad, inputs: {n: 1}}
        """
    )
    assert [(each.code, each.span and each.span.line, each.message) for each in findings] == [
        ("AF-F213", 7, '"n" must be an integer, found a string'),
        ("AF-F212", 8, 'step type "tool.shop.add" needs the input "n"'),
        ("AF-F204", 10, 'unknown step type "tool.shop.ad"'),
    ]
    assert findings[2].label == 'did you mean "tool.shop.add"?'


@pytest.mark.parametrize("name", ["shop.add", "add", "tool.add", "tool.tools_of_the_shop.add"])
def test_a_tool_that_is_named_without_its_plugin_or_with_another_is_meant(name: str, tooled: Tooled) -> None:
    tooled.plugin('@register_tool("add")\ndef add(params, ctx): ...\n')
    (finding,) = tooled.findings(f"- {{id: one, type: {name}}}")
    assert (finding.code, finding.label) == ("AF-F204", 'did you mean "tool.shop.add"?')


def test_a_tool_without_parameters_takes_none(tooled: Tooled) -> None:
    tooled.plugin('@register_tool("add")\ndef add(params, ctx): ...\n')
    (finding,) = tooled.findings("- {id: one, type: tool.shop.add, inputs: {n: 1}}")
    assert finding.message == 'step type "tool.shop.add" takes no input "n"'


def test_programs_know_tools_as_step_types(tooled: Tooled) -> None:
    tooled.plugin(f'@register_tool("add", parameters={PARAMETERS})\ndef add(params, ctx):\n    """Adds."""\n')
    known: dict[str, Any] = {"env": tooled.env, "plugin_paths": tooled.plugins}
    assert "tool.shop.add" in list_steps(**known)
    step = get_step("tool.shop.add", **known)
    assert (step.kind, step.summary, step.effects, step.input_schema) == ("tool", "Adds.", "idempotent", PARAMETERS)
    assert step.load().__name__ == "add"


def test_an_embedding_program_brings_tools_of_its_own(tooled: Tooled) -> None:
    @register_tool("double", parameters=PARAMETERS)
    async def double(params: dict[str, Any], ctx: Any) -> dict[str, Any]:
        """Doubles."""
        return {"n": 2 * params["n"]}

    @register_plugin("desk")
    class Desk(BaseToolPlugin):
        @property
        def tools(self) -> list[ToolDefinition]:
            return [ToolDefinition("name", "Names the desk.")]

        def execute(self, tool_name: str, params: dict[str, Any], context: Any) -> ToolResult:
            return ToolResult(success=True, data={"name": "front"})

    result = tooled.run(
        f"- {{id: one, type: tool.{__name__}.double, inputs: {{n: 4}}}}\n- {{id: two, type: tool.desk.name}}",
        double,
        Desk,
    )
    steps = result.jobs["main"].steps
    assert (steps["one"].outputs, steps["two"].outputs) == ({"n": 8}, {"name": "front"})


def test_a_program_is_told_of_tools_that_are_none(tooled: Tooled) -> None:
    class Desk(BaseToolPlugin):
        tools = ["name"]  # type: ignore[list-item]  # that is what is wrong

    with pytest.raises(PluginRefused, match="the class Desk has a value of type str among its tools, as number 1"):
        tooled.run("- {id: one, type: tool.Desk.name}", Desk)


def test_the_last_plugin_to_register_a_tool_has_its_name(tooled: Tooled) -> None:
    tooled.plugin(calculator("first", "add"), "first")
    tooled.plugin('@register_tool("add")\ndef add(params, ctx):\n    return {"by": "calc"}\n', "calc")
    assert tooled.call(step="tool.calc.add").outputs == {"by": "calc"}


def test_the_tools_of_a_plugin_whose_name_another_one_takes_are_gone(tooled: Tooled) -> None:
    tooled.plugin(calculator("first", "add", "subtract"), "first")
    tooled.plugin(calculator("second", "add"), "second")
    assert tooled.call(step="tool.calc.add").outputs == {"by": "second", "tool": "add"}
    (finding,) = tooled.findings("- {id: one, type: tool.calc.subtract}")
    assert finding.code == "AF-F204"


def test_two_classes_of_one_plugin_have_their_own_tools(tooled: Tooled) -> None:
    first, second = calculator("one", "add", owner="one"), calculator("two", "add", owner="two")
    tooled.plugin(textwrap.dedent(first) + textwrap.dedent(second))
    result = tooled.run("- {id: a, type: tool.one.add}\n- {id: b, type: tool.two.add}")
    assert [step.outputs["by"] for step in result.jobs["main"].steps.values()] == ["one", "two"]


def test_a_name_with_a_dot_belongs_to_its_tool(tooled: Tooled) -> None:
    tooled.plugin(calculator("calc", "math.add"))
    assert tooled.call(step="tool.calc.math.add").outputs == {"by": "calc", "tool": "math.add"}


@pytest.mark.parametrize("name", ["log", "external.process", "with_lock"])
def test_a_tool_called_like_a_core_step_type_is_another_one(name: str, tooled: Tooled) -> None:
    tooled.plugin(calculator("calc", name))
    assert tooled.call(step=f"tool.calc.{name}").outputs == {"by": "calc", "tool": name}


def test_no_step_type_may_be_called_like_a_tool(tooled: Tooled) -> None:
    tooled.plugin('@register_step("tool.calc.add")\ndef add(ctx, inputs): ...\n')
    findings = tooled.findings("- {id: one, type: tool.calc.add}")
    assert [each.code for each in findings if each.severity == "error"] == ["AF-F204", "AF-P603"]


def test_tools_that_are_only_known_when_they_run_are_known_after_that(tooled: Tooled) -> None:
    tooled.plugin("for name in ('add',):\n    register_tool(name)(lambda params, ctx: {'by': 'shop'})\n")
    step = "- {id: one, type: tool.shop.add}"
    (before,) = tooled.findings(step)
    assert (before.code, before.severity) == ("AF-F204", "warning")
    assert tooled.run(step).jobs["main"].steps["one"].outputs == {"by": "shop"}
    assert tooled.findings(step) == []


def test_a_flow_says_that_a_call_must_not_be_repeated(tooled: Tooled) -> None:
    tooled.tool("return {}")
    assert tooled.findings("- {id: one, type: tool.shop.it, effects: once}") == []
