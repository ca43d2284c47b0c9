"""JsonLinesObserver: what it writes is what `runs events --json` says."""

import json
from typing import Any

from tests.observers.shipped.observed import EVERYTHING, events_of, observe, run, warnings_in
from tests.support.project import Project

HELLO = "{flow: {id: hello}, jobs: [{id: j, steps: [{id: s, type: log, inputs: {message: hello}}]}]}"


def lines_in(project: Project, name: str) -> list[dict[str, Any]]:
    """Read a file that holds an object a line."""
    return [json.loads(line) for line in project.read(name).splitlines()]


def test_every_event_is_a_line_as_runs_events_gives_it(project: Project) -> None:
    observe(project, "JsonLinesObserver", {"path": "out/{flow_id}/{run_id}.jsonl"})
    assert run(project).exit_code == 1
    assert lines_in(project, "out/daily/r1.jsonl") == events_of(project)


def test_types_choose_what_is_written(project: Project) -> None:
    observe(project, "JsonLinesObserver", {"path": "e.jsonl", "types": ["step_retrying", "run_finished"]})
    run(project)
    assert [event["type"] for event in lines_in(project, "e.jsonl")] == ["step_retrying", "run_finished"]


def test_a_resume_appends_what_is_new(project: Project) -> None:
    observe(project, "JsonLinesObserver", {"path": "e.jsonl", "mode": "replace"})
    run(project)
    project.aetherflow("runs", "resume", "r1")
    written = lines_in(project, "e.jsonl")
    assert written == events_of(project)
    assert [event["type"] for event in written].count("run_resumed") == 1


def test_replace_begins_anew_with_each_run_and_append_does_not(project: Project) -> None:
    project.write("flow.yaml", HELLO)
    for mode, expected in (("append", 2), ("replace", 1)):
        observe(project, "JsonLinesObserver", {"path": f"{mode}.jsonl", "mode": mode, "types": ["run_finished"]})
        for _ in range(2):
            project.aetherflow("run", "flow.yaml")
        assert len(lines_in(project, f"{mode}.jsonl")) == expected


def test_a_line_that_a_killed_process_left_unfinished_stays_alone(project: Project) -> None:
    project.write("e.jsonl", '{"seq":1,"ty')
    observe(project, "JsonLinesObserver", {"path": "e.jsonl", "types": ["run_finished"]})
    run(project, HELLO)
    unfinished, whole = project.read("e.jsonl").splitlines()
    assert unfinished == '{"seq":1,"ty'
    assert json.loads(whole)["type"] == "run_finished"


def test_secrets_are_not_in_the_file(project: Project) -> None:
    observe(project, "JsonLinesObserver", {"path": "e.jsonl"})
    flow = HELLO.replace("message: hello", 'message: "{{env.THE_TOKEN}}"')
    outcome = run(project, flow, THE_TOKEN="s3cr3t-value")
    assert outcome.exit_code == 0, outcome.stderr
    assert "s3cr3t-value" not in project.read("e.jsonl")
    assert "***" in project.read("e.jsonl")


def test_a_file_that_cannot_be_written_switches_it_off_and_changes_nothing_else(project: Project) -> None:
    (project.root / "e.jsonl").mkdir()
    observe(project, "JsonLinesObserver", {"path": "e.jsonl"})
    outcome = run(project, EVERYTHING.replace("[1, 2]", "[1]"))
    assert outcome.exit_code == 0
    assert "switched off" in warnings_in(outcome)[-1]
    assert "Is a directory" in warnings_in(outcome)[-1]
