"""Values that answer as they like: what steps raise, return, log and keep becomes plain text, or the step's failure."""

import enum
from typing import Any

import pytest

from aetherflow.core.api import InputError, StepFailed, StepResult, register_step
from aetherflow.core.contracts.errors import Interrupted
from tests.runner.conftest import Runner

FLOW = """
    version: 1
    flow: {id: hostile}
    jobs:
      - id: main
        steps: [{id: s, type: hostile}]
      - id: other
        steps: [{id: t, type: log, inputs: {message: goes on}}]
    """


class Colour(str, enum.Enum):  # noqa: UP042  # as plugins write it: `str` of it is its name, not its text
    RED = "red"


class Text(str):
    """A text that ends the process where it is looked at."""

    __slots__ = ()

    def __str__(self) -> str:
        return self

    def __eq__(self, other: object) -> bool:
        raise SystemExit(0)

    def __format__(self, spec: str) -> str:
        raise SystemExit(0)

    __hash__ = str.__hash__


class Wordless(Exception):
    """An exception whose words mean to end the process."""

    def __init__(self, ends_by: type[BaseException]) -> None:
        super().__init__()
        self.ends_by = ends_by

    def __str__(self) -> str:
        raise self.ends_by(0)


def ends(runner: Runner, run: Any) -> tuple[Any, Any]:
    """Run a step; gives how the step and the run ended, and holds that the run has gone on to its end."""
    result = runner.run(FLOW, register_step("hostile")(run))
    assert runner.events[-1].type == "run_finished"
    assert result.jobs["other"].status == "SUCCESS"
    return result.jobs["main"].steps["s"], result.status


def raising(error: BaseException) -> Any:
    def run(ctx: Any, inputs: Any) -> None:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StepFailed(ValueError("no such file")), "no such file"),  # type: ignore[arg-type]  # as people write it
        (StepFailed(Text("why")), "why"),
        (StepFailed("why", outputs=[1]), "why"),  # type: ignore[arg-type]
        (StepFailed("why", exit_code="1"), "why"),  # type: ignore[arg-type]
        (InputError(ValueError("no such file")), "no such file"),  # type: ignore[arg-type]
        (StepFailed(Wordless(SystemExit)), "its message cannot be read"),  # type: ignore[arg-type]
    ],
)
def test_a_step_that_fails_with_what_is_no_plain_text_fails_in_words(runner: Runner, error: Any, words: str) -> None:
    step, status = ends(runner, raising(error))
    assert (step.status, step.error, type(step.error), status) == ("FAILED", words, str, "FAILED")


@pytest.mark.parametrize("ends_by", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_an_exception_whose_words_end_the_process_is_a_failure_of_its_step(runner: Runner, ends_by: Any) -> None:
    step, status = ends(runner, raising(Wordless(ends_by)))
    assert step.error.startswith("Wordless: its message cannot be read (")
    assert status == "FAILED"


def test_a_hint_that_is_an_exception_is_told_by_its_words(runner: Runner) -> None:
    ends(runner, raising(StepFailed("why", hint=ValueError("look there"))))  # type: ignore[arg-type]
    finished = next(event for event in runner.events if event.type == "step_finished")
    assert finished.payload["hint"] == "look there"


@pytest.mark.parametrize(
    ("result", "status", "error", "reason"),
    [
        (StepResult("FAILED", error=ValueError("why")), "FAILED", "why", None),  # type: ignore[arg-type]
        (StepResult("SKIPPED", reason=ValueError("why")), "SKIPPED", None, "why"),  # type: ignore[arg-type]
    ],
)
def test_a_result_says_why_in_words_whatever_they_are(
    runner: Runner, result: StepResult, status: str, error: str | None, reason: str | None
) -> None:
    step, _ = ends(runner, lambda ctx, inputs: result)
    assert (step.status, step.error, step.reason) == (status, error, reason)


def test_outputs_hold_the_text_of_a_subclass_and_nothing_of_its_class(runner: Runner) -> None:
    step, _ = ends(runner, lambda ctx, inputs: {"colour": Colour.RED, Colour.RED: 1, "text": Text("t")})
    assert step.outputs == {"colour": "red", "red": 1, "text": "t"}
    assert {type(value) for value in (*step.outputs, *step.outputs.values())} == {str, int}


def test_an_integer_beyond_64_bits_that_says_otherwise_is_found_out(runner: Runner) -> None:
    class Small(int):
        def __lt__(self, other: object) -> bool:
            return True

        __le__ = __gt__ = __ge__ = __lt__

    step, _ = ends(runner, lambda ctx, inputs: {"n": Small(10**40)})
    assert "outputs.n is an integer beyond 64 bits" in step.error


def test_what_a_step_tells_and_keeps_may_be_text_of_any_class(runner: Runner) -> None:
    def run(ctx: Any, inputs: Any) -> None:
        ctx.log.info(Text("logged"))
        ctx.progress(1, 2, Text("half"))
        ctx.visualize(Text("loss"), 1, kind=Text("test"), colour=Colour.RED)
        ctx.state["kept"] = Text("v")

    _, status = ends(runner, run)
    assert status == "SUCCESS"
    told = {str(event.type): event.payload for event in runner.events}
    assert told["step_progress"]["message"] == "half"
    assert told["metric"] == {"name": "loss", "value": 1, "labels": {"kind": "test", "colour": "red"}}


def test_of_text_of_any_class_secrets_are_masked(runner: Runner) -> None:
    def run(ctx: Any, inputs: Any) -> None:
        secret = Text("correct-horse")
        ctx.log.info(secret)
        ctx.progress(1, 2, secret)
        ctx.visualize(secret, 1, kind=secret)

    runner.run(FLOW, register_step("hostile")(run), env={"DB_PASSWORD": "correct-horse"})
    assert "***" in str(runner.events)
    assert "correct-horse" not in str(runner.events)


def test_state_that_a_failing_step_leaves_without_end_is_put_back(runner: Runner) -> None:
    def run(ctx: Any, inputs: Any) -> None:
        ctx.state["round"] = ctx.state
        raise LookupError("why")

    step, _ = ends(runner, run)
    assert step.error.startswith("LookupError: why (")


def test_an_interrupt_that_no_signal_brought_is_a_failure_of_its_step(runner: Runner) -> None:
    step, status = ends(runner, raising(Interrupted(2)))
    assert step.error.startswith("Interrupted: interrupted by SIGINT (")
    assert status == "FAILED"


COLOURED = "corr\x1b[1mect-\x1b[0mhorse"


@pytest.mark.parametrize(
    "run",
    [
        raising(StepFailed(f"no entry with {COLOURED}", hint=f"not {COLOURED}")),
        raising(LookupError(f"no entry with {COLOURED}")),
        lambda ctx, inputs: StepResult("FAILED", error=f"no entry with {COLOURED}"),
        lambda ctx, inputs: StepResult("SKIPPED", reason=f"no entry with {COLOURED}"),
    ],
)
def test_a_secret_with_colours_inside_is_none_of_what_is_said_of_a_step(runner: Runner, run: Any) -> None:
    result = runner.run(FLOW, register_step("hostile")(run), env={"DB_PASSWORD": "correct-horse"})
    step = result.jobs["main"].steps["s"]
    assert "no entry with ***" in f"{step.error}{step.reason}"
    assert not any(b"horse" in file.read_bytes() for file in (runner.root / "state").rglob("*") if file.is_file())
