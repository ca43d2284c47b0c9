import pytest

from aetherflow.core.resolution.conditions import (
    Condition,
    ConditionSyntaxError,
    Reference,
    parse_condition,
)
from aetherflow.core.resolution.when.parser import DEEPEST_NESTING, LONGEST_CONDITION

IN_A_STEP = "compute the value in a step"
COMPARE = "compute the value in a step and compare its output"
OPERATORS = "operators are and, or, not, ==, !=, <, <=, >, >=, in"
BARE = "write the name bare: params.day, not {{params.day}}"
NAMES = "names lead to params, env, and outputs of jobs and steps only"


def error_of(text: str) -> ConditionSyntaxError:
    with pytest.raises(ConditionSyntaxError) as caught:
        parse_condition(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "seen", "message", "hint"),
    [
        ("{{params.n}} > 2", "{{", 'a condition has no "{{"', BARE),
        ("a = 1", "=", 'unknown operator "="', "write == to compare"),
        ("a === 1", "===", 'unknown operator "==="', "write == to compare"),
        ("a !== 1", "!==", 'unknown operator "!=="', "write != to compare"),
        ("a <> 1", "<>", 'unknown operator "<>"', "write != to compare"),
        ("a <=> 1", "<=>", 'unknown operator "<=>"', "write ==, < or > to compare"),
        ("a && b", "&&", 'unknown operator "&&"', "write and"),
        ("a || b", "||", 'unknown operator "||"', "write or"),
        ("a | b", "|", 'unknown operator "|"', "there are no filters in conditions; the logical operator is or"),
        ("!a", "!", 'unknown operator "!"', "write not"),
        ("a is 5", "is", 'unknown operator "is"', "write == to compare"),
        ("a AND b", "AND", 'unexpected "AND"', "the word is and, in small letters"),
        ("a + 1", "+", "there is no arithmetic in conditions", COMPARE),
        ("a * 1", "*", "there is no arithmetic in conditions", COMPARE),
        ("a -1", "-1", "there is no arithmetic in conditions", IN_A_STEP),
        ("len(a)", "(", "there are no calls in conditions", IN_A_STEP),
        ("a.b(1)", "(", "there are no calls in conditions", IN_A_STEP),
        ("a ? b", "?", 'unknown operator "?"', "join two conditions with and, or"),
        ("$HOME", "$", 'a condition has no "$"', "write the name bare: env.HOME, not $HOME"),
        ("${HOME}", "${", 'a condition has no "${"', "write the name bare: env.HOME, not ${HOME}"),
        ("{'a': 1}", "{", "there are no mappings in conditions", "compare a key of the mapping instead"),
        ("1 < 2 < 3", "<", "comparisons cannot be chained", "join two comparisons with and"),
        ("a == b == c", "==", "comparisons cannot be chained", "join two comparisons with and"),
        ("a in b not in c", "not", "comparisons cannot be chained", "join two comparisons with and"),
        ("a.__class__", ".__class__", 'names that begin with "__" cannot be used: "__class__"', NAMES),
        ("a['__class__']", "'__class__'", 'names that begin with "__" cannot be used: "__class__"', NAMES),
        ("__import__", "__import__", 'names that begin with "__" cannot be used: "__import__"', NAMES),
        ("a[-1]", "-1", "brackets after a name take a key in quotes or an index from 0", None),
        ("a[b]", "b", "brackets after a name take a key in quotes or an index from 0", None),
        ("a['b'", "", '"]" is missing after the key', None),
        ("(a", "", '")" is missing for the "(" at character 1', None),
        ("[1, 2", "", '"]" is missing for the "[" at character 1', None),
        ("[1 2]", "2", '"]" is missing for the "[" at character 1', None),
        ("a)", ")", 'unexpected ")"', OPERATORS),
        ("1 2", "2", 'unexpected "2"', OPERATORS),
        ("a .b", ".b", 'unexpected ".b"', OPERATORS),
        ("a ==", "", "a value is missing at the end", None),
        ("not", "", "a value is missing at the end", None),
        ("== 5", "==", 'a value is expected, not "=="', None),
        ("a and or b", "or", 'a value is expected, not "or"', None),
        ("()", ")", 'a value is expected, not ")"', None),
        ("a < .5", ".5", 'a value is expected, not ".5"', "a number below one begins with 0, as in 0.5"),
        ("5x", "5x", '"5x" is no number', "a name begins with a letter"),
        ("1.2.3", "1.2.3", '"1.2.3" is no number', "a name begins with a letter"),
        ("9223372036854775808", "9223372036854775808", "the number is too large", None),
        ("1e999", "1e999", "the number is too large", None),
        ("'abc", "'abc", "the string that begins with ' does not end", None),
        (r"'\q'", r"'\q'", r'"\q" is no escape; a backslash itself is written \\', None),
        ("a # b", "#", 'unexpected "#"', None),
    ],
)
def test_a_mistake_is_named_at_its_place_with_what_to_write_instead(
    text: str, seen: str, message: str, hint: str | None
) -> None:
    error = error_of(text)
    assert (text[error.start : error.end], error.message, error.hint) == (seen, message, hint)


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_condition_is_an_error(text: str) -> None:
    assert error_of(text).message == "the condition is empty"


def test_length_is_bounded() -> None:
    assert isinstance(parse_condition("a" * LONGEST_CONDITION), Condition)
    assert error_of("a" * (LONGEST_CONDITION + 1)).message == (
        "the condition is too long: 4,097 characters, at most 4,096 are read"
    )


@pytest.mark.parametrize(("opening", "closing"), [("(", ")"), ("[", "]"), ("not ", "")])
def test_nesting_is_bounded(opening: str, closing: str) -> None:
    deepest = opening * DEEPEST_NESTING + "a" + closing * DEEPEST_NESTING
    assert isinstance(parse_condition(deepest), Condition)
    assert error_of(opening + deepest + closing).message == "the condition is nested more than 50 deep"


def test_many_operands_are_no_nesting() -> None:
    assert isinstance(parse_condition(" and ".join(["a"] * 500)), Condition)


def test_every_name_is_a_reference_with_its_place() -> None:
    text = 'jobs["my-job"].outputs.x > 0 and (env.A in [params.n[0]])'
    references = parse_condition(text).references
    assert references == (
        Reference(("jobs", "my-job", "outputs", "x"), 0, 24),
        Reference(("env", "A"), 34, 39),
        Reference(("params", "n", "0"), 44, 55),
    )
    assert [text[each.start : each.end] for each in references] == ['jobs["my-job"].outputs.x', "env.A", "params.n[0]"]


def test_words_inside_strings_are_no_names() -> None:
    assert parse_condition("'jobs.a and b' == \"params.c\"").references == ()
