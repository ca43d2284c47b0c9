"""Variables that templates name."""

import pytest

from tests.validation.flows import findings, job, log, told


def test_a_variable_that_is_not_set_is_a_warning() -> None:
    flow = job(log("say", "{{env.DB_HSOT}}"))
    (found,) = findings(flow)
    assert found.severity == "warning"
    assert told(flow, environment={"DB_HOST": "x"}) == [
        'AF-E301 `{{env.DB_HSOT}}` environment variable "DB_HSOT" is not set | did you mean "DB_HOST"? '
        "| set it, or give a default: {{env.DB_HSOT:DEFAULT}}"
    ]


def test_under_strict_env_it_is_an_error() -> None:
    assert [each.severity for each in findings(job(log("say", "{{env.A}}")), strict_env=True)] == ["error"]


@pytest.mark.parametrize("strict", [True, False])
def test_with_a_secrets_hook_it_is_a_note_since_the_hook_may_give_it(strict: bool) -> None:
    (found,) = findings(job(log("say", "{{env.A}}")), strict_env=strict, secrets_hook_configured=True)
    assert (found.severity, found.notes) == ("note", ("the secrets hook may still give it",))


def test_an_empty_variable_counts_as_not_set() -> None:
    (found,) = findings(job(log("say", "{{env.A}}")), environment={"A": ""})
    assert found.message == 'environment variable "A" is empty, which counts as not set'


def test_a_default_even_an_empty_one_is_enough() -> None:
    assert findings(job(log("say", "{{env.A:}} {{env.B:x}}")), strict_env=True) == []


def test_each_place_of_a_variable_is_told_once() -> None:
    flow = job(log("a", "{{env.A}} {{env.A}}"), log("b", "{{env.A}}"))
    assert len(findings(flow)) == 2


def test_in_a_condition_a_variable_may_be_absent() -> None:
    assert findings(job(log("say"), more="when: env.DEPLOY == 'yes'"), strict_env=True) == []
