from typing import Any

import pytest

from aetherflow.core.resolution.conditions import ConditionError, evaluate, parse_condition
from aetherflow.core.resolution.scope import NullOutputs, Scope

SCOPE = Scope(
    {
        "env": {"HOME": "/root", "COUNT": "5", "EMPTY": ""},
        "params": {
            "n": 5,
            "half": 2.5,
            "yes": True,
            "no": False,
            "day": "monday",
            "nothing": None,
            "days": ["monday", 5, [1]],
            "meta": {"rows": 3, "deep": {"a": 1}},
        },
        "jobs": {
            "extract": {"status": "SUCCESS", "outputs": {"rows": 3}},
            "my-job": {"status": "SKIPPED", "outputs": NullOutputs()},
        },
        "steps": {"pull": {"rows": 3}},
        "item": {"key": "k"},
        "index": 0,
    }
)


def holds(text: str) -> bool:
    return evaluate(parse_condition(text), SCOPE)


def message_of(text: str) -> str:
    with pytest.raises(ConditionError) as caught:
        holds(text)
    assert str(caught.value) == caught.value.message
    return caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "true",
        "TRUE",
        "not False",
        "null == None",
        "params.n == 5",
        "params.n == 5.0",
        "params.n != 4",
        "-1 < +1",
        "2.5e1 == 25",
        "params.half >= 2.5 and params.half <= 2.5",
        "'a' < 'b'",
        'params.day == "monday"',
        "params.day == 'monday'",
        r"'it\'s' == " + '"it\'s"',
        r'"\u00e9\n" == ' + "'é\\n'",
        "params.day in ['sunday', 'monday',]",
        "params.day not in []",
        "'mon' in params.day",
        "'rows' in params.meta",
        "[1] in params.days",
        "jobs.extract.outputs.rows > 0",
        "jobs.extract.status == 'SUCCESS'",
        "jobs.my-job.status == 'SKIPPED'",
        'jobs["my-job"].status == "SKIPPED"',
        "jobs['my-job']['status'] in ['SKIPPED']",
        "params.days[0] == 'monday'",
        "params.days[2].0 == 1",
        "params.meta == params.meta",
        "[[1, 'a'], []] == [[1.0, 'a'], []]",
        "steps.pull.rows==3 and true",
        "item.key == 'k' and index == 0",
        "not not (params.n > 1)",
    ],
)
def test_a_condition_that_holds(text: str) -> None:
    assert holds(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "not true",
        "params.n == '5'",
        "params.yes == 1",
        "[true] == [1]",
        "params.meta == params.days",
        "params.n in ['5']",
        "params.yes in [1]",
        "1 == null",
    ],
)
def test_a_condition_that_does_not_hold(text: str) -> None:
    assert holds(text) is False


def test_and_binds_tighter_than_or_and_not_tighter_than_both() -> None:
    assert holds("true or false and false")
    assert not holds("(true or false) and false")
    assert holds("not false and true")
    assert not holds("not (false or true)")
    assert holds("not 1 == 2")


@pytest.mark.parametrize("text", ["1", "'a'", "'false'", "[0]", "params.meta", "params.n", "-0.5"])
def test_values_that_are_not_empty_hold(text: str) -> None:
    assert holds(text)


@pytest.mark.parametrize("text", ["0", "0.0", "''", "[]", "null", "params.no", "env.EMPTY", "jobs.my-job.outputs"])
def test_null_false_zero_and_what_is_empty_do_not_hold(text: str) -> None:
    assert not holds(text)


def test_and_and_or_give_the_operand_that_decides() -> None:
    assert holds("(params.nothing or 'default') == 'default'")
    assert holds("(params.n and params.day) == 'monday'")


def test_the_operand_that_is_not_needed_is_not_computed() -> None:
    assert holds("true or params.n < 'a'")
    assert not holds("false and jobs.absent.status == 'SUCCESS'")


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">="])
def test_a_comparison_of_null_with_an_order_is_false(sign: str) -> None:
    assert not holds(f"null {sign} 1")
    assert not holds(f"1 {sign} params.nothing")
    assert not holds(f"null {sign} null")


def test_nothing_is_in_null() -> None:
    assert not holds("'a' in params.nothing")
    assert holds("'a' not in params.nothing")
    assert not holds("null in 'text'")


@pytest.mark.parametrize(
    "text",
    [
        "env.ABSENT == null",
        "jobs.extract.outputs.absent == null",
        "jobs.extract.outputs.absent.deeper == null",
        "jobs.my-job.outputs.rows == null",
        "not (jobs.my-job.outputs.rows > 0)",
        "steps.pull.absent == null",
        "params.meta.absent == null",
        "params.days[9] == null",
        "item.absent == null",
    ],
)
def test_a_value_that_was_not_produced_is_null(text: str) -> None:
    assert holds(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("jobs.extrct.status", '"jobs.extrct.status" does not exist: "jobs" has no "extrct"; did you mean "extract"?'),
        ("jobs.absent", '"jobs.absent" does not exist: "jobs" has no "absent"; it has "extract", "my-job"'),
        (
            "jobs.extract.state",
            '"jobs.extract.state" does not exist: "jobs.extract" has no "state"; did you mean "status"?',
        ),
        ("steps.pul.rows > 1", '"steps.pul" does not exist: "steps" has no "pul"; did you mean "pull"?'),
        ("params.dya == 1", '"params.dya" does not exist: "params" has no "dya"; did you mean "day"?'),
        ("monday", 'unknown root "monday"; here the roots are "env", "params", "jobs", "steps", "item", "index"'),
    ],
)
def test_a_name_that_leads_nowhere_is_an_error(text: str, message: str) -> None:
    assert message_of(text) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("env.COUNT > 4", '">" cannot compare a string and a number: env.COUNT is a string, 4 is a number'),
        ("true < 1", '"<" cannot compare a boolean and a number: true < 1'),
        ("params.yes < true", '"<" cannot compare a boolean and a boolean: params.yes is a boolean, true is a boolean'),
        ("params.days < [1]", '"<" cannot compare a list and a list: params.days is a list, [1] is a list'),
        (
            "params.meta <= 'a'",
            "\"<=\" cannot compare a mapping and a string: params.meta is a mapping, 'a' is a string",
        ),
        ("5 in params.day", '"in" cannot compare a number and a string: 5 is a number, params.day is a string'),
        (
            "'a' not in params.n",
            "\"not in\" cannot compare a string and a number: 'a' is a string, params.n is a number",
        ),
    ],
)
def test_a_clash_names_both_types(text: str, message: str) -> None:
    assert message_of(text) == message


def test_an_error_never_tells_a_value() -> None:
    assert "/root" not in message_of("env.HOME < 5")


def test_values_nested_too_deep_to_compare_are_an_error() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    other: Any = []
    for _ in range(100_000):
        other = [other]
    with pytest.raises(ConditionError, match="nested too deep"):
        evaluate(parse_condition("params.a == params.b"), Scope({"params": {"a": deep, "b": other}}))
