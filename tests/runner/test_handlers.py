"""Handlers: steps that run after the jobs, whatever happened, and change nothing about it."""

from aetherflow.core.contracts.status import JobStatus, RunStatus
from tests.runner.conftest import Runner

FLOW = """
version: 1
flow: {{id: f}}
jobs:
  - {{id: work, steps: [{step}]}}
handlers:
  on_success: [{{id: good, type: log, inputs: {{message: "{{{{run.status}}}}"}}}}]
  on_failure: [{{id: bad, type: log, inputs: {{message: "{{{{run.failed_job}}}}: {{{{run.error}}}}"}}}}]
  on_exit: [{{id: bye, type: log, inputs: {{message: "{{{{run.status}}}} {{{{jobs.work.status}}}}"}}}}]
"""
OK = "{id: s, type: log, inputs: {message: x}}"
BROKEN = "{id: s, type: fail, inputs: {message: broken}}"


def said(result) -> dict[str, str]:
    return {
        name: step.outputs.get("message", step.error)
        for name, report in result.handlers.items()
        for step in report.steps.values()
    }


def test_success_calls_its_handler_and_the_one_for_every_end(runner: Runner):
    assert said(runner.run(FLOW.format(step=OK))) == {"on_success": "SUCCESS", "on_exit": "SUCCESS SUCCESS"}


def test_failure_calls_its_handler_with_what_failed(runner: Runner):
    assert said(runner.run(FLOW.format(step=BROKEN))) == {
        "on_failure": 'work: step "s": broken',
        "on_exit": "FAILED FAILED",
    }


def test_a_handler_that_fails_hides_nothing(runner: Runner):
    flow = FLOW.format(step=OK).replace("id: good, type: log", "id: good, type: fail")
    result = runner.run(flow)
    assert result.status is RunStatus.SUCCESS
    assert result.handlers["on_success"].status is JobStatus.FAILED
    assert said(result)["on_exit"] == "SUCCESS SUCCESS"


def test_handlers_are_recorded_and_run_once_in_every_execution(runner: Runner):
    runner.run(FLOW.format(step=BROKEN))
    again = runner.run(FLOW.format(step=OK), resume=True)
    assert said(again) == {"on_success": "SUCCESS", "on_exit": "SUCCESS SUCCESS"}
