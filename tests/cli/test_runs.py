"""`aetherflow runs`, end to end."""

import json
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli import flows
from tests.support.project import COMMAND, Project, kill_tree

WAITING = """
version: 1
flow: {id: daily}
jobs:
  - id: wait
    steps:
      - {id: hello, type: log, inputs: {message: begun}}
      - id: long
        type: external.process
        inputs: {command: [sh, -c, "touch begun; while ! test -f go; do sleep 0.05; done"], cwd: "{{env.HOME}}"}
"""


@pytest.fixture
def failed(project: Project) -> Project:
    """Give a project in which run r1 failed at its first step."""
    project.write("flow.yaml", flows.FAILING)
    assert project.aetherflow("run", "flow.yaml", "--run-id", "r1").exit_code == 1
    return project


def waiting(project: Project) -> "subprocess.Popen[str]":
    """Start a run, live1, whose second step waits for a file."""
    return started(project, WAITING)


def started(project: Project, flow: str) -> "subprocess.Popen[str]":
    """Start a run, live1, and wait until its second step works."""
    project.write("flow.yaml", flow)
    process = project.start("run", "flow.yaml", "--run-id", "live1")
    deadline = time.monotonic() + 30
    while not (project.root / "begun").exists():
        assert time.monotonic() < deadline, process.communicate()
        time.sleep(0.02)
    return process


def finish(project: Project, process: "subprocess.Popen[str]") -> None:
    (project.root / "go").touch()
    process.communicate(timeout=30)


def test_list_as_json_is_what_the_contract_says(failed: Project) -> None:
    outcome = failed.aetherflow("runs", "list", "--json")
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    (run,) = outcome.json
    assert list(run) == ["run_id", "flow_id", "status", "started_at", "finished_at"]
    assert (run["run_id"], run["flow_id"], run["status"]) == ("r1", "daily", "FAILED")
    for moment in (run["started_at"], run["finished_at"]):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", moment)


def test_list_filters(failed: Project) -> None:
    def ids(*options: str) -> list[str]:
        return [run["run_id"] for run in failed.aetherflow("runs", "list", "--json", *options).json]

    failed.write("fixed", "")
    failed.aetherflow("run", "flow.yaml", "--run-id", "r2")
    assert ids() == ["r2", "r1"]
    assert ids("--limit", "1") == ["r2"]
    assert ids("--status", "failed") == ["r1"]
    assert ids("--status", "FAILED", "--status", "success") == ["r2", "r1"]
    assert ids("--flow", "daily", "--since", "1h") == ["r2", "r1"]
    assert ids("--until", "2020-01-01") == []
    assert ids("--flow", "weekly") == []


def test_list_as_text_is_a_table(failed: Project) -> None:
    outcome = failed.aetherflow("runs", "list")
    head, row = outcome.stdout.splitlines()
    assert head.split() == ["RUN", "FLOW", "STATUS", "STARTED", "(UTC)", "TOOK"]
    assert row.split()[:3] == ["r1", "daily", "FAILED"]


def test_where_nothing_ran_nothing_is_listed_and_nothing_made(project: Project) -> None:
    assert project.aetherflow("runs", "list").stdout == "no run is recorded\n"
    assert project.aetherflow("runs", "list", "--json").json == []
    assert list(project.root.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["list", "--since", "yesterday"], 'error: --since: "yesterday" is no time'),
        (["list", "--since", ""], 'error: --since: "" is no time'),
        (["list", "--since", "99999999999d"], 'error: --since: "99999999999d" is no time'),
        (
            ["list", "--status", "done"],
            'error: --status takes RUNNING, SUCCESS, FAILED or INTERRUPTED, not "done"',
        ),
        (["prune", "--older-than", "30"], 'error: --older-than: "30" is no age'),
        (["prune"], "error[AF-R505]: nothing says which runs may go"),
        (["list", "--state", "none.db"], 'error[AF-R503]: there is no state file "none.db"'),
        (["show", "r7"], 'error[AF-R501]: no run is called "r7" or begins with it'),
        (["events", "r7"], 'error[AF-R501]: no run is called "r7" or begins with it'),
        (["resume", "r7"], 'error[AF-R501]: no run is called "r7" or begins with it'),
    ],
)
def test_wrong_words_are_told_with_code_2(failed: Project, words: list[str], message: str) -> None:
    outcome = failed.aetherflow("runs", *words)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr.splitlines()[0] == message


def test_show_tells_jobs_and_steps(failed: Project) -> None:
    text = failed.aetherflow("runs", "show", "r").stdout
    assert text.startswith("✗ FAILED daily: run r1\n")
    assert f"  flow               {failed.root}/flow.yaml\n" in text
    assert f"  log                {failed.root}/state/runs/daily/r1/run.log\n" in text
    assert re.search(r"^✗ load FAILED \d", text, re.MULTILINE)
    assert re.search(r"^ {2}✗ {2}insert {2}FAILED {2}\d", text, re.MULTILINE)
    assert "      error exited with code 3" in text
    assert re.search(r"^– report BLOCKED", text, re.MULTILINE)


def test_show_as_json_is_run_s_form_and_more(failed: Project) -> None:
    shown = failed.aetherflow("runs", "show", "r1", "--json").json
    ran = failed.aetherflow("run", "flow.yaml", "--resume", "r1", "--json").json
    assert shown["status"] == "FAILED"
    for job_id, job in ran["jobs"].items():
        assert job.keys() <= shown["jobs"][job_id].keys()
        for step_id, step in job["steps"].items():
            assert step.keys() <= shown["jobs"][job_id]["steps"][step_id].keys()
    insert = shown["jobs"]["load"]["steps"]["insert"]
    assert insert["plugin_digest"].startswith("sha256:")
    assert shown["plugins"] == [{"name": "aetherflow", "digest": insert["plugin_digest"]}]


def test_a_run_that_was_killed_is_interrupted_and_its_step_in_flight(project: Project) -> None:
    process = waiting(project)
    kill_tree(process)
    process.communicate()
    (run,) = project.aetherflow("runs", "list", "--json").json
    assert (run["status"], run["finished_at"]) == ("INTERRUPTED", None)
    shown = project.aetherflow("runs", "show", "live1").stdout
    assert "✓  hello  SUCCESS" in shown
    assert "·  long   in flight when the run died" in shown
    assert project.aetherflow("runs", "events", "live1", "--follow").exit_code == 0


def test_follow_ends_with_the_run(project: Project) -> None:
    process = waiting(project)
    following = project.start("runs", "events", "live", "--follow", "--json")
    assert following.stdout is not None
    first = json.loads(following.stdout.readline())
    finish(project, process)
    rest, errors = following.communicate(timeout=30)
    assert (following.returncode, errors) == (0, "")
    kinds = [first["type"], *(json.loads(line)["type"] for line in rest.splitlines())]
    assert (kinds[0], kinds[-1]) == ("run_started", "run_finished")


def test_who_stops_reading_is_not_followed_for(project: Project) -> None:
    fails = "touch begun; exit 1"
    retries = "{max_attempts: 1000, backoff_seconds: 0.1, backoff_multiplier: 1, jitter: false}"
    flow = WAITING.replace("- id: long", f"- id: long\n        retry: {retries}")
    process = started(project, re.sub('"touch begun.*done"', f'"{fails}"', flow))
    try:
        command = f"{COMMAND} runs events live1 --follow | head -1"
        outcome = subprocess.run(
            ["bash", "-c", command], cwd=project.root, env=project.env, capture_output=True, text=True, timeout=30
        )
        assert "run live1" in outcome.stdout
        assert process.poll() is None
    finally:
        kill_tree(process)
        process.communicate()


def test_following_can_be_interrupted(project: Project) -> None:
    process = waiting(project)
    following = project.start("runs", "events", "live1", "--follow")
    assert following.stdout is not None
    following.stdout.readline()
    following.send_signal(signal.SIGINT)
    following.communicate(timeout=30)
    assert following.returncode == 130
    finish(project, process)


def test_events_are_told_by_type(failed: Project) -> None:
    text = failed.aetherflow("runs", "events", "r1", "--type", "step_finished").stdout
    assert re.fullmatch(r"\S+Z ✗ load\.insert FAILED \d.*", text.splitlines()[0])
    assert "run r1" not in text


def test_resume_goes_on_from_another_folder(failed: Project) -> None:
    failed.write("fixed", "")
    elsewhere = Project(failed.root / "elsewhere")
    elsewhere.root.mkdir()
    elsewhere.env = failed.env
    outcome = elsewhere.aetherflow("runs", "resume", "r", "--json")
    assert (outcome.exit_code, outcome.json["run_id"], outcome.json["status"]) == (0, "r1", "SUCCESS")


def test_a_live_run_is_neither_resumed_nor_pruned(project: Project) -> None:
    process = waiting(project)
    try:
        resumed = project.aetherflow("runs", "resume", "live1")
        assert resumed.exit_code == 4
        assert resumed.stderr.startswith('error[AF-R111]: run "live1" of flow "daily" is held by process ')
        assert project.aetherflow("runs", "prune", "--keep", "0", "--yes").stdout == "no run was removed\n"
        assert "RUNNING" in project.aetherflow("runs", "list").stdout
    finally:
        finish(project, process)
    assert process.returncode == 0


def test_prune_says_first_and_removes_with_yes(failed: Project) -> None:
    folder = failed.root / "state" / "runs" / "daily" / "r1"
    dry = failed.aetherflow("runs", "prune", "--keep", "0")
    assert dry.stdout.endswith("would go: --yes removes them\n")
    assert folder.exists()
    done = failed.aetherflow("runs", "prune", "--keep", "0", "--yes", "--json")
    assert (done.exit_code, done.json["is_dry_run"]) == (0, False)
    assert [run["run_id"] for run in done.json["runs"]] == ["r1"]
    assert str(folder) in done.json["runs"][0]["folders"]
    assert not folder.exists()
    assert failed.aetherflow("runs", "list", "--json").json == []


def test_what_cannot_be_removed_is_told_with_code_2(failed: Project, tmp_path: Path) -> None:
    runs = failed.root / "state" / "runs"
    runs.rename(failed.root / "moved")
    runs.symlink_to(failed.root / "moved")
    outcome = failed.aetherflow("runs", "prune", "--keep", "0", "--yes")
    assert (outcome.exit_code, outcome.stdout) == (2, "no run was removed\n")
    assert outcome.stderr == (f'error: run daily/r1 was left: {runs}/daily/r1: "{runs}" is a symbolic link\n')
    assert (failed.root / "moved" / "daily" / "r1" / "run.log").exists()
    assert failed.aetherflow("runs", "list", "--json").json != []


def test_a_log_on_a_full_disk_does_not_stop_the_run(project: Project) -> None:
    project.write("flow.yaml", flows.OK)
    log = project.root / "state" / "runs" / "daily"
    log.mkdir(parents=True)
    log.chmod(0o700)
    (log / "r1").write_text("a file in the place of the folder")
    outcome = project.aetherflow("run", "flow.yaml", "--run-id", "r1")
    assert outcome.exit_code == 0
    assert outcome.stderr.count('run.log" ends here, it cannot be written: ') == 1
