"""`aetherflow validate`: findings to stdout, in every form; it runs nothing."""

import json
import os
import pty
import subprocess
import termios

import pytest

from tests.cli import flows
from tests.support.project import COMMAND, Project

FIELDS = {"code", "severity", "message", "hint", "file", "line", "column", "end_line", "end_column", "path"}


def test_a_flow_that_is_right_is_ok(project: Project) -> None:
    project.write("flow.yaml", flows.OK)
    outcome = project.aetherflow("validate", "flow.yaml")
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (0, "flow.yaml: ok (1 job, 2 steps)\n", "")


def test_quiet_says_nothing_of_a_flow_that_is_right(project: Project) -> None:
    project.write("flow.yaml", flows.OK)
    outcome = project.aetherflow("validate", "flow.yaml", "-q")
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (0, "", "")


def test_findings_are_the_result(project: Project) -> None:
    project.write("flow.yaml", flows.WRONG)
    outcome = project.aetherflow("validate", "flow.yaml")
    assert (outcome.exit_code, outcome.stderr) == (2, "")
    assert outcome.stdout.startswith('error[AF-F204]: unknown step type "external.proces"\n --> flow.yaml:6:28\n')
    assert "^^^^^^^^^^^^^^^ did you mean" in outcome.stdout
    assert outcome.stdout.endswith("\n1 error\n")


def test_a_warning_is_shown_and_is_no_error(project: Project) -> None:
    project.write("flow.yaml", flows.OK.replace("{{flow_id}}", "{{env.ABSENT_HERE}}"))
    outcome = project.aetherflow("validate", "flow.yaml")
    assert outcome.exit_code == 0
    assert "warning[AF-" in outcome.stdout
    assert outcome.stdout.endswith("1 warning\n\nflow.yaml: ok (1 job, 2 steps)\n")
    strict = project.aetherflow("validate", "flow.yaml", "--strict-env")
    assert strict.exit_code == 2
    assert "error[AF-" in strict.stdout


def test_json_has_every_field(project: Project) -> None:
    project.write("flow.yaml", flows.WRONG)
    outcome = project.aetherflow("validate", "flow.yaml", "--json")
    report = outcome.json
    assert (outcome.exit_code, outcome.stderr) == (2, "")
    assert (report["ok"], report["flow"]) == (False, "flow.yaml")
    (finding,) = report["diagnostics"]
    assert finding.keys() == FIELDS
    assert (finding["code"], finding["line"], finding["column"]) == ("AF-F204", 6, 28)
    assert finding["path"] == "jobs[0].steps[0].type"


@pytest.mark.parametrize("form", ["sarif", "github"])
def test_the_forms_of_other_programs_hold_the_finding(project: Project, form: str) -> None:
    project.write("flow.yaml", flows.WRONG)
    outcome = project.aetherflow("validate", "flow.yaml", "--format", form)
    assert outcome.exit_code == 2
    assert "AF-F204" in outcome.stdout
    if form == "sarif":
        assert json.loads(outcome.stdout)["version"] == "2.1.0"


@pytest.mark.parametrize("name", ["absent.yaml", ".", "/dev/null/x", "nosuch://place", "\x1b[2J.yaml"])
def test_what_cannot_be_read_is_a_finding(project: Project, name: str) -> None:
    outcome = project.aetherflow("validate", name)
    assert outcome.exit_code == 2
    assert outcome.stdout.startswith("error[AF-")
    assert "\x1b" not in outcome.stdout
    assert outcome.stderr == ""


def test_the_terminal_gets_colours_and_a_pipe_does_not(project: Project) -> None:
    project.write("flow.yaml", flows.WRONG)
    assert "\x1b" not in project.aetherflow("validate", "flow.yaml", TERM="xterm").stdout


def test_a_locale_without_unicode_is_written_with_escapes(project: Project) -> None:
    project.write("flow.yaml", flows.WRONG.replace("external.proces", "exté"))
    outcome = project.aetherflow("validate", "flow.yaml", LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert outcome.exit_code == 2
    assert "ext\\xe9" in outcome.stdout


def test_a_finding_fits_the_terminal(project: Project) -> None:
    project.write("flow.yaml", flows.WRONG.replace("inputs: {}", "inputs: {message: " + "x" * 200 + "}"))
    leader, follower = pty.openpty()
    termios.tcsetwinsize(follower, (24, 60))
    subprocess.run(
        [COMMAND, "validate", "flow.yaml", "--no-color"],
        cwd=project.root,
        env=project.env,
        stdout=follower,
        check=False,
    )
    shown = os.read(leader, 65536).decode().splitlines()
    os.close(follower)
    os.close(leader)
    assert shown[3].startswith("6 | ")
    assert max(map(len, shown[:6])) <= 60
