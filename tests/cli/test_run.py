"""`aetherflow run`, from the command line to the exit code."""

import contextlib
import json
import os
import pty
import signal
import subprocess

import pytest

from tests.cli import flows
from tests.support.project import COMMAND, Project


def test_text_mode_leaves_stdout_empty(project: Project) -> None:
    project.write("flow.yaml", flows.OK)
    outcome = project.aetherflow("run", "flow.yaml", "--run-id", "r1")
    assert (outcome.exit_code, outcome.stdout) == (0, "")
    assert "▶ daily: run r1 (1 job, 2 steps)" in outcome.stderr
    assert "  extract.hello | hello from daily\n" in outcome.stderr
    assert "  extract.shout | to stdout\n" in outcome.stderr
    assert "  extract.shout | to stderr\n" in outcome.stderr
    assert "\n✓ SUCCESS daily: run r1 in " in outcome.stderr


def test_json_puts_the_result_and_nothing_else_on_stdout(project: Project) -> None:
    project.write("flow.yaml", flows.OK)
    outcome = project.aetherflow("run", "flow.yaml", "--json", "--run-id", "r1")
    assert outcome.exit_code == 0
    result = outcome.json
    assert (result["run_id"], result["flow_id"], result["status"]) == ("r1", "daily", "SUCCESS")
    assert {"duration_seconds", "jobs", "handlers", "plugins", "diagnostics"} <= result.keys()
    job = result["jobs"]["extract"]
    assert job.keys() >= {"status", "outputs", "reason", "duration_seconds", "steps"}
    assert "items" not in job
    assert job["steps"]["hello"].keys() >= {"status", "outputs", "attempts", "duration_seconds", "error"}


def test_quiet_says_nothing_of_a_run_that_succeeded(project: Project) -> None:
    project.write("flow.yaml", flows.OK)
    outcome = project.aetherflow("run", "flow.yaml", "--run-id", "r1", "-q")
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (0, "", "")


def test_quiet_says_what_failed_and_how_to_go_on(project: Project) -> None:
    project.write("flow.yaml", flows.FAILING)
    lines = project.aetherflow("run", "flow.yaml", "--run-id", "r1", "-q").stderr.splitlines()
    assert lines[0] == "error: step load.insert failed"
    assert lines[-2].startswith("✗ FAILED daily: run r1 in ")
    assert lines[-1] == "  = to continue: aetherflow run flow.yaml --resume r1"
    assert len([line for line in lines if "load.insert" in line]) == 1


@pytest.mark.parametrize("option", ["-q", "--no-color"])
def test_a_job_that_fails_by_its_condition_says_why(project: Project, option: str) -> None:
    project.write("flow.yaml", flows.GATED)
    outcome = project.aetherflow("run", "flow.yaml", "--run-id", "r1", option)
    assert outcome.exit_code == 1
    assert 'error: job load failed\n  when: ">" cannot compare a number and a string: ' in outcome.stderr
    assert ("✗ job load FAILED: when: " in outcome.stderr) is (option != "-q")


def test_a_failed_run_says_how_to_continue_and_does(project: Project) -> None:
    project.write("flow.yaml", flows.FAILING)
    failed = project.aetherflow("run", "flow.yaml", "--run-id", "r1")
    assert failed.exit_code == 1
    assert "error: step load.insert failed\n" in failed.stderr
    way_on = failed.stderr.rpartition("= to continue: ")[2].strip()
    assert way_on == "aetherflow run flow.yaml --resume r1"
    project.write("fixed", "")
    assert project.aetherflow(*way_on.split()[1:], "--json").json["status"] == "SUCCESS"


def test_resume_without_a_run_id_takes_the_newest(project: Project) -> None:
    project.write("flow.yaml", flows.FAILING)
    project.aetherflow("run", "flow.yaml", "--run-id", "r1")
    project.write("fixed", "")
    outcome = project.aetherflow("run", "flow.yaml", "--resume")
    assert outcome.exit_code == 0
    assert "▶ daily: run r1 resumed" in outcome.stderr


@pytest.mark.parametrize(
    ("form", "on_stdout", "on_stderr"),
    [
        ("text", "", 'error[AF-F204]: unknown step type "external.proces"'),
        ("json", '"ok": false', ""),
        ("github", "::error file=flow.yaml,line=6,col=28::AF-F204", ""),
        ("sarif", '"version": "2.1.0"', ""),
    ],
)
def test_wrong_input_is_told_in_the_form_that_was_asked_for(
    project: Project, form: str, on_stdout: str, on_stderr: str
) -> None:
    project.write("flow.yaml", flows.WRONG)
    outcome = project.aetherflow("run", "flow.yaml", "--format", form)
    assert outcome.exit_code == 2
    assert on_stdout in outcome.stdout
    assert bool(on_stdout) == bool(outcome.stdout)
    assert on_stderr in outcome.stderr
    assert bool(on_stderr) == bool(outcome.stderr)


def test_wrong_input_as_json_is_what_validate_gives(project: Project) -> None:
    project.write("flow.yaml", flows.WRONG)
    assert (
        project.aetherflow("run", "flow.yaml", "--json").json
        == project.aetherflow("validate", "flow.yaml", "--json").json
    )


def test_a_refusal_without_findings_has_json_too(project: Project) -> None:
    project.write("flow.yaml", flows.OK)
    outcome = project.aetherflow("run", "flow.yaml", "--resume", "absent", "--json")
    assert outcome.exit_code == 2
    assert outcome.json["ok"] is False
    assert outcome.json["flow"] == "flow.yaml"


def test_a_flow_may_come_from_stdin(project: Project) -> None:
    outcome = project.aetherflow("run", "-", "--json", stdin=flows.OK)
    assert outcome.json["status"] == "SUCCESS"


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_ends_with_the_signals_exit_code(
    project: Project, number: signal.Signals, exit_code: int
) -> None:
    project.write("flow.yaml", flows.SLEEPING)
    process = project.start("run", "flow.yaml", "--run-id", "r1")
    assert process.stderr is not None
    for line in process.stderr:
        if "wait.long started" in line:
            break
    process.send_signal(number)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == exit_code
    assert "✗ INTERRUPTED daily: run r1" in stderr
    assert "= to continue: aetherflow run flow.yaml --resume r1" in stderr


def test_a_failed_step_is_an_annotation_for_github(project: Project) -> None:
    project.write("flow.yaml", flows.FAILING)
    outcome = project.aetherflow("run", "flow.yaml", "--run-id", "r1", "--format", "github")
    assert outcome.exit_code == 1
    line = next(number for number, text in enumerate(flows.FAILING.strip().splitlines(), 1) if "id: insert" in text)
    assert outcome.stdout.startswith(f"::error file=flow.yaml,line={line},")
    assert "::AF-R301: step load.insert failed: " in outcome.stdout


def test_a_tolerated_failure_is_a_warning(project: Project) -> None:
    project.write("flow.yaml", flows.TOLERANT)
    outcome = project.aetherflow("run", "flow.yaml", "--format", "github")
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith("::warning file=flow.yaml,")
    assert "  ✗  load    FAILED (tolerated)  0 of 1 step  " in outcome.stderr
    assert "warning: step load.insert failed (continue_on_error: the run goes on)\n  boom\n" in outcome.stderr


def test_the_key_of_a_run_that_succeeded_runs_nothing_and_says_so(project: Project) -> None:
    project.write("flow.yaml", flows.OK)
    run_id = project.aetherflow("run", "flow.yaml", "--run-key", "monday", "--json").json["run_id"]
    outcome = project.aetherflow("run", "flow.yaml", "--run-key", "monday")
    assert outcome.stderr == f"run {run_id} ended SUCCESS before; nothing was run\n"
    assert project.aetherflow("run", "flow.yaml", "--run-key", "monday", "-q").stderr == ""


def test_a_failed_step_is_a_result_in_sarif(project: Project) -> None:
    project.write("flow.yaml", flows.FAILING)
    (run,) = project.aetherflow("run", "flow.yaml", "--run-id", "r1", "--format", "sarif").json["runs"]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("AF-R301", "error")
    assert result["message"]["text"].startswith("step load.insert failed: ")
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "flow.yaml"


def test_a_run_that_succeeded_has_no_findings(project: Project) -> None:
    project.write("flow.yaml", flows.OK)
    assert project.aetherflow("run", "flow.yaml", "--format", "github").stdout == ""
    assert project.aetherflow("run", "flow.yaml", "--format", "sarif").json["runs"][0]["results"] == []


@pytest.mark.parametrize("streams", ["2>/dev/full", "2>&-", "2>&- <&-", ">&-", ">/dev/full"])
def test_a_run_in_text_mode_does_not_depend_on_its_streams(project: Project, streams: str) -> None:
    project.write("flow.yaml", flows.OK)
    assert shell(project, f"aetherflow run flow.yaml {streams}").returncode == 0


def test_progress_may_go_to_a_reader_that_went_away(project: Project) -> None:
    project.write("flow.yaml", flows.OK)
    outcome = shell(project, "set -o pipefail; aetherflow run flow.yaml 2>&1 | true")
    assert outcome.returncode == 0


def test_a_json_result_that_cannot_be_written_is_exit_code_2(project: Project) -> None:
    project.write("flow.yaml", flows.OK)
    outcome = shell(project, "aetherflow run flow.yaml --json -q > /dev/full")
    assert outcome.returncode == 2
    assert outcome.stderr.endswith("error: the result cannot be written to standard output: no space left on device\n")


def test_a_dry_run_prints_the_plan_and_runs_nothing(project: Project) -> None:
    project.write("flow.yaml", flows.OK)
    outcome = project.aetherflow("run", "flow.yaml", "--dry-run")
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert outcome.stdout == (
        "daily would run 1 job, 2 steps\n"
        "\n"
        "extract\n"
        "  1. hello log\n"
        "       message: hello from daily\n"
        "  2. shout external.process\n"
        '       command: ["sh","-c","echo to stdout; echo to stderr >&2"]\n'
        '       log: {"stdout":"inherit"}\n'
    )
    assert [path.name for path in (project.root / "state").iterdir()] == ["plugin-index.json"]  # a cache, no run
    plan = project.aetherflow("run", "flow.yaml", "--dry-run", "--json").json
    assert plan["jobs"][0]["steps"][0]["inputs"] == {"message": "hello from daily"}


def test_the_json_log_has_an_event_a_line(project: Project) -> None:
    project.write("flow.yaml", flows.OK)
    outcome = project.aetherflow("run", "flow.yaml", AETHERFLOW_LOG_FORMAT="json")
    kinds = [event["type"] for event in map(json.loads, outcome.stderr.splitlines())]
    assert kinds[0] == "run_started"
    assert kinds[-1] == "run_finished"


def test_a_terminal_shows_progress_in_colour_and_gets_its_cursor_back(project: Project) -> None:
    project.write("flow.yaml", flows.OK.replace("echo to stdout;", "sleep 0.5; echo to stdout;"))
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "run", "flow.yaml", "--run-id", "r1"],
        cwd=project.root,
        env={**project.env, "TERM": "xterm-256color"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=follower,
    )
    os.close(follower)
    screen = read_to_the_end(leader)
    stdout, _ = process.communicate(timeout=30)
    assert (process.returncode, stdout) == (0, b"")
    assert "extract.shout" in screen
    assert "1/2 steps" in screen
    assert "\x1b[32m✓\x1b[0m extract.hello" in screen
    assert screen.count("\x1b[?25l") == screen.count("\x1b[?25h") == 1
    assert "\x1b[32m✓ SUCCESS\x1b[0m daily: run r1 in " in screen.rpartition("\x1b[?25h")[2]


def read_to_the_end(leader: int) -> str:
    """Read what a terminal shows until nobody writes to it any more."""
    shown = b""
    with contextlib.suppress(OSError):  # the other side is closed
        while piece := os.read(leader, 65536):
            shown += piece
    os.close(leader)
    return shown.decode()


def shell(project: Project, line: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["bash", "-c", line.replace("aetherflow", COMMAND, 1)],
        cwd=project.root,
        env=project.env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
