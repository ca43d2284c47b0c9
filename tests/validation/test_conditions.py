"""`when`: syntax and references, each with the very word that is wrong."""

import pytest

from tests.validation.flows import job, log, report, told


def when(condition: str) -> list[str]:
    """Judge a job's condition beside a job that promotes `rows`."""
    flow = f"""
    params: {{day: {{default: x}}}}
    jobs:
      - {{id: probe, steps: [{{id: s, type: log, inputs: {{message: x}}, outputs: {{rows: 1}}}}]}}
      - id: main
        when: {condition}
        steps: [{log("say")}]
    """
    return told(flow)


@pytest.mark.parametrize(
    "condition",
    [
        "true",
        "jobs.probe.outputs.rows > 0",
        '\'jobs["probe"].status == "SUCCESS" and not params.day in ["a", "b"]\'',
        "env.X == null or run_id == flow_id",
    ],
)
def test_a_condition_that_is_right_gives_no_finding(condition: str) -> None:
    assert when(condition) == []


def test_a_syntax_mistake_points_into_the_string() -> None:
    flow = job(log("say"), more="when: params.day = 3").replace("jobs:", "params: {day: {}}\njobs:")
    lines = report(flow).split("\n")
    assert lines[0].startswith("error[AF-W101]: ")
    assert (lines[3], lines[4].rstrip()[:28]) == ("5 |     when: params.day = 3", "  |                      ^")


@pytest.mark.parametrize(
    ("condition", "code", "words"),
    [
        ("jobs.prob.status == 'x'", "AF-W207", "jobs.prob.status"),
        ("jobs.probe.outputs.row > 1", "AF-W210", "jobs.probe.outputs.row"),
        ("jobs.probe.rows > 1", "AF-W209", "jobs.probe.rows"),
        ("jobs.main.status == 'x'", "AF-W208", "jobs.main.status"),
        ("params.dya == 'x' and params.day", "AF-W203", "params.dya"),
        ("steps.say.message", "AF-W202", "steps.say.message"),
        ("not jbos.probe.status", "AF-W201", "jbos.probe.status"),
        ("1 <", "AF-W101", "<"),
    ],
)
def test_a_wrong_name_in_a_condition_is_told_with_its_place(condition: str, code: str, words: str) -> None:
    assert [line.split("` ")[0] for line in when(condition)] == [f"{code} `{words}"]


def test_within_a_job_a_condition_knows_earlier_steps() -> None:
    flow = job(
        log("a"), "{id: b, type: log, when: steps.a.message == 'x' and steps.c.message, inputs: {message: x}}", log("c")
    )
    assert [line.split("` ")[0] for line in told(flow)] == ["AF-W205 `steps.c.message"]


@pytest.mark.parametrize(
    ("condition", "finding"),
    [
        ("steps.b.message == 'x'", 'AF-W204 `steps.b.message` job "main" has no step "b"'),
        ("steps.a.mesage == 'x'", 'AF-W206 `steps.a.mesage` a step of type "log" gives no "mesage"'),
    ],
)
def test_within_a_job_a_condition_names_steps_and_outputs_that_there_are(condition: str, finding: str) -> None:
    flow = job(log("a"), f"{{id: say, type: log, when: {condition}, inputs: {{message: x}}}}")
    assert [line.split(" | ")[0] for line in told(flow)] == [finding]


def test_every_wrong_name_of_a_condition_is_told() -> None:
    assert [line.split("` ")[0] for line in when("params.a and params.b or params.a")] == [
        "AF-W203 `params.a",
        "AF-W203 `params.b",
    ]
