"""A tool is a step type: its inputs are the params, its data the outputs, and its failure that of the step."""

import time

import pytest

from aetherflow.core.contracts.errors import PluginRefused
from tests.tools.conftest import Tooled
from tests.tools.test_reading import SEED

COUNTING = """
    @register_plugin("counter")
    class Counter(BaseToolPlugin):
        tools = [ToolDefinition("next", "Counts."), ToolDefinition("fail", "Fails twice.")]

        def on_load(self, context):
            self.calls = []
            self.config = dict(context.config)

        def handle_hook(self, hook, data):
            self.calls.append(str(hook))

        async def execute(self, tool_name, params, context):
            self.calls.append(tool_name)
            if tool_name == "fail" and self.calls.count("fail") < 3:
                return ToolResult(success=False, data={"calls": len(self.calls)}, error="not yet")
            return ToolResult(success=True, data={"calls": self.calls, "config": self.config})

        def on_unload(self):
            assert self.calls[-1] == "after_run", self.calls
    """


def test_the_plugin_of_the_quick_start_runs_as_it_is_printed(tooled: Tooled) -> None:
    tooled.plugin(SEED)
    step = tooled.call("{input: x}", "tool.mine.my_tool")
    assert (step.status, step.outputs) == ("SUCCESS", {"output": "processed"})


@pytest.mark.parametrize(
    ("returned", "outputs"),
    [
        ("{'a': 1}", {"a": 1}),
        ("None", {}),
        ("ToolResult(True)", {}),
        ("ToolResult(True, {'a': (1, 2)})", {"a": [1, 2]}),
        ("ToolResult(True, [1, 2])", {"result": [1, 2]}),
        ("ToolResult(True, 'x', error='ignored')", {"result": "x"}),
        ("ToolResult(True, False)", {"result": False}),
    ],
)
def test_data_become_outputs(returned: str, outputs: object, tooled: Tooled) -> None:
    tooled.tool(f"return {returned}")
    step = tooled.call()
    assert (step.status, step.outputs, step.error) == ("SUCCESS", outputs, None)


@pytest.mark.parametrize(
    ("returned", "error", "outputs"),
    [
        ("ToolResult(False, error='no such order')", "no such order", {}),
        ("ToolResult(False, {'tried': 3}, 'gave up')", "gave up", {"tried": 3}),
        ("ToolResult(success=False)", "the tool gave no reason", {}),
        ("ToolResult(False, None, ValueError('bad'))", "bad", {}),
    ],
)
def test_a_result_without_success_fails_the_step(returned: str, error: str, outputs: object, tooled: Tooled) -> None:
    tooled.tool(f"return {returned}")
    step = tooled.call()
    assert (step.status, step.error, step.outputs) == ("FAILED", error, outputs)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("return [1]", "returned a value of type list: return a ToolResult, a mapping or nothing"),
        ("return StepResult()", "returned a value of type StepResult: return a ToolResult, a mapping or nothing"),
        ("return ToolResult(1)", "returned a ToolResult whose success is of type int: true or false"),
        ("return {1: 2}", "returned data that are not JSON: data has a key that is an int"),
        ("return {'a': float('nan')}", "returned data that are not JSON: data.a is nan"),
        ("return {'a': 9**99}", "returned data that are not JSON: data.a is an integer beyond 64 bits"),
        ("return ToolResult(True, {1, 2})", "returned data that are not JSON: data is a set"),
        ("return {'a': b'x'}", "returned data that are not JSON: data.a is a bytes"),
        ("loop = {}\nloop['more'] = loop\nreturn loop", "returned data that are nested too deeply, or hold themselves"),
        ("raise ValueError('no')", "raised ValueError: no"),
        ("raise SystemExit(0)", "raised SystemExit: 0"),
        ("class Own(BaseException): ...\nraise Own", "raised Own"),
        ("raise KeyboardInterrupt", "raised KeyboardInterrupt"),
        ("yield_ = lambda: (yield)\nreturn yield_()", "returned a value of type generator"),
    ],
)
def test_whatever_else_a_tool_does_is_told_with_its_line(body: str, problem: str, tooled: Tooled) -> None:
    path = tooled.tool(body)
    step = tooled.call()
    assert step.status == "FAILED"
    assert (step.error or "").startswith(f'the tool "tool.shop.it" {problem}')
    line = 3 + len(body.split("\n")) if body.startswith(("raise", "class Own")) else 2
    assert f"({path}:{line})" in (step.error or "")


def test_a_step_failed_of_a_tool_is_told_in_its_own_words(tooled: Tooled) -> None:
    tooled.tool("raise StepFailed('no desk', hint='open one')")
    assert tooled.call().error == "no desk"


def test_data_that_are_nested_as_deeply_as_they_may_be_are_no_harm(tooled: Tooled) -> None:
    tooled.tool("data = 1\nfor _ in range(100_000):\n    data = [data]\nreturn {'data': data}")
    step = tooled.call()
    assert "nested too deeply" in (step.error or "")


@pytest.mark.parametrize("hook", ["", '@register_hook("before_tool_call")\ndef f(data, ctx): ...\n'])
def test_whatever_the_depth_of_data_it_ends_as_data_or_as_a_failure(hook: str, tooled: Tooled) -> None:
    tooled.plugin(
        """
        @register_tool("dig", parameters={"properties": {"depth": {"type": "integer"}}})
        def dig(params, ctx):
            data = 1
            for _ in range(params["depth"]):
                data = [data]
            return {"data": data}

        @register_tool("echo", parameters={"properties": {"data": {}}})
        def echo(params, ctx):
            return params
        """
    )
    if hook:
        tooled.plugin(hook, "guard")
    for depth in range(300, 500, 25):
        result = tooled.run(
            f"""
            - {{id: one, type: tool.shop.dig, inputs: {{depth: {depth}}}}}
            - {{id: two, type: tool.shop.echo, inputs: {{data: "{{{{steps.one.data}}}}"}}}}
            """
        )
        failures = [step.error for step in result.jobs["main"].steps.values() if step.error]
        assert all("nested too deeply" in failure or "maximum recursion" in failure for failure in failures)


def test_a_tool_may_do_with_its_params_what_it_likes(tooled: Tooled) -> None:
    tooled.plugin(
        """
        @register_tool("it", parameters={"properties": {"rows": {"type": "array"}}})
        def it(params, ctx):
            params["rows"].append("mine")
            params["more"] = 1
            return {"rows": params["rows"]}
        """
    )
    result = tooled.run(
        """
        - {id: one, type: tool.shop.it, inputs: {rows: "{{params.rows}}"}}
        - {id: two, type: tool.shop.it, inputs: {rows: "{{params.rows}}"}}
        """,
        params="{rows: {type: array, default: [a]}}",
    )
    assert [step.outputs for step in result.jobs["main"].steps.values()] == [{"rows": ["a", "mine"]}] * 2


def test_a_run_makes_one_object_for_its_tools_and_its_hooks(tooled: Tooled) -> None:
    tooled.plugin(COUNTING)
    tooled.settings("settings: {counter: {config: {unit: cups}}}")
    result = tooled.run("- {id: one, type: tool.counter.next}\n- {id: two, type: tool.counter.next}")
    calls = result.jobs["main"].steps["two"].outputs
    assert calls["config"] == {"unit": "cups"}
    assert calls["calls"] == [
        *("before_run", "before_job", "before_step", "before_tool_call", "next", "after_tool_call", "after_step"),
        *("before_step", "before_tool_call", "next"),
    ]
    assert result.status == "SUCCESS"


def test_a_tool_that_fails_is_tried_again_by_the_steps_policy(tooled: Tooled) -> None:
    tooled.plugin(COUNTING)
    step = tooled.run("- {id: one, type: tool.counter.fail, retry: {max_attempts: 3, backoff_seconds: 0}}")
    assert (step.jobs["main"].steps["one"].status, step.jobs["main"].steps["one"].attempts) == ("SUCCESS", 3)


def test_a_tool_gets_a_context(tooled: Tooled) -> None:
    tooled.tool(
        "ctx.log.warning('said')\n"
        "return {'ids': [ctx.plugin_id, ctx.flow_id, ctx.run_id, ctx.job_id, ctx.step_id], 'params': dict(ctx.params),"
        " 'config': dict(ctx.config), 'day': ctx.env['DAY'], 'over': ctx.is_cancelled, 'masked': ctx.mask('hidden!')}"
    )
    tooled.settings("settings: {shop: {config: {a: [1]}}}")
    outputs = tooled.call(
        params="{p: {type: integer, default: 7}}", run_id="r1", env={"DAY": "monday", "API_TOKEN": "hidden!"}
    ).outputs
    assert outputs == {
        "ids": ["shop", "f", "r1", "main", "one"],
        "params": {"p": 7},
        "config": {"a": [1]},
        "day": "monday",
        "over": False,
        "masked": "***",
    }
    (said,) = [event for event in tooled.told("log") if event.payload["message"] == "said"]
    assert (said.payload["level"], said.step_id, said.payload["plugin"]) == ("warning", "one", "shop")


def test_a_context_cannot_be_changed(tooled: Tooled) -> None:
    tooled.tool("ctx.env['A'] = 'b'")
    assert "does not support item assignment" in (tooled.call().error or "")


def test_a_tool_that_takes_too_long_has_failed_when_it_ends(tooled: Tooled) -> None:
    tooled.tool("import time\ntime.sleep(0.3)\nreturn {'over': ctx.is_cancelled}")
    tooled.settings("limits: {timeout_seconds: 0.2}")
    step = tooled.call()
    assert step.status == "FAILED"
    assert "limits.timeout_seconds allows 0.2 s" in (step.error or "")


def test_an_async_tool_that_takes_too_long_is_cancelled(tooled: Tooled) -> None:
    tooled.plugin('import asyncio\n@register_tool("it")\nasync def it(params, ctx):\n    await asyncio.sleep(60)\n')
    tooled.settings("limits: {timeout_seconds: 0.2}")
    started = time.monotonic()
    assert "limits.timeout_seconds allows 0.2 s" in (tooled.call().error or "")
    assert time.monotonic() - started < 10


def test_a_tool_sees_that_its_time_is_over(tooled: Tooled) -> None:
    tooled.tool("import time\nwhile not ctx.is_cancelled:\n    time.sleep(0.01)\nreturn {}")
    tooled.settings("limits: {timeout_seconds: 0.2}")
    assert "limits.timeout_seconds allows 0.2 s" in (tooled.call().error or "")


def test_the_time_of_the_step_counts_too(tooled: Tooled) -> None:
    tooled.tool("import time\nwhile not ctx.is_cancelled:\n    time.sleep(0.01)\nreturn {}")
    step = tooled.run("- {id: one, type: tool.shop.it, timeout_seconds: 0.1}").jobs["main"].steps["one"]
    assert step.error == "the step took longer than its timeout of 0.1 s"


def test_too_long_is_a_timeout_for_the_retry_policy(tooled: Tooled) -> None:
    tooled.tool("import time\ntime.sleep(0.2)")
    tooled.settings("limits: {timeout_seconds: 0.1}")
    retry = "retry: {max_attempts: 2, backoff_seconds: 0, on_timeout: %s}"
    for on_timeout, attempts in (("true", 2), ("false", 1)):
        result = tooled.run(f"- {{id: one, type: tool.shop.it, {retry % on_timeout}}}")
        assert result.jobs["main"].steps["one"].attempts == attempts


def test_a_tool_runs_inside_another_step(tooled: Tooled) -> None:
    tooled.plugin(COUNTING)
    step = (
        tooled.run("- {id: one, type: with_lock, inputs: {lock_key: k, step: {type: tool.counter.next}}}")
        .jobs["main"]
        .steps["one"]
    )
    assert step.outputs["calls"][-2:] == ["before_tool_call", "next"]


def test_what_a_run_gives_a_tool_is_checked_when_it_is_known(tooled: Tooled) -> None:
    tooled.plugin(
        '@register_tool("it", parameters={"properties": {"n": {"type": "integer"}}})\ndef it(params, ctx): ...\n'
    )
    result = tooled.run(
        '- {id: one, type: tool.shop.it, inputs: {n: "{{params.n}}"}}', params="{n: {type: string, default: x}}"
    )
    assert result.jobs["main"].steps["one"].error == (
        "the params do not fit the tool \"tool.shop.it\": n: 'x' is not of type 'integer'"
    )


def test_a_schema_that_cannot_be_used_fails_the_step_and_not_the_run(tooled: Tooled) -> None:
    tooled.plugin('@register_tool("it", parameters={"$ref": "http://example.com/x"})\ndef it(params, ctx): ...\n')
    assert "its schema cannot be used" in (tooled.call().error or "")


def test_a_plugin_that_cannot_be_loaded_fails_the_run_before_any_job(tooled: Tooled) -> None:
    tooled.plugin(COUNTING.replace("self.calls = []", "raise OSError('no database')"))
    with pytest.raises(PluginRefused, match="raised OSError: no database"):
        tooled.run("- {id: one, type: tool.counter.next}")


def test_the_tools_of_a_plugin_that_a_run_goes_on_without_fail(tooled: Tooled) -> None:
    tooled.plugin(COUNTING.replace("self.calls = []", "raise OSError('no database')"))
    tooled.settings("settings: {counter: {on_error: warn}}")
    result = tooled.run("- {id: one, type: tool.counter.next, retry: {max_attempts: 3, backoff_seconds: 0}}")
    step = result.jobs["main"].steps["one"]
    assert step.error == 'the plugin "counter" cannot take part in the run: it raised OSError: no database'
    assert step.attempts == 1


def test_secrets_in_data_and_errors_are_masked(tooled: Tooled) -> None:
    secret = {"API_TOKEN": "s3cret-value"}
    tooled.tool("return {'token': ctx.env['API_TOKEN']}")
    assert tooled.call(env=secret).outputs == {"token": "***"}
    assert "s3cret-value" not in str(tooled.events)
    tooled.tool("return ToolResult(False, error=ctx.env['API_TOKEN'])")
    assert tooled.call(env=secret).error == "***"
    tooled.tool("raise ValueError(ctx.env['API_TOKEN'])")
    assert "s3cret-value" not in str(tooled.call(env=secret).error)


def test_outputs_of_a_tool_reach_later_steps_with_their_secrets(tooled: Tooled) -> None:
    tooled.plugin(
        """
        @register_tool("give")
        def give(params, ctx):
            return {"token": ctx.env["API_TOKEN"]}

        @register_tool("take", parameters={"properties": {"token": {"type": "string"}}})
        def take(params, ctx):
            return {"same": params["token"] == ctx.env["API_TOKEN"]}
        """
    )
    result = tooled.run(
        """
        - {id: one, type: tool.shop.give}
        - {id: two, type: tool.shop.take, inputs: {token: "{{steps.one.token}}"}}
        """,
        env={"API_TOKEN": "s3cret-value"},
    )
    assert result.jobs["main"].steps["two"].outputs == {"same": True}
