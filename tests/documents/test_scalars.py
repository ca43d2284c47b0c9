"""Plain scalars are typed as YAML 1.2 core says."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.documents.scalars import TYPED_BEGINNINGS, ScalarError, parse_scalar


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_null_is_written_in_five_ways(text: str) -> None:
    assert parse_scalar(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False)],
)
def test_booleans_are_true_and_false_in_three_cases(text: str, value: bool) -> None:
    assert parse_scalar(text) is value


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "yes",
        "on",
        "off",
        "y",
        "N",
        "12:30",
        "2024-01-31",
        "1_000",
        "0b1",
        "tRUE",
        "nUll",
        "+",
        "-",
        ".",
        "1e",
        "0x",
        "0o8",
        "+0x1",
        "1.2.3",
        "١",
    ],
)
def test_whatever_is_no_core_value_stays_a_string(text: str) -> None:
    assert parse_scalar(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-0", 0),
        ("+12", 12),
        ("-7", -7),
        ("007", 7),
        ("0x1F", 31),
        ("0o17", 15),
        (str(2**63 - 1), 2**63 - 1),
        (str(-(2**63)), -(2**63)),
    ],
)
def test_integers_are_decimal_hexadecimal_and_octal(text: str, value: int) -> None:
    parsed = parse_scalar(text)
    assert parsed == value
    assert type(parsed) is int


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.5", 1.5), ("-.5", -0.5), ("1.", 1.0), ("1e3", 1000.0), ("6.02E+23", 6.02e23), ("12e-2", 0.12)],
)
def test_decimal_numbers_have_a_point_or_an_exponent(text: str, value: float) -> None:
    parsed = parse_scalar(text)
    assert parsed == value
    assert type(parsed) is float


@pytest.mark.parametrize("text", [".inf", "-.Inf", "+.INF", ".nan", ".NaN", ".NAN"])
def test_infinities_and_not_a_number_are_refused(text: str) -> None:
    with pytest.raises(ScalarError, match="is not a finite number"):
        parse_scalar(text)


@pytest.mark.parametrize("text", [str(2**63), str(-(2**63) - 1), "0x8000000000000000", "9" * 10_000])
def test_integers_beyond_64_bits_are_refused(text: str) -> None:
    with pytest.raises(ScalarError, match="does not fit into 64 bits"):
        parse_scalar(text)


def test_a_decimal_number_beyond_the_range_is_refused() -> None:
    with pytest.raises(ScalarError, match='the number "1e999" is too large'):
        parse_scalar("1e999")


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_64_bit_integer_reads_as_itself(number: int) -> None:
    assert parse_scalar(str(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_reads_as_itself(number: float) -> None:
    parsed = parse_scalar(repr(number))
    assert parsed == number
    assert isinstance(parsed, float)
    assert math.copysign(1, parsed) == math.copysign(1, number)


@given(st.text())
def test_only_known_beginnings_are_typed(text: str) -> None:
    if text[:1] not in TYPED_BEGINNINGS:
        assert parse_scalar(text) == text
