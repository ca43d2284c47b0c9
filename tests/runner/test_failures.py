"""What failed in a run, as findings with a place."""

from tests.runner.conftest import Runner

FLOW = """\
version: 1
flow: {id: f}
jobs:
  - id: plain
    continue_on_error: true
    steps:
      - {id: ok, type: log, inputs: {message: ok}}
      - {id: bad, type: fail, inputs: {message: boom}}
  - id: loop
    for_each: [1, 2]
    steps: [{id: bad, type: fail, when: "index == 1", inputs: {message: "no {{item}}"}}]
  - {id: gate, when: 'params.n < "x"', steps: [{id: s, type: log, inputs: {message: s}}]}
  - {id: blocked, depends_on: [loop], steps: [{id: s, type: log, inputs: {message: s}}]}
params: {n: {type: integer, default: 1}}
handlers:
  on_exit: [{id: bye, type: fail, inputs: {message: bye}}]
"""


def test_everything_that_failed_is_a_finding_and_nothing_else_is(runner: Runner):
    findings = runner.run(FLOW).diagnostics
    assert {finding.code for finding in findings} == {"AF-R301"}
    assert [(finding.span.line, finding.message) for finding in findings if finding.span] == [
        (8, "step plain.bad failed: boom"),
        (11, "step loop[1].bad failed: no 2"),
        (
            12,
            'job "gate" failed: when: "<" cannot compare a number and a string: params.n is a number, "x" is a string',
        ),
        (16, "step handlers.on_exit.bye failed: bye"),
    ]
