"""The findings as a whole."""

import subprocess
import sys

from aetherflow.core.documents.flow_reader import load_flow
from aetherflow.core.documents.reader import read_document
from aetherflow.core.documents.source import Source
from aetherflow.core.validation.validate import validate_flow
from tests.support.project import REPOSITORY
from tests.validation.flows import findings, job, log, surroundings


def test_findings_of_all_rules_come_in_order_of_place() -> None:
    flow = """
    jobs:
      - id: a
        depends_on: [zz]
        when: params.x
        steps:
          - {id: s, type: lgo}
          - {id: s, type: log, inputs: {message: "{{nope.x}}"}, retry: {on_timeout: true}}
    """
    assert [(each.span.line, each.code) for each in findings(flow) if each.span] == [
        (4, "AF-F112"),
        (5, "AF-W203"),
        (7, "AF-F204"),
        (8, "AF-F102"),
        (8, "AF-T201"),
        (8, "AF-F501"),
    ]


def test_a_finding_carries_the_path_inside_the_document() -> None:
    (found,) = findings(job(log("say", "{{nope.x}}")))
    assert found.path == ("jobs", 0, "steps", 0, "inputs", "message")


def test_one_of_several_workflows_is_judged_at_its_place() -> None:
    text = """\
params: {day: {type: integer, default: x}}
workflows:
  one:
    flow: {id: one}
    jobs: [{id: a, steps: [{id: s, type: log, inputs: {message: "{{params.day}} {{nope.x}}"}}]}]
"""
    document = read_document(Source("flow.yaml", text)).document
    assert document is not None
    flow = load_flow(document).flow
    assert flow is not None
    found = validate_flow(flow, surroundings())
    assert [(each.code, each.path) for each in found] == [
        ("AF-F311", ("params", "day", "default")),
        ("AF-T201", ("workflows", "one", "jobs", 0, "steps", 0, "inputs", "message")),
    ]


def test_what_several_aliases_lead_to_is_told_once() -> None:
    flow = """
    x-inputs: &say {message: "{{nope.x}}"}
    jobs:
      - id: a
        steps:
          - {id: s, type: log, inputs: *say}
          - {id: t, type: log, inputs: *say}
    """
    assert len(findings(flow)) == 1


def test_a_token_in_a_block_scalar_is_found_on_its_own_line() -> None:
    flow = """
    flow: {id: test}
    jobs:
      - id: a
        steps:
          - id: s
            type: log
            inputs:
              message: |
                first
                second {{nope.x}}
    """
    (found,) = findings(flow)
    assert found.span is not None
    assert (found.span.line, found.span.column, found.span.end_column) == (10, 20, 30)


def test_judging_a_flow_that_is_right_imports_nothing_heavy() -> None:
    program = """
import sys
from tests.validation.flows import findings, job, log
resource = 'resources: {db: {kind: db, driver: sqlite3, config: {path: "{{env.A:x}}"}}}'
assert findings(resource + chr(10) + job(log("a"), log("b", "{{steps.a.message}}"))) == []
print(*({"jsonschema", "difflib", "asyncio", "logging"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert done.stdout.split() == []
