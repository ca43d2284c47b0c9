"""`for_each`: a job once per item, recorded, retried and resumed item by item."""

import pytest

from aetherflow.core.api import InputError, StepFailed, register_step
from aetherflow.core.contracts.status import JobStatus, RunStatus
from tests.runner.conftest import Runner

ran: list[object] = []
broken: list[object] = []


@pytest.fixture(autouse=True)
def nothing_ran():
    ran.clear()
    broken.clear()


@register_step("t.take")
def take(ctx, inputs):
    ran.append(inputs["item"])
    if inputs["item"] in broken:
        raise StepFailed(f"bad {inputs['item']}")
    return {"doubled": inputs["item"] * 2}


LOOP = """
version: 1
flow: {id: f}
jobs:
  - id: list
    steps: [{id: s, type: log, inputs: {message: x}, outputs: {items: [1, 2, 3]}}]
  - id: each
    depends_on: [list]
    for_each: "{{jobs.list.outputs.items}}"
    steps:
      - id: s
        type: t.take
        inputs: {item: "{{item}}"}
        outputs: {doubled: "{{result.doubled}}", index: "{{index}}"}
  - id: after
    when: 'jobs.each.status != "NOT_RUN"'
    steps: [{id: s, type: log, inputs: {message: "{{jobs.each.outputs}} {{jobs.each.items}}"}}]
"""


def test_a_job_runs_once_per_item_and_its_outputs_are_a_list(runner: Runner):
    result = runner.run(LOOP, take)
    assert ran == [1, 2, 3]
    each = result.jobs["each"]
    assert each.outputs == [{"doubled": 2, "index": 0}, {"doubled": 4, "index": 1}, {"doubled": 6, "index": 2}]
    assert [(item.index, item.item, item.status) for item in each.items or []] == [
        (0, 1, JobStatus.SUCCESS),
        (1, 2, JobStatus.SUCCESS),
        (2, 3, JobStatus.SUCCESS),
    ]
    said = result.jobs["after"].steps["s"].outputs["message"]
    assert said.endswith('["SUCCESS","SUCCESS","SUCCESS"]')


def test_items_keep_their_types(runner: Runner):
    result = runner.run(
        """
        version: 1
        flow: {id: f}
        jobs:
          - id: each
            for_each: [1, two, {key: three}, [4]]
            steps: [{id: s, type: t.echo, inputs: {item: "{{item}}"}, outputs: {same: "{{result.same}}"}}]
        """,
        echo,
    )
    assert result.jobs["each"].outputs == [{"same": 1}, {"same": "two"}, {"same": {"key": "three"}}, {"same": [4]}]


@register_step("t.echo")
def echo(ctx, inputs):
    return {"same": inputs["item"]}


def test_a_failed_item_fails_the_job_after_the_others_ran(runner: Runner):
    broken.append(2)
    result = runner.run(LOOP, take)
    assert ran == [1, 2, 3]
    each = result.jobs["each"]
    assert (result.status, each.status, each.reason) == (RunStatus.FAILED, JobStatus.FAILED, "1 of 3 items failed")
    assert each.outputs == [{"doubled": 2, "index": 0}, None, {"doubled": 6, "index": 2}]


def test_a_resume_runs_only_the_items_that_failed(runner: Runner):
    broken.append(2)
    runner.run(LOOP, take)
    broken.clear()
    other_list = LOOP.replace("items: [1, 2, 3]", "items: [7, 8]")
    with pytest.raises(InputError):  # a finished step has changed
        runner.run(other_list, take, resume=True)
    result = runner.run(LOOP, take, resume=True)
    assert ran == [1, 2, 3, 2]
    assert result.status is RunStatus.SUCCESS
    assert [item["doubled"] for item in result.jobs["each"].outputs] == [2, 4, 6]


def test_an_empty_list_makes_the_job_skipped(runner: Runner):
    result = runner.run(LOOP.replace("[1, 2, 3]", "[]"), take)
    each = result.jobs["each"]
    assert (each.status, each.reason, each.outputs, each.items) == (
        JobStatus.SKIPPED,
        "for_each has no items",
        [],
        [],
    )
    assert result.status is RunStatus.SUCCESS


def test_something_that_is_no_list_fails_the_job(runner: Runner):
    result = runner.run(LOOP.replace("[1, 2, 3]", "seven"), take)
    each = result.jobs["each"]
    assert (each.status, each.reason) == (JobStatus.FAILED, "for_each: expected a list of items, found a string")


def test_fail_fast_stops_after_the_failed_item(project):
    project.write(
        "flow.yaml",
        """
        version: 1
        flow: {id: f}
        jobs:
          - id: each
            for_each: [1, 2, 3]
            steps: [{id: s, type: fail, when: "index == 1", inputs: {message: "no {{item}}"}}]
        """,
    )
    items = project.aetherflow("run", "flow.yaml", "--fail-fast", "--json").json["jobs"]["each"]["items"]
    assert [item["status"] for item in items] == ["SUCCESS", "FAILED", "NOT_RUN"]


def test_every_item_has_a_folder_of_its_own(runner: Runner):
    result = runner.run(
        """
        version: 1
        flow: {id: f}
        jobs:
          - id: each
            for_each: [a, b]
            steps:
              - {id: s, type: external.process, inputs: {command: [pwd]}, outputs: {at: "{{result.stdout}}"}}
        """
    )
    base = runner.root / "work" / "f" / "each" / result.run_id
    assert [output["at"] for output in result.jobs["each"].outputs] == [str(base / "0"), str(base / "1")]
