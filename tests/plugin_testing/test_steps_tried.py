"""`dev plugin-test` of steps: what is tried with which inputs, and what is found."""

from tests.plugin_testing.tested import Author

NAME = '{"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}'
ALL_CHECKS = ["call", "schema", "result size", "repeat", "timeout", "cancel", "secret", "left behind"]


def step(body: str, *, schema: str = NAME, more: str = "") -> str:
    """Give a plugin with one step type."""
    return f"""
import os, subprocess, sys, threading, time

@register_step("shop.sell")
class Sell(Step):
    "Sells."
    input_schema = {schema}
    {more}

    def run(self, ctx, inputs):
        {body}
"""


def test_a_sound_step_passes_everything_with_made_up_inputs(shop: Author) -> None:
    more = 'output_schema = {"type": "object", "properties": {"sold": {"type": "string"}}}'
    shop.plugin(step('return {"sold": inputs["name"]}', more=more))
    tried = shop.test()
    assert tried.report.is_ok(strict=True)
    assert tried.verdicts("step shop.sell") == dict.fromkeys(ALL_CHECKS, "passed")
    assert tried.of("call").said.endswith("with made-up inputs")
    assert tried.report.plugin == "shop"


#: In the calls of which the number is given, counted over processes, it goes on for 8 seconds.
SLOW = """calls = open({log!r}, "a+")
        calls.write("x")
        calls.flush()
        calls.seek(0)
        end = time.monotonic() + 8
        while len(calls.read()) in {slow} and time.monotonic() < end{asks}:
            calls.seek(0)
            try:
                time.sleep(0.05)
            except {caught}:
                pass
        return {{}}"""
#: Before the one that is given little time, it is called once, and twice for the sake of repeating.
TIMEOUT_CALL, CANCEL_CALL = 4, 5


def slow(shop: Author, call: int, asks: str = "", caught: str = "ValueError") -> str:
    """Give the body of a step that is slow in one of its calls."""
    return SLOW.format(log=str(shop.project.root / "calls"), slow=(call,), asks=asks, caught=caught)


def test_a_step_that_does_not_look_whether_its_time_is_over_fails_there(shop: Author) -> None:
    shop.plugin(step(slow(shop, TIMEOUT_CALL)))
    tried = shop.test(grace=2)
    assert tried.failed() == [("timeout", "AF-P904")]
    assert tried.of("timeout").finding.hint.startswith("ask `ctx.is_cancelled` in long loops")  # type: ignore[union-attr]


def test_a_step_that_looks_whether_its_time_is_over_passes(shop: Author) -> None:
    shop.plugin(step(slow(shop, TIMEOUT_CALL, asks=" and not ctx.is_cancelled")))
    tried = shop.test()
    assert tried.failed() == []
    assert tried.of("timeout").said.endswith("ms after its time was over")


def test_a_cancelled_step_is_interrupted_where_it_stands(shop: Author) -> None:
    shop.plugin(step(slow(shop, CANCEL_CALL)))
    tried = shop.test()
    assert tried.failed() == []
    assert tried.of("cancel").said.endswith("ms after it was cancelled")


def test_what_swallows_every_exception_cannot_be_cancelled(shop: Author) -> None:
    shop.plugin(step(slow(shop, CANCEL_CALL, caught="BaseException")))
    assert shop.test(grace=2).failed() == [("cancel", "AF-P904")]


def test_what_made_up_inputs_do_not_suit_is_not_run_and_says_why(shop: Author) -> None:
    shop.plugin(step("raise StepFailed('there is no such shop')"))
    tried = shop.test()
    assert tried.report.is_ok(strict=True)
    assert tried.verdicts("step shop.sell") == {"call": "not run"} | {
        check: "not run" for check in ALL_CHECKS if check not in ("schema", "result size")
    }
    assert tried.of("call").said == (
        "made-up inputs do not do: there is no such shop; "
        "give it inputs that work under `examples` in aetherflow-plugin.yaml"
    )


def test_a_network_that_is_not_there_is_no_fault_with_made_up_inputs(shop: Author) -> None:
    body = "import socket\n        socket.create_connection(('127.0.0.1', 1), timeout=1)"
    shop.plugin(step(body))
    assert shop.test().of("call").said.startswith("made-up inputs do not do: ConnectionRefusedError")


def test_with_an_example_a_failure_is_a_failure(shop: Author) -> None:
    shop.plugin(step("raise StepFailed('there is no such shop')"), "shop.sell: {inputs: {name: corner}}")
    tried = shop.test()
    assert tried.failed() == [("call", "AF-P901")]
    assert tried.of("call").said == "fails with the inputs of its example: there is no such shop"


def test_an_example_is_what_the_step_is_tried_with(shop: Author) -> None:
    body = "assert inputs['name'] == 'corner' and ctx.env['TILL'] == 'open'\n        return {'at': time.time()}"
    shop.plugin(step(body), "shop.sell: {inputs: {name: corner}, env: {TILL: open}, varies: [at]}")
    assert shop.test().failed() == []


def test_steps_that_run_before_make_what_it_needs(shop: Author) -> None:
    body = "return {'text': (ctx.artifacts_dir / 'till.txt').read_text()}"
    examples = """
    shop.sell:
      inputs: {name: corner}
      before:
        - {type: shop.open, inputs: {}}
    """
    opening = """

@register_step("shop.open")
def open_shop(ctx, inputs):
    "Opens."
    ctx.write_atomic("till.txt", "12")
"""
    shop.plugin(step(body) + opening, examples)
    tried = shop.test()
    assert tried.of("call", "step shop.sell").verdict == "passed", tried.of("call", "step shop.sell").said


def test_a_literal_token_in_an_example_is_no_template(shop: Author) -> None:
    shop.plugin(step("assert inputs['name'] == '{{x}}', inputs"), "shop.sell: {inputs: {name: '{{x}}'}}")
    assert shop.test().of("call").verdict == "passed"


def test_what_cannot_be_tried_says_so_in_its_own_words(shop: Author) -> None:
    shop.plugin(step("os._exit(1)"), "shop.sell: {not_run: it needs the warehouse}")
    tried = shop.test()
    assert tried.report.is_ok(strict=True)
    assert tried.verdicts("step shop.sell") == {"call": "not run"}
    assert tried.of("call").said == "it needs the warehouse"


def test_a_step_without_a_schema_is_not_called_with_guesses(shop: Author) -> None:
    shop.plugin(step("os._exit(1)", schema="None"))
    tried = shop.test()
    assert tried.report.is_ok(strict=True)
    assert "it declares no input_schema" in tried.of("call").said


def test_a_step_that_must_not_be_repeated_is_called_once_and_with_its_example_only(shop: Author) -> None:
    log = shop.project.root / "calls"
    body = f"open({str(log)!r}, 'a').write('x')"
    shop.plugin(step(body, more='effects = "once"'))
    assert "its effects are `once`" in shop.test().of("call").said
    assert not log.exists()
    shop.plugin(step(body, more='effects = "once"'), "shop.sell: {inputs: {name: corner}}")
    tried = shop.test()
    assert (tried.of("call").verdict, tried.of("repeat").verdict) == ("passed", "not run")
    assert log.read_text() == "x"


def test_inputs_are_made_from_typed_records_too(shop: Author) -> None:
    code = """
from dataclasses import dataclass
from typing import Literal

@dataclass
class Wish:
    name: str
    count: int
    size: Literal["small", "large"] = "small"

@register_step("shop.sell")
class Sell(Step):
    "Sells."
    input_schema = Wish

    def run(self, ctx, inputs):
        return {"sold": inputs.count}
"""
    shop.plugin(code)
    assert shop.test().of("call").verdict == "passed"


def test_a_resource_is_made_of_the_plugins_own_connector(shop: Author) -> None:
    code = """
@register_connector(kind="till", driver="list")
class Till(ConnectorBase):
    "A till."
    config_schema = {"type": "object", "properties": {"coins": {"type": "array", "items": {"type": "integer"}}}}
    def connect(self):
        return self.config["coins"]

@register_step("shop.count")
class Count(Step):
    "Counts."
    input_schema = {"type": "object", "properties": {"till": {"type": "string", "x-aetherflow-resource": "till"}}}
    def run(self, ctx, inputs):
        return {"coins": len(ctx.connectors[inputs["till"]].connect())}
"""
    shop.plugin(code)
    tried = shop.test()
    assert tried.failed() == []
    assert tried.of("call", "step shop.count").verdict == "passed", tried.of("call", "step shop.count").said


def test_an_async_step_is_tried_as_others(shop: Author) -> None:
    code = """
import asyncio

@register_step("shop.wait")
async def wait(ctx, inputs):
    "Waits."
    await asyncio.sleep(0.01)
    return {"n": 1}

wait.input_schema = {"type": "object"}
"""
    shop.plugin(code)
    assert set(shop.test().verdicts("step shop.wait").values()) == {"passed", "not run"}


def test_what_a_step_prints_does_not_get_into_the_report(shop: Author) -> None:
    shop.plugin(step("print('hello'); os.write(1, b'raw'); sys.stderr.write('more')"))
    outcome = shop.run("shop", "--json")
    assert outcome.json["ok"] is True
    assert "hello" not in outcome.stdout + outcome.stderr
    assert outcome.stderr == ""


def test_the_environment_of_whoever_tests_is_not_the_plugins(shop: Author) -> None:
    body = "assert 'CLOUD_PASSWORD' not in os.environ and 'CLOUD_PASSWORD' not in ctx.env, 'seen'"
    shop.plugin(step(body))
    assert shop.test(CLOUD_PASSWORD="hunter2").of("call").verdict == "passed"
