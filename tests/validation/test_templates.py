"""What templates may name, and where."""

import pytest

from tests.validation.flows import findings, job, log, messages, plugin_step, report, told

CLOSED = {"type": "object", "properties": {"rows": {}, "files": {}}, "additionalProperties": False}
OPEN = {"type": "object", "properties": {"rows": {}}}


def test_an_unknown_root_lists_the_allowed_ones() -> None:
    assert (
        report(job(log("say", "on {{parms.day}}")))
        == """\
error[AF-T201]: unknown root "parms"
 --> flow.yaml:5:52
  |
5 |       - {id: say, type: log, inputs: {message: 'on {{parms.day}}'}}
  |                                                    ^^^^^^^^^^^^^ did you mean "params"?
  |
  = known here: env, params, steps, job, jobs, run_id, flow_id, run.id, run.flow_dir

1 error"""
    )


@pytest.mark.parametrize(
    ("name", "meant"), [("day", "params.day"), ("first", "steps.first"), ("other", "jobs.other"), ("HOME", "env.HOME")]
)
def test_a_bare_name_is_taken_for_what_bears_it(name: str, meant: str) -> None:
    flow = f"""
    params: {{day: {{default: x}}}}
    jobs:
      - {{id: main, steps: [{log("first")}, {log("second", "{{" + name + "}}")}]}}
      - {{id: other, steps: [{log("say")}]}}
    """
    assert [each.label for each in findings(flow, environment={"HOME": "/root"})] == [f'did you mean "{meant}"?']


def test_a_syntax_mistake_does_not_hide_what_stands_behind_it() -> None:
    assert [line.split("`")[1] for line in told(job(log("say", "{{a|b}} {{ 1 + 2 }} {{nope.x}}")))] == [
        "{{a|b}}",
        "{{ 1 + 2 }}",
        "{{nope.x}}",
    ]


def test_a_syntax_mistake_is_told_in_the_promised_words() -> None:
    (line,) = messages(job(log("say", "{{a b}}")))
    assert line.startswith("AF-T101: Unsupported templating syntax. Use {{VAR}} or {{VAR:DEFAULT}}")


def test_the_same_path_is_told_once_per_string_and_the_second_token_is_found() -> None:
    assert [line.split("`")[1] for line in told(job(log("say", r"\{{nope.x}} {{nope.x}} {{nope.x}} {{nope.y}}")))] == [
        "{{nope.x}}",
        "{{nope.y}}",
    ]


def test_an_unknown_step_is_told_with_the_nearest_earlier_one() -> None:
    assert told(job(log("pull"), log("say", "{{steps.pul.message}}"))) == [
        'AF-T204 `{{steps.pul.message}}` job "main" has no step "pul" | did you mean "pull"? '
        "| the steps before this one: pull"
    ]


def test_a_step_of_another_job_points_to_promotion() -> None:
    flow = f"""
    jobs:
      - {{id: a, steps: [{log("pull")}]}}
      - {{id: b, steps: [{log("say", "{{steps.pull.message}}")}]}}
    """
    (found,) = findings(flow)
    assert found.hint == (
        'job "a" has a step of that id: promote its value in "outputs" there and name it as jobs.a.outputs.KEY'
    )


def test_a_later_step_is_told_to_be_later() -> None:
    assert told(job(log("say", "{{steps.pull.message}}"), log("pull"))) == [
        'AF-T205 `{{steps.pull.message}}` step "pull" comes later: it has no result yet '
        '| steps run in the order in which they stand: move "pull" before this step'
    ]


def test_a_step_cannot_name_itself() -> None:
    assert messages(job(log("say", "{{steps.say.message}}"))) == [
        'AF-T205: step "say" cannot name its own result by its id'
    ]


def test_in_its_outputs_a_step_is_called_result() -> None:
    (found,) = findings(job("{id: say, type: log, inputs: {message: x}, outputs: {m: '{{steps.say.message}}'}}"))
    assert found.hint == "in a step's own outputs it is called result"


def test_result_is_known_only_in_outputs() -> None:
    assert messages(job(log("say", "{{result.message}}"))) == [
        'AF-T202: "result" is not known here: only a step\'s "outputs" know its own result'
    ]
    assert messages(job("{id: say, type: log, inputs: {message: x}, outputs: {m: '{{result.message}}'}}")) == []


def test_an_output_outside_a_closed_schema_is_an_error() -> None:
    flow = job("{id: pull, type: mine}", log("say", "{{steps.pull.rowz}} {{steps.pull.rows.0}}"))
    assert told(flow, steps=plugin_step("mine", output_schema=CLOSED)) == [
        'AF-T206 `{{steps.pull.rowz}}` a step of type "mine" gives no "rowz" | did you mean "rows"? '
        "| it gives: rows, files"
    ]


def test_an_output_outside_an_open_schema_is_nobodys_business() -> None:
    flow = job("{id: pull, type: mine}", log("say", "{{steps.pull.rowz}}"))
    assert told(flow, steps=plugin_step("mine", output_schema=OPEN)) == []
    assert told(flow, steps=plugin_step("mine")) == []


def test_with_a_default_an_unknown_output_is_a_warning() -> None:
    flow = job("{id: pull, type: mine}", log("say", "{{steps.pull.rowz:0}}"))
    assert [each.severity for each in findings(flow, steps=plugin_step("mine", output_schema=CLOSED))] == ["warning"]


def test_an_unknown_job_is_told_with_the_nearest() -> None:
    flow = f"""
    jobs:
      - {{id: extract, steps: [{log("pull")}]}}
      - {{id: load, steps: [{log("say", "{{jobs.extrct.status}}")}]}}
    """
    assert told(flow) == [
        'AF-T207 `{{jobs.extrct.status}}` the flow has no job "extrct" | did you mean "extract"? '
        "| the other jobs are: extract"
    ]


def test_a_job_cannot_name_its_own_outcome() -> None:
    assert told(job(log("say", "{{jobs.main.outputs.rows}}"))) == [
        'AF-T208 `{{jobs.main.outputs.rows}}` job "main" cannot name its own outcome '
        "| within a job, name its steps: steps.ID.KEY"
    ]


PROMOTING = "{id: pull, type: log, inputs: {message: x}, outputs: {rows: 1, files: [a]}}"


@pytest.mark.parametrize(
    ("token", "finding"),
    [
        ("jobs.extract.outputs.rows", None),
        ("jobs.extract.outputs.files.0", None),
        ("jobs.extract.outputs", None),
        ("jobs.extract.status", None),
        ("jobs.extract", None),
        (
            "jobs.extract.outputs.row",
            'AF-T210 job "extract" promotes no "row" | did you mean "rows"? | it promotes: files, rows',
        ),
        (
            "jobs.extract.rows",
            'AF-T209 a job has no "rows" | did you mean "jobs.extract.outputs.rows"? '
            "| write jobs.extract.outputs.KEY or jobs.extract.status",
        ),
        (
            "jobs.extract.state",
            'AF-T209 a job has no "state" | did you mean "status"? '
            "| write jobs.extract.outputs.KEY or jobs.extract.status",
        ),
        ("jobs.loop.outputs.0.k", None),
        ("jobs.loop.outputs", None),
        ("jobs.loop.items", None),
        ("jobs.loop.outputs.0.q", 'AF-T210 job "loop" promotes no "q" | it promotes: k'),
        (
            "jobs.loop.outputs.k",
            'AF-T210 the outputs of "loop" are a list, one for each item of its "for_each" '
            '| did you mean "jobs.loop.outputs.0.k"? | put an index before the key, counted from 0',
        ),
    ],
)
def test_what_another_job_gives(token: str, finding: str | None) -> None:
    flow = f"""
    jobs:
      - {{id: extract, steps: [{PROMOTING}]}}
      - {{id: loop, for_each: [1], steps: [{{id: s, type: log, inputs: {{message: x}}, outputs: {{k: 1}}}}]}}
      - {{id: load, steps: [{log("say", "{{" + token + "}}")}]}}
    """
    found = [line.replace(f"`{{{{{token}}}}}` ", "") for line in told(flow)]
    assert found == ([finding] if finding else [])


def test_an_undeclared_param_is_told() -> None:
    flow = "params: {day: {default: x}}\n" + job(log("say", "{{params.dya}} {{params.day.x}}"))
    assert told(flow) == [
        'AF-T203 `{{params.dya}}` the flow declares no param "dya" | did you mean "day"? | the flow declares: day'
    ]


def test_item_and_index_are_known_only_in_the_steps_of_a_loop() -> None:
    says = log("say", "{{item.name}} {{index}}")
    assert messages(job(says, more="for_each: [1, 2]")) == []
    assert [line[:7] for line in messages(job(says))] == ["AF-T202", "AF-T202"]
    assert [line[:7] for line in messages(job(log("say"), more="for_each: '{{item}}'"))] == ["AF-T202"]


def test_how_the_run_ended_is_known_only_to_handlers() -> None:
    text = "{{run.status}} {{run.error}} {{run.failed_job}} {{run.id}}"
    flow = f"jobs: [{{id: main, steps: [{log('say')}]}}]\nhandlers: {{on_failure: [{log('tell', text)}]}}"
    assert messages(flow) == []
    assert [line[:7] for line in messages(job(log("say", "{{run.status}}")))] == ["AF-T206"]
    assert messages(job(log("say", "{{run.id}}"))) == []


def test_handlers_know_all_jobs_and_their_own_earlier_steps() -> None:
    flow = f"""
    jobs: [{{id: main, steps: [{log("say")}]}}]
    handlers:
      on_exit: [{log("a", "{{jobs.main.status}} {{job.id}}")}, {log("b", "{{steps.a.message}} {{steps.say.x}}")}]
    """
    assert messages(flow) == ['AF-T204: handler "on_exit" has no step "say"']


def test_flow_metadata_knows_env_and_params_only() -> None:
    flow = f"""
    flow:
      id: test
      workspace: {{root: "{{{{env.BASE:/tmp}}}}/{{{{run_id}}}}"}}
      state: {{path: "{{{{params.where}}}}"}}
    jobs: [{{id: main, steps: [{log("say")}]}}]
    """
    assert told(flow) == [
        'AF-T202 `{{run_id}}` "run_id" is not known here: it is read before the run has begun '
        "| known here: env, params",
        'AF-T203 `{{params.where}}` the flow declares no param "where" | declare it under `params:`',
    ]


def test_a_loop_over_a_text_is_told() -> None:
    assert told(job(log("say"), more="for_each: 'a, b'")) == [
        'AF-F121 `\'a, b\'` "for_each" of job "main" is a text, not a list '
        "| write a list, or one token that gives a list: {{jobs.ID.outputs.KEY}}"
    ]
