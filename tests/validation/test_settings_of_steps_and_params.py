"""Retry policies and declarations of params that contradict themselves."""

import pytest

from tests.validation.flows import findings, job, log, messages, told


def param(declaration: str) -> str:
    """Write a flow with one param."""
    return f"params:\n  p: {declaration}\n{job(log('say'))}"


@pytest.mark.parametrize(
    "declaration",
    [
        "{}",
        "{default: x, enum: [x, y], pattern: '^[xy]$'}",
        "{type: number, default: 1}",
        "{type: array, default: [1]}",
        "{type: object, default: {a: 1}}",
        "{type: boolean, default: false}",
        "{type: integer, enum: [1, 2]}",
    ],
)
def test_a_declaration_that_is_right_gives_no_finding(declaration: str) -> None:
    assert findings(param(declaration)) == []


@pytest.mark.parametrize(
    ("declaration", "start"),
    [
        ('{type: integer, default: "5"}', 'AF-F311 `"5"` the default of param "p" does not fit its declaration: "5"'),
        ("{type: integer, default: true}", "AF-F311 `true` "),
        ("{default: z, enum: [x, y]}", "AF-F311 `z` "),
        ("{default: z, pattern: '^x'}", "AF-F311 `z` "),
        ("{enum: [x, 5]}", 'AF-F312 `5` param "p" can never have this value: 5 is no string'),
        ("{pattern: '(', default: x}", "AF-F313 `'('` the pattern of param \"p\" is no regular expression: "),
        ("{pattern: 'a{99999999999}'}", "AF-F313 "),
        ("{type: integer, pattern: x}", "AF-F314 `x` "),
    ],
)
def test_a_declaration_that_contradicts_itself_is_told(declaration: str, start: str) -> None:
    (line,) = told(param(declaration))
    assert line.startswith(start)


@pytest.mark.parametrize("size", [1001, 100_000])
def test_a_pattern_without_measure_is_refused(size: int) -> None:
    assert messages(param("{pattern: '" + "(" * size + "'}")) == [
        'AF-F313: the pattern of param "p" is no regular expression: it is longer than 1000 characters'
    ]


def retrying(policy: str) -> str:
    """Write a flow whose step has a retry policy."""
    return job(f"{{id: s, type: log, inputs: {{message: x}}, retry: {policy}}}")


@pytest.mark.parametrize(
    "policy", ["{}", "{max_attempts: 3, backoff_seconds: 1, max_backoff_seconds: 9, on_exit_codes: [1]}"]
)
def test_a_policy_that_is_right_gives_no_finding(policy: str) -> None:
    assert findings(retrying(policy)) == []


def test_exit_codes_without_attempts_are_a_warning() -> None:
    flow = retrying("{on_exit_codes: [75]}")
    assert told(flow) == [
        'AF-F501 `on_exit_codes` "on_exit_codes" has no effect: the step is tried once '
        '| set "max_attempts" to 2 or more'
    ]
    assert [each.severity for each in findings(flow)] == ["warning"]


def test_a_backoff_beyond_its_bound_is_a_warning() -> None:
    flow = retrying("{max_attempts: 3, backoff_seconds: 60, max_backoff_seconds: 9}")
    assert told(flow) == [
        'AF-F502 `backoff_seconds` "backoff_seconds" is 60, but "max_backoff_seconds" cuts it to 9 '
        "| raise max_backoff_seconds, or lower backoff_seconds"
    ]
