"""Every sample flow does what its header says, as it stands."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import REPOSITORY, Outcome, Project

FOLDER = REPOSITORY / "sample_flows"
SAMPLES = sorted(path for path in FOLDER.rglob("*.yaml") if path.name != "profiles.yaml")


def run(project: Project, name: str, *options: str, **env: Any) -> Outcome:
    """Run a sample where it stands, its state kept in the test's own folder."""
    return project.aetherflow("run", FOLDER / name, "--json", *options, **env)


def statuses(result: Any) -> dict[str, str]:
    """Give the status of each job."""
    return {job_id: job["status"] for job_id, job in result["jobs"].items()}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_every_sample_says_what_it_shows_and_how_to_run_it(path: Path) -> None:
    header = path.read_text(encoding="utf-8").partition("\n\n")[0].splitlines()
    assert all(line.startswith("#") for line in header)
    assert any(f"aetherflow run sample_flows/{path.relative_to(FOLDER)}" in line for line in header)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_every_sample_is_valid_without_a_finding(project: Project, path: Path) -> None:
    example = path.parent / ".env.example"
    files = [str(example)] if example.exists() else []
    outcome = project.aetherflow("validate", path, "--json", AETHERFLOW_ENV_FILES_JSON=json.dumps(files))
    assert outcome.json["diagnostics"] == []
    assert outcome.exit_code == 0


def test_hello_greets_whom_the_parameter_names(project: Project) -> None:
    outcome = run(project, "hello.yaml", "--param", "name=Ada")
    assert outcome.exit_code == 0
    assert "Hello, Ada! Today is" in outcome.json["jobs"]["greet"]["steps"]["say"]["outputs"]["message"]


def test_the_csv_report_sums_up_and_ranks(project: Project) -> None:
    result = run(project, "csv_report.yaml").json
    assert result["status"] == "SUCCESS"
    assert result["jobs"]["extract"]["outputs"]["total"] == 566.0
    assert result["jobs"]["report"]["outputs"] == {
        "best": "initech",
        "turnover": {"initech": 300.25, "acme": 140.0, "globex": 125.75},
    }
    (report,) = (project.root / "work").rglob("report.json")
    assert '"best":' in report.read_text().replace(" ", "")


def test_the_gate_opens_for_bad_rows(project: Project) -> None:
    result = run(project, "gated_job.yaml").json
    assert statuses(result) == {"check": "SUCCESS", "quarantine": "SUCCESS", "tell": "SUCCESS"}
    assert result["jobs"]["tell"]["steps"]["summary"]["outputs"]["message"] == (
        "bad rows: 2; note: 2 bad rows were set aside"
    )


def test_the_gate_stays_closed_without_bad_rows(project: Project) -> None:
    outcome = run(project, "gated_job.yaml", "--param", "min_amount=0")
    assert statuses(outcome.json) == {"check": "SUCCESS", "quarantine": "SKIPPED", "tell": "SUCCESS"}
    assert outcome.exit_code == 0


def test_no_data_skips_the_job_and_the_run_succeeds(project: Project) -> None:
    outcome = run(project, "no_data.yaml")
    assert statuses(outcome.json) == {"load": "SKIPPED", "publish": "BLOCKED", "housekeeping": "SUCCESS"}
    assert outcome.exit_code == 0


def test_with_data_everything_runs(project: Project) -> None:
    result = run(project, "no_data.yaml", "--param", 'files=["a.csv", "b.csv"]').json
    assert statuses(result) == {"load": "SUCCESS", "publish": "SUCCESS", "housekeeping": "SUCCESS"}
    assert result["jobs"]["publish"]["steps"]["tell"]["outputs"]["message"] == "2 files were published"


def test_the_flaky_service_answers_at_the_third_attempt(project: Project) -> None:
    result = run(project, "retries.yaml").json
    assert result["status"] == "SUCCESS"
    assert result["jobs"]["call_service"]["steps"]["flaky"]["attempts"] == 3


def test_the_resumed_release_builds_nothing_twice(project: Project) -> None:
    first = run(project, "resume.yaml")
    assert first.exit_code == 1
    assert statuses(first.json) == {"prepare": "SUCCESS", "release": "FAILED"}
    second = run(project, "resume.yaml", "--resume", APPROVED_BY="ada")
    assert second.exit_code == 0
    assert second.json["run_id"] == first.json["run_id"]
    assert second.json["jobs"]["prepare"]["outputs"] == first.json["jobs"]["prepare"]["outputs"]
    (builds,) = (project.root / "work").rglob("builds.txt")
    assert builds.read_text() == "built once\n"


def test_the_secret_never_appears(project: Project) -> None:
    outcome = run(project, "profiles_and_secrets/flow.yaml", SHOP_API_TOKEN="correct-horse-battery")
    assert outcome.exit_code == 0
    assert outcome.json["jobs"]["load"]["outputs"] == {"inserted": 1, "customer": "O'Hara; DROP TABLE orders"}
    assert "with the token ***" in outcome.stderr
    assert "correct-horse-battery" not in outcome.stdout + outcome.stderr
