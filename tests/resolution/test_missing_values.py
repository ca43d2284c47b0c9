from typing import Any

import pytest

from aetherflow.core.resolution.render import TemplateError, render
from aetherflow.core.resolution.scope import NullOutputs, Scope

SCOPE = Scope(
    {
        "env": {"HOME": "/root", "EMPTY": "", "app.url": "u"},
        "params": {"day": "monday", "empty": "", "nothing": None, "no": False, "zero": 0, "days": ["a", "b"]},
        "jobs": {
            "extract": {"status": "SUCCESS", "outputs": {"rows": 3, "files": 1}},
            "skipped": {"status": "SKIPPED", "outputs": NullOutputs()},
            "partly": {"status": "SKIPPED", "outputs": NullOutputs({"made": {"a": 1}})},
        },
    }
)


def message_of(text: str) -> str:
    with pytest.raises(TemplateError) as caught:
        render(text, SCOPE)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{params.absent:5}}", 5),
        ('{{params.absent:"5"}}', "5"),
        ("{{params.absent:}}", ""),
        ("{{params.absent:null}}", None),
        ("n={{params.absent:05}}", "n=05"),
        ('n={{params.absent:"5"}}', "n=5"),
        ("{{env.ABSENT:a:b}}", "a:b"),
        ("{{params.empty:x}}", "x"),
        ("{{env.EMPTY:x}}", "x"),
        ("{{params.nothing:x}}", "x"),
        ("{{jobs.skipped.outputs.rows:0}}", 0),
        ("{{nowhere.at.all:x}}", "x"),
    ],
)
def test_the_default_stands_for_what_is_missing_empty_or_null(text: str, value: Any) -> None:
    assert render(text, SCOPE) == value


@pytest.mark.parametrize(("text", "value"), [("{{params.no:x}}", False), ("{{params.zero:x}}", 0)])
def test_false_and_zero_are_values(text: str, value: Any) -> None:
    assert render(text, SCOPE) is value


def test_an_empty_string_is_a_value_where_there_is_no_default() -> None:
    assert render("{{params.empty}}", SCOPE) == ""


def test_an_empty_environment_variable_is_missing_where_there_is_no_default() -> None:
    assert message_of("{{env.EMPTY}}") == '{{env.EMPTY}}: environment variable "EMPTY" is empty'


@pytest.mark.parametrize(
    "text", ["{{jobs.skipped.outputs.rows}}", "{{jobs.skipped.outputs.rows.0.x}}", "{{jobs.skipped.outputs}}"]
)
def test_outputs_that_were_not_produced_are_null_at_any_depth(text: str) -> None:
    assert render(text, SCOPE) is None


def test_outputs_that_a_skipped_job_did_produce_are_there() -> None:
    assert render("{{jobs.partly.outputs.made.a}}", SCOPE) == 1
    assert render("{{jobs.partly.outputs}}", SCOPE) == {"made": {"a": 1}}


def test_the_dots_of_an_environment_variable_are_its_own() -> None:
    assert render("{{env.app.url}}", SCOPE) == "u"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{{jobs.extract.outputs.rwos}}",
            '"jobs.extract.outputs.rwos" does not exist: "jobs.extract.outputs" has no "rwos"; did you mean "rows"?',
        ),
        (
            "{{jobs.extract.outputs.zzz}}",
            '"jobs.extract.outputs.zzz" does not exist: "jobs.extract.outputs" has no "zzz"; it has "rows", "files"',
        ),
        (
            "{{jobs.extrct.status}}",
            '"jobs.extrct.status" does not exist: "jobs" has no "extrct"; did you mean "extract"?',
        ),
        (
            "{{params.day.of.week}}",
            '"params.day.of.week" does not exist: "params.day" is a string, which has nothing inside',
        ),
        (
            "{{params.nothing.x}}",
            '"params.nothing.x" does not exist: "params.nothing" is null, which has nothing inside',
        ),
        ("{{params.days.2}}", '"params.days.2" does not exist: "params.days" is a list of 2, counted from 0'),
        ("{{params.days.first}}", '"params.days.first" does not exist: "params.days" is a list of 2, counted from 0'),
        ("{{env.HMOE}}", 'environment variable "HMOE" is not set; did you mean "HOME"?'),
        ("{{env.ZZZ}}", 'environment variable "ZZZ" is not set'),
        ("{{secrets.x}}", 'unknown root "secrets"; here the roots are "env", "params", "jobs"'),
        ("{{param.day}}", 'unknown root "param"; did you mean "params"?'),
    ],
)
def test_a_missing_value_is_explained_by_the_nearest_name(text: str, message: str) -> None:
    assert message_of(text) == f"{text}: {message}"


def test_the_error_leads_to_the_place_inside_the_structure() -> None:
    with pytest.raises(TemplateError) as caught:
        render({"args": ["a", "b {{params.x}} c"]}, SCOPE)
    assert caught.value.path == ("args", 1)
    assert caught.value.token_text == "{{params.x}}"


def test_many_names_are_listed_in_part() -> None:
    scope = Scope({"params": {f"name{number}": 1 for number in range(9)}})
    assert '"name0", "name1", "name2", "name3", "name4", "name5", …' in scope.explain_missing(("params", "q"))


@pytest.mark.parametrize(("text", "rendered"), [("{{env.ABSENT}}", ""), ("a{{env.EMPTY}}b", "ab")])
def test_without_strictness_a_missing_value_is_empty_with_a_warning(text: str, rendered: str) -> None:
    warnings: list[str] = []
    assert render(text, SCOPE, strict=False, warn=warnings.append) == rendered
    assert len(warnings) == 1
    assert warnings[0].startswith("{{env.")


def test_without_strictness_wrong_syntax_is_still_an_error() -> None:
    with pytest.raises(TemplateError):
        render("{{x|y}}", SCOPE, strict=False)
