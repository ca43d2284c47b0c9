"""Hooks are asked before and after every call of a tool, and may change its params and its result, or stop it."""

from pathlib import Path

import pytest

from tests.tools.conftest import Tooled

ECHO = """
    @register_tool("echo", parameters={"properties": {"n": {"type": "integer"}}})
    def echo(params, ctx):
        if params.get("n") == 0:
            raise ValueError("nothing")
        return params
    """
STEP = "- {id: one, type: tool.shop.echo, inputs: {n: 1}}"


def hook(tooled: Tooled, point: str, body: str) -> Path:
    """Let a plugin "guard" answer a hook."""
    text = f'@register_hook("{point}")\ndef answer(data, ctx):\n    {body}\n'
    return tooled.plugin(text, "guard")


def outcome(tooled: Tooled, step: str = STEP) -> object:
    tooled.plugin(ECHO)
    report = tooled.run(step).jobs["main"].steps["one"]
    return report.error if report.status == "FAILED" else report.outputs


def test_params_that_a_hook_changes_are_those_of_the_call_and_on_record(tooled: Tooled) -> None:
    hook(tooled, "before_tool_call", "data['params']['n'] = 7; return data")
    assert outcome(tooled) == {"n": 7}
    (patched,) = tooled.told("hook_patched")
    assert (patched.step_id, patched.attempt) == ("one", 1)
    assert {key: patched.payload[key] for key in ("plugin", "hook", "changed", "before", "after")} == {
        "plugin": "guard",
        "hook": "before_tool_call",
        "changed": ("params.n",),
        "before": {"params.n": 1},
        "after": {"params.n": 7},
    }


def test_a_result_that_a_hook_changes_is_that_of_the_step(tooled: Tooled) -> None:
    hook(tooled, "after_tool_call", "data['result']['data'] = {'n': 8}; return data")
    assert outcome(tooled) == {"n": 8}
    (patched,) = tooled.told("hook_patched")
    assert patched.payload["changed"] == ("result.data.n",)


def test_a_hook_is_told_which_tool_is_called_and_what_it_gave(tooled: Tooled) -> None:
    tooled.plugin(
        """
        @register_hook("before_tool_call")
        def before(data, ctx):
            ctx.log.info(f"before {data} {ctx.job_id}.{ctx.step_id}")

        @register_hook("after_tool_call")
        def after(data, ctx):
            ctx.log.info(f"after {data}")
        """,
        "guard",
    )
    outcome(tooled)
    assert [event.payload["message"] for event in tooled.told("log")] == [
        "before {'tool': 'tool.shop.echo', 'params': {'n': 1}} main.one",
        "after {'tool': 'tool.shop.echo', 'result': {'success': True, 'data': {'n': 1}, 'error': None}}",
    ]


def test_a_hook_is_told_of_calls_that_failed(tooled: Tooled) -> None:
    hook(tooled, "after_tool_call", "ctx.log.info(data['result']['error'])")
    error = outcome(tooled, STEP.replace("n: 1", "n: 0"))
    assert [event.payload["message"] for event in tooled.told("log")] == [error]
    assert str(error).startswith('the tool "tool.shop.echo" raised ValueError: nothing (')


def test_a_hook_may_make_a_failure_a_success_and_the_other_way_round(tooled: Tooled) -> None:
    hook(tooled, "after_tool_call", "return {'result': {'success': True, 'data': {'n': 0}}}")
    assert outcome(tooled, STEP.replace("n: 1", "n: 0")) == {"n": 0}
    hook(tooled, "after_tool_call", "return {'result': {'success': False, 'error': 'one is too few'}}")
    assert outcome(tooled) == "one is too few"


@pytest.mark.parametrize("point", ["before_tool_call", "after_tool_call"])
def test_a_veto_fails_the_step_for_good(point: str, tooled: Tooled) -> None:
    hook(tooled, point, "return Veto('not today')")
    tooled.plugin(ECHO)
    step = STEP.replace("}}", "}, retry: {max_attempts: 3, backoff_seconds: 0}}")
    report = tooled.run(step).jobs["main"].steps["one"]
    assert (report.status, report.error, report.attempts) == ("FAILED", 'vetoed by plugin "guard": not today', 1)


def test_a_vetoed_tool_is_not_called(tooled: Tooled) -> None:
    hook(tooled, "before_tool_call", "return Veto('not today')")
    tooled.plugin('@register_tool("echo")\ndef echo(params, ctx):\n    raise SystemExit("called")\n')
    report = tooled.run("- {id: one, type: tool.shop.echo}").jobs["main"].steps["one"]
    assert report.error == 'vetoed by plugin "guard": not today'


def test_a_veto_of_a_call_that_failed_says_both(tooled: Tooled) -> None:
    hook(tooled, "after_tool_call", "return Veto('not today')")
    error = str(outcome(tooled, STEP.replace("n: 1", "n: 0")))
    assert "raised ValueError: nothing" in error
    assert error.endswith('; vetoed by plugin "guard": not today')


@pytest.mark.parametrize(
    ("point", "body", "problem"),
    [
        ("before_tool_call", "raise ValueError('no')", "raised ValueError: no"),
        ("before_tool_call", "return {'params': [1]}", 'returned "params" that are no mapping'),
        ("before_tool_call", "return {'tool': 'other'}", 'changed "tool", which it may not'),
        (
            "after_tool_call",
            "return {'result': 7}",
            'returned a "result" that is no mapping of success, data and error',
        ),
        ("after_tool_call", "return {'result': {'success': 1}}", "whose success is neither true nor false"),
        ("after_tool_call", "return {'result': {'success': True, 'more': 1}}", "no mapping of success, data and error"),
        ("after_tool_call", "return {'result': {'success': False, 'error': 7}}", "whose error is no text"),
    ],
)
def test_a_hook_that_fails_fails_the_call(point: str, body: str, problem: str, tooled: Tooled) -> None:
    path = hook(tooled, point, body)
    error = str(outcome(tooled))
    assert error.startswith(f'the hook {point} of plugin "guard" ')
    assert problem in error
    assert str(path) in error


def test_params_that_a_hook_made_wrong_are_told_with_who_changed_them(tooled: Tooled) -> None:
    path = hook(tooled, "before_tool_call", "return {'params': {'n': 'x'}}")
    tooled.plugin(ECHO)
    tooled.run(STEP)
    (finished,) = tooled.told("step_finished")
    assert (
        finished.payload["error"]
        == "the params do not fit the tool \"tool.shop.echo\": n: 'x' is not of type 'integer'"
    )
    assert finished.payload["hint"] == f'its params were changed by plugin "guard" ({path}:2)'


def test_a_call_inside_another_step_is_asked_about_too(tooled: Tooled) -> None:
    hook(tooled, "before_tool_call", "return Veto('not today')")
    step = "- {id: one, type: with_lock, inputs: {lock_key: k, step: {type: tool.shop.echo, inputs: {n: 1}}}}"
    assert outcome(tooled, step) == 'vetoed by plugin "guard": not today'


def test_all_hooks_are_asked_in_load_order(tooled: Tooled) -> None:
    tooled.plugin(ECHO)
    for name in ("a", "b"):
        counting = f'    data["params"]["{name}"] = len(data["params"])\n    return data\n'
        tooled.plugin(f'@register_hook("before_tool_call")\ndef f(data, ctx):\n{counting}', name)
    assert outcome(tooled) == {"n": 1, "a": 1, "b": 2}


def test_secrets_that_hooks_put_into_params_are_masked_on_record(tooled: Tooled) -> None:
    hook(tooled, "before_tool_call", "return {'params': {'n': 1, 'token': ctx.env['API_TOKEN']}}")
    tooled.plugin(ECHO)
    tooled.run(STEP, env={"API_TOKEN": "s3cret-value"})
    assert tooled.told("hook_patched")
    assert "s3cret-value" not in str(tooled.events)
