"""`log` writes a message, `fail` fails with one."""

from typing import Any

import msgspec
import pytest

from aetherflow.core.builtins.steps.fail import Fail
from aetherflow.core.builtins.steps.log import Log
from tests.builtins.conftest import Context, StepRunner


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_a_message_is_logged_at_its_level(steps: StepRunner, ctx: Context, level: str) -> None:
    result = steps.run(Log, message="hello", level=level)
    assert ctx.logged == [(level, "hello")]
    assert result.outputs == {"message": "hello"}


@pytest.mark.parametrize(
    ("value", "text"),
    [(3, "3"), (1.0, "1.0"), (True, "true"), (None, "null"), ({"a": [1, "ä"]}, '{"a":[1,"ä"]}')],
)
def test_any_value_can_be_logged(steps: StepRunner, value: Any, text: str) -> None:
    assert steps.run(Log, message=value).outputs == {"message": text}


def test_an_unknown_level_is_refused(steps: StepRunner) -> None:
    with pytest.raises(msgspec.ValidationError, match="level"):
        steps.run(Log, message="x", level="loud")


def test_fail_fails_with_its_message(steps: StepRunner) -> None:
    assert steps.failure(Fail, message="no stock").message == "no stock"
