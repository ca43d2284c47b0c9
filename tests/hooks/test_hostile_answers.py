"""Answers of hooks that run code of their own, or mean to end the process: taken as they are, or the hook's failure."""

from typing import Any

import pytest

from aetherflow.core.api import Veto
from aetherflow.core.contracts.errors import Interrupted
from tests.hooks.conftest import Hooked, hook
from tests.runner.test_hostile_values import Text, Wordless

STEP = "- {id: s, type: echo, inputs: {a: 1}}"


class WhyNot(Veto, frozen=True):
    """A veto that says nothing when it is asked why."""

    def __getattribute__(self, name: str) -> Any:
        if name == "reason":
            raise SystemExit(0)
        return super().__getattribute__(name)


class NoVeto:
    """An object that claims to be a veto."""

    __class__ = Veto  # type: ignore[assignment]


def raising(error: BaseException) -> Any:
    def answer(data: Any, ctx: Any) -> None:
        raise error

    return answer


@pytest.mark.parametrize("ends_by", [SystemExit, KeyboardInterrupt])
@pytest.mark.parametrize("point", ["before_run", "before_job", "before_step", "after_step", "after_job", "after_run"])
def test_an_exception_whose_words_end_the_process_is_the_hooks_failure(
    hooked: Hooked, point: str, ends_by: Any
) -> None:
    result = hooked.run(STEP, hook(point, raising(Wordless(ends_by))))
    assert (result.status, hooked.events[-1].type) == ("FAILED", "run_finished")
    assert "raised Wordless: its message cannot be read (" in str(hooked.events)


@pytest.mark.parametrize("answer", [WhyNot("x"), NoVeto(), Veto(7), Veto("  ")])  # type: ignore[arg-type]
def test_a_veto_that_has_no_reason_is_the_hooks_failure(hooked: Hooked, answer: Any) -> None:
    result = hooked.run(STEP, hook("before_job", lambda data, ctx: answer))
    assert (result.status, result.jobs["main"].status, hooked.calls) == ("FAILED", "FAILED", [])


def test_the_reason_of_a_veto_is_its_text_and_nothing_of_its_class(hooked: Hooked) -> None:
    result = hooked.run(STEP, hook("before_job", lambda data, ctx: Veto(Text("not today"))))
    assert result.jobs["main"].reason == 'vetoed by plugin "tests.hooks.conftest": not today'


def test_changed_data_hold_texts_and_nothing_of_their_classes(hooked: Hooked) -> None:
    def answer(data: Any, ctx: Any) -> Any:
        ctx.log.info(Text("asked"))
        return {"inputs": {Text("a"): Text("b")}}

    result = hooked.run(STEP, hook("before_step", answer))
    assert (result.status, hooked.calls) == ("SUCCESS", [{"a": "b"}])
    assert {type(value) for value in (*hooked.calls[0], *hooked.calls[0].values())} == {str}


def test_who_raises_an_interrupt_that_no_signal_brought_does_not_get_past_the_other_hooks(hooked: Hooked) -> None:
    forging = hook("before_run", raising(Interrupted(2)))
    result = hooked.run(STEP, forging, hook("before_run", lambda data, ctx: Veto("never")))
    assert (result.status, hooked.calls) == ("FAILED", [])


def test_a_path_that_is_cut_holds_no_part_of_a_secret(hooked: Hooked) -> None:
    def answer(data: Any, ctx: Any) -> Any:
        return {"inputs": {"x" * 188 + "correct-horse": 1}}

    hooked.run(STEP, hook("before_step", answer), env={"DB_PASSWORD": "correct-horse"})
    assert "corr" not in str(hooked.told("hook_patched", "log"))


def test_a_secret_with_colours_inside_is_none_of_the_reason_of_a_veto(hooked: Hooked) -> None:
    veto = Veto("closed for corr\x1b[1mect-\x1b[0mhorse")
    result = hooked.run(STEP, hook("before_job", lambda data, ctx: veto), env={"DB_PASSWORD": "correct-horse"})
    assert result.jobs["main"].reason == 'vetoed by plugin "tests.hooks.conftest": closed for ***'
