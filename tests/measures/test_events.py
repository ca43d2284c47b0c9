"""What a step tells of itself by `ctx.progress` and `ctx.visualize`, as events."""

import threading
from decimal import Decimal
from typing import Any

import pytest

from aetherflow.core.api import Event, StepResult, register_step
from tests.runner.conftest import Runner

FLOW = """
    version: 1
    flow: {id: told}
    jobs:
      - id: main
        steps: [{id: tell, type: telling}]
    """


def told(runner: Runner, run: Any, flow: str = FLOW, **options: Any) -> list[Event]:
    """Run a step that tells things; gives the events of these."""
    result = runner.run(flow, register_step("telling")(run), **options)
    assert result.status == "SUCCESS", result.jobs
    return [event for event in runner.events if event.type in ("step_progress", "metric")]


def test_progress_is_an_event_of_its_step(runner: Runner) -> None:
    def run(ctx: Any, inputs: Any) -> None:
        ctx.progress(3, 12, "reading")

    (event,) = told(runner, run)
    assert (event.type, event.job_id, event.step_id, event.attempt) == ("step_progress", "main", "tell", 1)
    assert event.payload == {"done": 3, "total": 12, "message": "reading"}


def test_a_metric_has_a_name_a_value_and_labels_of_text(runner: Runner) -> None:
    def run(ctx: Any, inputs: Any) -> None:
        ctx.visualize("loss", 0.25, fold=3, kind="test")
        ctx.visualize("rows", 7)

    first, second = told(runner, run)
    assert first.payload == {"name": "loss", "value": 0.25, "labels": {"fold": "3", "kind": "test"}}
    assert second.payload == {"name": "rows", "value": 7, "labels": {}}


def test_a_hundred_thousand_calls_are_few_events_and_the_last_one_is_kept(runner: Runner) -> None:
    def run(ctx: Any, inputs: Any) -> None:
        for done in range(100_001):
            ctx.progress(done, 100_000)
            ctx.visualize("done", done)

    events = told(runner, run)
    progress = [event for event in events if event.type == "step_progress"]
    metrics = [event for event in events if event.type == "metric"]
    assert len(progress) < 100
    assert progress[-1].payload["done"] == 100_000
    assert [event.payload["value"] for event in metrics[:1_000]] == list(range(1_000))
    assert len(metrics) < 1_100
    assert metrics[-1].payload["value"] == 100_000


def test_what_was_held_back_is_told_of_a_step_that_fails_too(runner: Runner) -> None:
    @register_step("telling")
    def run(ctx: Any, inputs: Any) -> None:
        ctx.progress(1)
        ctx.progress(2)
        raise ValueError

    assert runner.run(FLOW, run).status == "FAILED"
    told = [event.payload["done"] for event in runner.events if event.type == "step_progress"]
    assert told == [1, 2]
    assert runner.happened().index("step_progress main tell") < runner.happened().index("step_finished main tell")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda ctx: ctx.progress("3"), "TypeError: done is no number: str"),
        (lambda ctx: ctx.progress(True), "TypeError: done is no number: bool"),
        (lambda ctx: ctx.progress(-1), "ValueError: done is -1, and cannot be less than 0"),
        (lambda ctx: ctx.progress(1, float("inf")), "ValueError: total is inf, and no finite number"),
        (lambda ctx: ctx.progress(1, 2, 3), "TypeError: message is no text: int"),
        (lambda ctx: ctx.progress(2**64), "ValueError: done is a whole number of more than 64 bits"),
        (lambda ctx: ctx.visualize("x", None), "TypeError: value is no number: NoneType"),
        (lambda ctx: ctx.visualize("x", float("nan")), "ValueError: value is nan, and no finite number"),
        (lambda ctx: ctx.visualize("", 1), "ValueError: the name of a metric is empty"),
        (lambda ctx: ctx.visualize(b"x", 1), "TypeError: the name is no text: bytes"),
        (lambda ctx: ctx.visualize("x", 1, at=[]), 'TypeError: the label "at" is no text: list'),
        (
            lambda ctx: ctx.visualize("x", 1, **{f"l{number}": 1 for number in range(17)}),
            "ValueError: a metric has 16 labels at most, not 17",
        ),
    ],
)
def test_what_is_no_measure_fails_the_step_at_its_line(runner: Runner, call: Any, message: str) -> None:
    @register_step("telling")
    def run(ctx: Any, inputs: Any) -> None:
        call(ctx)

    error = runner.run(FLOW, run).jobs["main"].steps["tell"].error
    assert error is not None
    assert error.startswith(f"{message} ({__file__}:")


def test_numbers_of_other_kinds_are_taken_as_numbers(runner: Runner) -> None:
    class Index:
        def __index__(self) -> int:
            return 5

    def run(ctx: Any, inputs: Any) -> None:
        ctx.visualize("decimal", Decimal("0.5"))
        ctx.visualize("index", Index())

    assert [event.payload["value"] for event in told(runner, run)] == [0.5, 5]


def test_more_series_than_anybody_looks_at_are_left_out_with_one_warning(runner: Runner) -> None:
    def run(ctx: Any, inputs: Any) -> None:
        for number in range(300):
            ctx.visualize("each", number, number=number)

    assert len(told(runner, run)) == 200
    warnings = [event.payload["message"] for event in runner.events if event.payload.get("level") == "warning"]
    assert warnings == ["the step has more than 200 metrics: further ones are not recorded"]


def test_texts_of_measures_are_masked_and_bounded(runner: Runner) -> None:
    def run(ctx: Any, inputs: Any) -> None:
        ctx.progress(1, 2, f"by {ctx.env['API_TOKEN']}" + "x" * 5_000)
        ctx.visualize(f"of {ctx.env['API_TOKEN']}", 1, who=ctx.env["API_TOKEN"])

    progress, metric = told(runner, run, env={"API_TOKEN": "hunter2-hunter2"})
    assert progress.payload["message"].startswith("by ***xxx")
    assert len(progress.payload["message"]) <= 1_000
    assert (metric.payload["name"], metric.payload["labels"]) == ("of ***", {"who": "***"})


def test_threads_of_a_step_tell_of_one_step(runner: Runner) -> None:
    def run(ctx: Any, inputs: Any) -> None:
        threads = [
            threading.Thread(target=lambda: [ctx.visualize("each", value) for value in range(100)]) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    events = told(runner, run)
    assert sorted(event.payload["value"] for event in events) == sorted([*range(100)] * 8)
    assert [event.seq for event in events] == sorted({event.seq for event in events})


def test_a_thread_that_the_step_left_behind_tells_nothing_more(runner: Runner) -> None:
    go_on, done = threading.Event(), threading.Event()

    def late(ctx: Any) -> None:
        go_on.wait()
        ctx.progress(99)
        done.set()

    @register_step("telling")
    def leave(ctx: Any, inputs: Any) -> None:
        threading.Thread(target=late, args=[ctx], daemon=True).start()

    @register_step("waiting")
    def wait(ctx: Any, inputs: Any) -> None:
        go_on.set()
        done.wait(10)

    flow = FLOW.replace("[{id: tell, type: telling}]", "[{id: tell, type: telling}, {id: wait, type: waiting}]")
    runner.run(flow, leave, wait)
    assert "step_progress main tell" not in runner.happened()


def test_in_a_loop_each_item_tells_for_itself_and_an_inner_step_for_its_outer_one(runner: Runner) -> None:
    @register_step("inner")
    def inner(ctx: Any, inputs: Any) -> dict[str, bool]:
        ctx.progress(inputs["done"])
        return {}

    @register_step("telling")
    def outer(ctx: Any, inputs: Any) -> StepResult:
        result: StepResult = ctx.run_step({"type": "inner", "inputs": inputs, "timeout_seconds": 60})
        return result

    flow = """
        version: 1
        flow: {id: told}
        jobs:
          - id: main
            for_each: [1, 2]
            steps: [{id: tell, type: telling, inputs: {done: "{{item}}"}}]
        """
    assert runner.run(flow, inner, outer).status == "SUCCESS"
    told = [(each.item, each.step_id, each.payload["done"]) for each in runner.events if each.type == "step_progress"]
    assert told == [(0, "tell", 1), (1, "tell", 2)]


@pytest.mark.parametrize("before", range(186, 200))
def test_a_text_that_is_cut_holds_no_part_of_a_secret(runner: Runner, before: int) -> None:
    def run(ctx: Any, inputs: Any) -> None:
        text = "x" * before + "correct-horse"
        ctx.progress(1, 2, "x" * 800 + text)
        ctx.visualize(text, 1, kind=text)

    assert "xc" not in str(told(runner, run, env={"DB_PASSWORD": "correct-horse"}))
