"""JUnitObserver: reports that other programs read, whole also where a run was resumed."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import xmlschema
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from aetherflow.core.api import Event, EventType
from aetherflow.core.builtins.observers.junit import JUnitObserver
from tests.observers.shipped.observed import EVERYTHING, observe, run, wait_until
from tests.support.project import Project, kill_tree

SCHEMA = xmlschema.XMLSchema(str(Path(__file__).with_name("junit.xsd")))


def report_of(project: Project, name: str = "report.xml") -> JUnitXml:
    """Read a report, held against the schema."""
    SCHEMA.validate(str(project.root / name))
    return JUnitXml.fromfile(str(project.root / name))


def suites_of(report: JUnitXml) -> dict[str, TestSuite]:
    """Give the suites by name."""
    return {str(suite.name): suite for suite in report}


def verdicts_of(report: JUnitXml) -> dict[str, list[tuple[str, str]]]:
    """Give what became of each case, by suites."""
    return {name: [(str(case.name), verdict(case)) for case in suite] for name, suite in suites_of(report).items()}


def verdict(case: TestCase) -> str:
    """Say what became of a case."""
    kinds = {Failure: "failure", Error: "error", Skipped: "skipped"}
    return ": ".join([f"{kinds[type(found)]}: {found.message}" for found in case.result]) or "passed"


def watched(project: Project, **config: Any) -> None:
    """Have the project's runs reported."""
    observe(project, "JUnitObserver", {"path": "report.xml", **config})


def test_each_job_and_item_is_a_suite_and_each_step_a_case(project: Project) -> None:
    watched(project)
    run(project)
    report = report_of(project)
    assert verdicts_of(report) == {
        "load": [("say", "passed"), ("flaky", "passed"), ("never", "skipped: when is false")],
        "each[0]": [("begin", "passed"), ("check", "passed")],
        "each[1]": [("begin", "passed"), ("check", "failure: exited with code 1: test 2 = 1")],
        "closed": [("closed", "skipped: SKIPPED: when is false")],
        "after": [("after", 'skipped: BLOCKED: job "each" ended FAILED')],
        "handlers.on_exit": [("tidy", "passed")],
    }
    assert (report.name, report.tests, report.failures, report.errors) == ("daily", 10, 1, 0)
    properties = {each.name: each.value for each in suites_of(report)["load"].properties()}
    assert properties == {"flow_id": "daily", "run_id": "r1"}


def test_of_failed_steps_there_is_the_log_and_of_all_with_log_all(project: Project) -> None:
    flow = """
        flow: {id: daily}
        jobs:
          - id: j
            steps:
              - {id: good, type: log, inputs: {message: fine}}
              - {id: bad, type: fail, inputs: {message: "first line\\nsecond line"}}
    """
    watched(project, log="all")
    run(project, flow)
    assert {case.name: case.system_out for case in suites_of(report_of(project))["j"]} == {
        "good": "info: fine",
        "bad": None,
    }
    (failure,) = next(case for case in suites_of(report_of(project))["j"] if case.name == "bad").result
    assert (failure.message, failure.text) == ("first line", "first line\nsecond line")


def test_what_xml_cannot_hold_is_replaced(tmp_path: Path) -> None:
    hostile = "\x00\x1b[31mred\x1b[0m \ud800 \ufffe ]]> <&\"' \x0b end"
    observer = JUnitObserver("it", {"path": str(tmp_path / "r.xml"), "log": "all"})
    for number, (kind, step, payload) in enumerate(
        [
            (EventType.RUN_STARTED, None, {}),
            (EventType.LOG, "s", {"level": "info", "message": hostile}),
            (EventType.STEP_FINISHED, "s", {"status": "FAILED", "error": hostile, "hint": hostile, "attempts": 2}),
            (EventType.RUN_FINISHED, None, {"status": "FAILED", "duration_seconds": 1}),
        ]
    ):
        place = {"job_id": "j", "step_id": step} if step else {}
        observer.on_event(
            Event(seq=number, type=kind, timestamp=1.8e9, flow_id="f", run_id="r", payload=payload, **place)  # type: ignore[arg-type]  # ids
        )
    observer.on_shutdown()
    SCHEMA.validate(str(tmp_path / "r.xml"))
    failure = ElementTree.parse(tmp_path / "r.xml").getroot().find(".//failure")
    assert failure is not None
    assert failure.get("message") == "�red � � ]]> <&\"' � end"


def test_a_job_that_fails_without_a_step_is_an_error(project: Project) -> None:
    watched(project)
    flow = """
        flow: {id: daily}
        params: {n: {type: integer, default: 3}}
        jobs:
          - {id: j, for_each: "{{params.n}}", steps: [{id: s, type: log, inputs: {message: x}}]}
    """
    assert run(project, flow).exit_code == 1
    ((name, told),) = verdicts_of(report_of(project))["j"]
    assert name == "j"
    assert told.startswith("error: for_each: ")


def test_a_resumed_run_is_reported_whole(project: Project) -> None:
    watched(project)
    flow = EVERYTHING.replace('"{{item}}", "=", "1"', '-e, "{{flow.dir}}/mended"')
    flow = flow.replace("{{flow.dir}}", str(project.root))
    assert run(project, flow).exit_code == 1
    before = suites_of(report_of(project))
    (project.root / "report.xml").unlink()  # as on another machine: the journal alone is enough
    (project.root / "mended").touch()
    assert project.aetherflow("runs", "resume", "r1").exit_code == 0
    after = report_of(project)
    assert verdicts_of(after) == {
        "load": [("say", "passed"), ("flaky", "passed"), ("never", "skipped: when is false")],
        "each[0]": [("begin", "passed"), ("check", "passed")],
        "each[1]": [("begin", "passed"), ("check", "passed")],
        "closed": [("closed", "skipped: SKIPPED: when is false")],
        "after": [("s", "passed")],
        "handlers.on_exit": [("tidy", "passed")],
    }
    assert [case.time for case in suites_of(after)["load"]] == [case.time for case in before["load"]]


def test_a_killed_run_leaves_a_report_that_says_so_and_its_resume_a_whole_one(project: Project) -> None:
    watched(project)
    project.write("report.xml", "<testsuites/>")
    project.write(
        "flow.yaml",
        """
        flow: {id: daily}
        jobs:
          - id: j
            steps:
              - {id: quick, type: log, inputs: {message: x}}
              - {id: slow, type: external.process, inputs: {shell: true, command: 'test -e go || sleep 60', cwd: "."}}
        """.replace("test -e go", f"test -e {project.root}/go"),
    )
    with project.start("run", "flow.yaml", "--run-id", "r1") as process:
        wait_until(lambda: "RunNotEnded" in project.read("report.xml"))
        wait_until(lambda: '"slow"' in project.aetherflow("runs", "events", "r1", "--json").stdout)
        kill_tree(process)
    ((name, told),) = verdicts_of(report_of(project))["daily"]
    assert (name, told) == ("run", "error: the run has not ended: it is still at work, or its process was killed")
    (project.root / "go").touch()
    assert project.aetherflow("runs", "resume", "r1").exit_code == 0
    assert verdicts_of(report_of(project)) == {"j": [("quick", "passed"), ("slow", "passed")]}


def test_an_interrupted_run_is_no_success(project: Project) -> None:
    watched(project)
    project.write(
        "flow.yaml",
        "{flow: {id: f}, jobs: [{id: j, steps: [{id: s, type: external.process, inputs: {command: [sleep, '60']}}]}]}",
    )
    with project.start("run", "flow.yaml", "--run-id", "r1") as process:
        wait_until(lambda: '"step_started"' in project.aetherflow("runs", "events", "r1", "--json").stdout)
        process.terminate()
        process.communicate(timeout=30)
    assert verdicts_of(report_of(project)) == {"j": [("s", "failure: interrupted by SIGTERM")]}


def test_a_thousand_steps_are_reported(project: Project) -> None:
    watched(project)
    steps = ", ".join(f"{{id: s{number}, type: log, inputs: {{message: x}}}}" for number in range(1000))
    assert run(project, f"{{flow: {{id: f}}, jobs: [{{id: j, steps: [{steps}]}}]}}").exit_code == 0
    assert len(list(suites_of(report_of(project))["j"])) == 1000
    assert json.dumps(report_of(project).tests) == "1000"
