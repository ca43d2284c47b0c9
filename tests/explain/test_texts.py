"""What tokens and conditions stand for before a run, and where that comes from."""

import pytest

from aetherflow.core.contracts.errors import InputError
from tests.explain.explaining import Bench, only_token

PARAMS = "params:\n  day: {type: string, default: monday}\n  count: {type: integer}\n"


def test_a_variable_tells_who_set_it(bench: Bench) -> None:
    text = bench.explain_inputs("at {{env.HOST}}", HOST="db1")
    token = only_token(text)
    assert (text.is_known, text.value, text.path) == (True, "at db1", "inputs.message")
    assert (token.variable, token.set_by, token.value) == ("HOST", "process", "db1")
    assert token.origin == "variable HOST, set by the process"
    assert (token.site.line, token.site.column) == (5, 54)


def test_a_variable_of_an_env_file_tells_the_file(bench: Bench) -> None:
    bench.write("prod.env", "HOST=db2\n")
    text = bench.explain_inputs("{{env.HOST}}", HOST="db1", AETHERFLOW_ENV_FILES_JSON='["prod.env"]')
    assert only_token(text).origin == "variable HOST, set by the env file prod.env"
    assert text.value == "db2"


@pytest.mark.parametrize(("env", "why"), [({}, "is not set"), ({"HOST": ""}, "is empty")])
def test_the_default_in_a_token_tells_why_it_is_taken(bench: Bench, env: dict[str, str], why: str) -> None:
    text = bench.explain_inputs("{{env.HOST:5}}", **env)
    assert text.value == 5
    assert only_token(text).origin == f"the default in the token: variable HOST {why}"


def test_a_variable_that_is_not_set_has_no_value(bench: Bench) -> None:
    text = bench.explain_inputs("to {{env.HOST}}")
    assert (text.is_known, text.problem) == (False, "there is no value for {{env.HOST}}")
    assert only_token(text).is_missing


def test_without_strict_templates_it_is_an_empty_text(bench: Bench) -> None:
    assert bench.explain_inputs("to {{env.HOST}}", AETHERFLOW_STRICT_TEMPLATES="false").value == "to "


def test_a_param_tells_its_declaration_or_that_it_was_given(bench: Bench) -> None:
    given = {"count": "3"}
    declared = bench.explain_inputs("{{params.day}}", given, PARAMS)
    assert (declared.value, only_token(declared).origin) == ("monday", "param day, its default")
    source = only_token(declared).source
    assert source and (source.line, source.column) == (4, 32)
    assert only_token(bench.explain_inputs("{{params.count}}", given, PARAMS)).value == 3


def test_a_param_that_is_not_given_is_told_and_refuses_nothing(bench: Bench) -> None:
    token = only_token(bench.explain_inputs("{{params.count}}", {}, PARAMS))
    assert (token.origin, token.is_missing) == ("param count, required and not given", True)


def test_a_param_that_is_given_wrong_is_refused(bench: Bench) -> None:
    with pytest.raises(InputError) as refused:
        bench.explain_inputs("hi {{params.count}}", {"count": "many"}, PARAMS)
    assert [finding.code for finding in refused.value.diagnostics] == ["AF-F302"]


FLOW = """
jobs:
  - id: load
    steps:
      - id: pull
        type: log
        inputs: {message: "{{job.id}} of {{flow_id}} in {{run_id}}"}
        outputs:
          rows: "{{result.message}}"
      - {id: tell, type: log, inputs: {message: "{{steps.pull.message}} {{steps.pull}}"}}
  - id: each
    for_each: [a, b]
    steps:
      - {id: s, type: log, inputs: {message: "{{item}} {{index}}"}, outputs: {said: "{{result.message}}"}}
  - id: report
    steps:
      - id: s
        type: log
        inputs:
          message: "{{jobs.load.outputs.rows}} {{jobs.load.status}} {{jobs.load.outputs}}"
          level: "{{jobs.each.outputs.0.said:info}}"
      - {id: t, type: log, inputs: {message: "{{jobs.each.outputs}} {{jobs.each.items}}"}}
handlers:
  on_exit:
    - {id: bye, type: log, inputs: {message: "{{run.status}} {{job.id}}"}}
"""


def told_in(bench: Bench, place: str) -> dict[str, tuple[str, int | None]]:
    """Give, by token, what the strings of a step tell, and the line that they point to."""
    told = bench.explain(FLOW)
    job_id, step_id = place.split(".")
    (step,) = [
        step for job in (*told.jobs, *told.handlers) if job.id == job_id for step in job.steps if step.id == step_id
    ]
    tokens = [token for text in step.texts for token in text.tokens]
    return {token.text: (token.origin, token.source.line if token.source else None) for token in tokens}


def test_facts_and_results_are_told(bench: Bench) -> None:
    assert told_in(bench, "load.pull") == {
        "{{job.id}}": ("the id of the job", None),
        "{{flow_id}}": ("the flow's id", None),
        "{{run_id}}": ("the run's id, known when it begins", None),
        "{{result.message}}": ("the step's own result", None),
    }


def test_an_earlier_step_tells_its_line(bench: Bench) -> None:
    assert told_in(bench, "load.tell") == {
        "{{steps.pull.message}}": ('output "message" of step pull', 6),
        "{{steps.pull}}": ("the outputs of step pull", 6),
    }


def test_items_tell_their_list(bench: Bench) -> None:
    assert told_in(bench, "each.s") == {
        "{{item}}": ("an item of for_each", 13),
        "{{index}}": ("the number of the item, counted from 0", 13),
        "{{result.message}}": ("the step's own result", None),
    }


def test_another_jobs_output_tells_the_step_that_promotes_it(bench: Bench) -> None:
    assert told_in(bench, "report.s") == {
        "{{jobs.load.outputs.rows}}": ("promoted by load.pull", 10),
        "{{jobs.load.status}}": ("how job load ended", 4),
        "{{jobs.load.outputs}}": ("what job load promotes", 4),
        "{{jobs.each.outputs.0.said:info}}": ("promoted by each.s, for item 0; else the default", 15),
    }
    assert told_in(bench, "report.t") == {
        "{{jobs.each.outputs}}": ("what job each promotes, a list with an entry for each item", 12),
        "{{jobs.each.items}}": ("how the items of job each ended", 12),
    }


def test_handlers_are_told_too(bench: Bench) -> None:
    assert told_in(bench, "on_exit.bye") == {
        "{{run.status}}": ("a fact of the run, known when it runs", None),
        "{{job.id}}": ("the id of the job", None),
    }


def condition(bench: Bench, when: str, params: dict[str, str] | None = None, **env: str) -> tuple[bool, object]:
    job = f"jobs:\n  - id: j\n    when: {when}\n    steps: [{{id: s, type: log, inputs: {{message: hi}}}}]\n"
    (text,) = bench.explain(PARAMS + job, params or {"count": "3"}, **env).jobs[0].texts
    return text.is_known, text.value


def test_a_condition_over_params_and_variables_is_decided(bench: Bench) -> None:
    assert condition(bench, "params.count > 2 and env.STAGE == 'prod'", STAGE="prod") == (True, True)
    assert condition(bench, "params.count > 5") == (True, False)
    assert condition(bench, "env.STAGE == null") == (True, True)


def test_a_condition_is_decided_by_the_secret_and_does_not_tell_it(bench: Bench) -> None:
    assert condition(bench, "env.API_TOKEN == 'abc'", API_TOKEN="abc") == (True, True)


def test_a_token_that_stands_twice_is_told_once(bench: Bench) -> None:
    assert len(bench.explain_inputs("{{env.HOST}} {{env.HOST}}", HOST="db1").tokens) == 1
