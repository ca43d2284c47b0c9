"""A step may give back anything; what is no result fails the step in words that name it."""

from typing import Any

import pytest

from aetherflow.core.contracts.errors import StepFailed
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.status import STEP_SKIPPED, StepStatus
from aetherflow.core.contracts.step import StepResult
from aetherflow.core.runner.step_result import checked_result

STEP_TYPE = Contribution(
    kind="step", name="acme.load", plugin="acme", version="1", digest="", origin="", file="acme.py", line=7, load=dict
)


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        ([1], 'step type "acme.load" returned a list (acme.py:7)'),
        ("done", 'step type "acme.load" returned a str (acme.py:7)'),
        (StepResult("DONE"), 'step type "acme.load" returned the unknown status "DONE" (acme.py:7)'),
        (StepResult(outputs=[1]), 'step type "acme.load" returned a list as outputs (acme.py:7)'),
        (
            {"when": {1, 2}},
            'step type "acme.load" returned outputs that are not JSON: outputs.when is a set (acme.py:7)',
        ),
        (
            {"rows": [{"x": float("nan")}]},
            'step type "acme.load" returned outputs that are not JSON: outputs.rows[0].x is nan (acme.py:7)',
        ),
        (
            {"a": {1: 2}},
            'step type "acme.load" returned outputs that are not JSON: outputs.a has a key that is an int (acme.py:7)',
        ),
        (
            {"n": 2**64},
            'step type "acme.load" returned outputs that are not JSON: outputs.n is an integer beyond 64 bits'
            " (acme.py:7)",
        ),
    ],
)
def test_rubbish_fails_the_step_and_is_named(returned: Any, message: str):
    with pytest.raises(StepFailed) as caught:
        checked_result(returned, STEP_TYPE)
    assert caught.value.message == message


def test_nothing_is_success_without_outputs():
    assert checked_result(None, STEP_TYPE) == StepResult(StepStatus.SUCCESS)


def test_a_mapping_is_success_with_these_outputs():
    assert checked_result({"n": (1, 2)}, STEP_TYPE) == StepResult(StepStatus.SUCCESS, {"n": [1, 2]})


def test_a_plain_text_status_is_as_good_as_the_constant():
    assert checked_result(StepResult("SKIPPED"), STEP_TYPE).status is STEP_SKIPPED


def test_outputs_are_copied_so_that_nobody_can_change_them_later():
    mine = {"rows": [1]}
    result = checked_result(mine, STEP_TYPE)
    mine["rows"].append(2)
    assert result.outputs == {"rows": [1]}
