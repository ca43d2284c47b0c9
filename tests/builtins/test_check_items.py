"""`check_items` counts, and ends SKIPPED where there is too little."""

from typing import Any

import msgspec
import pytest

from aetherflow.core.api import STEP_SKIPPED, STEP_SUCCESS
from aetherflow.core.builtins.steps.check_items import CheckItems
from tests.builtins.conftest import StepRunner


@pytest.mark.parametrize("items", [["a", "b"], {"a": 1, "b": 2}])
def test_enough_items_are_a_success(steps: StepRunner, items: Any) -> None:
    result = steps.run(CheckItems, items=items)
    assert result.status == STEP_SUCCESS
    assert result.outputs == {"count": 2, "has_data": True, "items": items}


@pytest.mark.parametrize("items", [[], {}, None])
def test_no_items_are_skipped(steps: StepRunner, items: Any) -> None:
    result = steps.run(CheckItems, items=items)
    assert result.status == STEP_SKIPPED
    assert result.outputs == {"count": 0, "has_data": False, "items": items or items if items is not None else []}
    assert result.reason == "no items, 1 wanted"


def test_fewer_than_min_count_are_skipped(steps: StepRunner) -> None:
    result = steps.run(CheckItems, items=[1, 2], min_count=3)
    assert (result.status, result.reason) == (STEP_SKIPPED, "2 items, 3 wanted")
    assert result.outputs["has_data"] is False


def test_min_count_zero_never_skips_but_tells_that_there_is_no_data(steps: StepRunner) -> None:
    result = steps.run(CheckItems, items=[], min_count=0)
    assert (result.status, result.outputs["has_data"]) == (STEP_SUCCESS, False)


@pytest.mark.parametrize("inputs", [{"items": "text"}, {"items": 3}, {}, {"items": [], "min_count": -1}])
def test_other_inputs_are_refused(steps: StepRunner, inputs: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        steps.run(CheckItems, **inputs)
