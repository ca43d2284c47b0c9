"""Flows of many jobs that wait for each other take work in proportion to their length. Lines are counted, not time."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from aetherflow.core.documents.lines import LineIndex
from aetherflow.core.documents.source import Source
from aetherflow.core.operations.explain_flow import explain
from aetherflow.core.operations.graph_flow import graph
from aetherflow.core.operations.requests import FlowRequest, RunRequest
from aetherflow.core.operations.run_flow import run
from aetherflow.core.operations.validate_flow import validate

SHORT, LONG = 60, 240
#: A part that is quadratic, with one line a turn, brings the ratio above this; the logarithms of sorting do not.
MOST = 1.03 * LONG / SHORT

Work = Callable[[Path, Path], object]


def chain(count: int, prefix: str, *, backwards: bool) -> str:
    """Give a flow of jobs that each name the one before; ids have a prefix, since conditions are cached."""
    jobs = [
        f"  - id: {prefix}{number}\n"
        + (f"    when: jobs.{prefix}{number - 1}.status == 'SUCCESS'\n" if number else "")
        + "    steps: [{id: s, type: log, inputs: {message: 'job {{job.id}}'}}]\n"
        for number in range(count)
    ]
    return "version: 1\nflow: {id: chain}\njobs:\n" + "".join(reversed(jobs) if backwards else jobs)


def lines_run(work: Callable[[], object]) -> int:
    """Count the lines that Python runs, turns of comprehensions too."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def run_chain(flow: Path, folder: Path) -> object:
    env = {"AETHERFLOW_STATE_ROOT": str(folder / "state"), "AETHERFLOW_WORK_ROOT": str(folder / "work")}
    return run(RunRequest(flow=str(flow), environ=env, fail_fast=True), listeners=[])


WORKS: dict[str, Work] = {
    "validate": lambda flow, folder: validate(FlowRequest(flow=str(flow), environ={})),
    "graph": lambda flow, folder: graph(FlowRequest(flow=str(flow), environ={})).to_text(),
    "explain": lambda flow, folder: explain(FlowRequest(flow=str(flow), environ={})),
    "run --fail-fast": run_chain,
}


@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "backwards"])
@pytest.mark.parametrize("name", WORKS)
def test_four_times_the_jobs_are_four_times_the_work(name: str, backwards: bool, tmp_path: Path) -> None:
    counts: list[int] = []
    for length, prefix in ((SHORT, "a"), (SHORT, "b"), (LONG, "c")):  # the first imports what the others find imported
        flow = tmp_path / f"{prefix}.yaml"
        flow.write_text(chain(length, prefix, backwards=backwards), encoding="utf-8")
        counts.append(lines_run(partial(WORKS[name], flow, tmp_path / prefix)))
    _, short, long = counts
    assert long / short < MOST


@pytest.mark.parametrize("step", [1, -1], ids=["forwards", "backwards"])
def test_places_are_found_without_counting_the_same_lines_again(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "some words in a line\n" * 2000
    looked_at = 0
    count = LineIndex._breaks_between

    def counting(self: LineIndex, start: int, end: int) -> int:
        nonlocal looked_at
        looked_at += end - start
        return count(self, start, end)

    monkeypatch.setattr(LineIndex, "_breaks_between", counting)
    index = LineIndex(Source("any", text))
    offsets = range(0, len(text), 21)[::step]
    assert [index.line_and_column(offset) for offset in offsets] == [(offset // 21 + 1, 1) for offset in offsets]
    assert looked_at <= 2 * len(text)
