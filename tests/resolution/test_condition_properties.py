import json
import operator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.resolution.conditions import (
    ConditionError,
    ConditionSyntaxError,
    evaluate,
    parse_condition,
)
from aetherflow.core.resolution.scope import NullOutputs, Scope

WORDS = [
    *("and", "or", "not", "in", "==", "!=", "<", "<=", ">", ">=", "(", ")", "[", "]", ",", "."),
    *("true", "null", "0", "-1.5", "1e3", "'a'", '"b"', "params.n", "jobs.a.outputs.x", "jobs['a']", "env.X", "item"),
    *(
        "params.list",
        "params.map",
        "params",
        "nowhere",
        "{{",
        "=",
        "&&",
        "+",
        "-",
        "'",
        '"',
        "\\",
        "é",
        "__x",
        "9" * 30,
    ),
]
CONDITION_LIKE = st.lists(st.sampled_from(WORDS), max_size=12).flatmap(
    lambda words: st.sampled_from([" ".join(words), "".join(words)])
)
VALUES = st.sampled_from([None, True, 0, 2.5, "", "a", [], ["a", 1], {"a": None}])
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
ORDERS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq}


@given(st.text() | CONDITION_LIKE)
def test_reading_raises_its_own_error_only_with_a_place_in_the_text(text: str) -> None:
    try:
        condition = parse_condition(text)
    except ConditionSyntaxError as error:
        assert 0 <= error.start <= error.end <= len(text)
        assert error.message
        return
    assert condition.text == text
    assert all(text[each.start : each.end].startswith(each.path[0]) for each in condition.references)


@given(CONDITION_LIKE, VALUES, VALUES)
def test_computing_raises_its_own_error_only(text: str, one: Any, other: Any) -> None:
    scope = Scope(
        {
            "params": {"n": one, "list": [other, one], "map": {"k": other}},
            "jobs": {"a": {"status": "SUCCESS", "outputs": {"x": other}}, "b": {"outputs": NullOutputs()}},
            "env": {"X": "1"},
            "item": other,
        }
    )
    try:
        condition = parse_condition(text)
    except ConditionSyntaxError:
        return
    try:
        assert isinstance(evaluate(condition, scope), bool)
    except ConditionError as error:
        assert error.message


@given(st.text(max_size=200))
def test_any_text_can_be_written_as_a_string(text: str) -> None:
    condition = parse_condition(f"params.x == {json.dumps(text, ensure_ascii=False)}")
    assert evaluate(condition, Scope({"params": {"x": text}}))


@pytest.mark.parametrize("sign", ORDERS)
@given(one=NUMBERS, other=NUMBERS)
def test_numbers_compare_as_python_compares_them(sign: str, one: float, other: float) -> None:
    assert evaluate(parse_condition(f"{one!r} {sign} {other!r}"), Scope({})) is ORDERS[sign](one, other)


@given(st.lists(st.booleans(), min_size=1, max_size=6), st.data())
def test_logic_follows_python(operands: list[bool], data: st.DataObject) -> None:
    text = str(operands[0])
    for operand in operands[1:]:
        text += f" {data.draw(st.sampled_from(['and', 'or', 'and not', 'or not']))} {operand}"
    assert evaluate(parse_condition(text), Scope({})) is eval(text)
