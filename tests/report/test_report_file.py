"""`runs report`, end to end: where the page goes, what it replaces, and what is told where there is none."""

import stat
from pathlib import Path

import pytest

from tests.cli import flows
from tests.support.project import Project


@pytest.fixture
def failed(project: Project) -> Project:
    """Give a project in which run r1 failed at its first step."""
    project.write("flow.yaml", flows.FAILING)
    assert project.aetherflow("run", "flow.yaml", "--run-id", "r1").exit_code == 1
    return project


def test_the_page_is_named_after_flow_and_run_and_its_name_is_the_result(failed: Project) -> None:
    outcome = failed.aetherflow("runs", "report", "r1")
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (0, "daily-r1.html\n", "")
    page = failed.read("daily-r1.html")
    assert page.startswith('<!doctype html>\n<html lang="en"')
    assert "exited with code 3" in page
    assert stat.S_IMODE((failed.root / "daily-r1.html").stat().st_mode) == 0o666 & ~_umask()


def _umask() -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("Umask:")).split()[1], 8)


def test_the_page_can_go_to_standard_output_a_folder_or_a_device(failed: Project) -> None:
    outcome = failed.aetherflow("runs", "report", "r1", "-o", "-")
    assert outcome.stdout.startswith("<!doctype html>")
    assert outcome.stdout.endswith("</html>\n")
    (failed.root / "pages").mkdir()
    assert failed.aetherflow("runs", "report", "r1", "-o", "pages").stdout == "pages/daily-r1.html\n"
    assert failed.aetherflow("runs", "report", "r1", "-o", "new/page.html").stdout == "new/page.html\n"
    assert failed.aetherflow("runs", "report", "r1", "-o", "/dev/null").exit_code == 0
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_an_older_report_is_replaced_and_nothing_else_is_without_force(failed: Project) -> None:
    for _ in range(2):
        assert failed.aetherflow("runs", "report", "r1", "-o", "page.html").exit_code == 0
    before = failed.read("flow.yaml")
    outcome = failed.aetherflow("runs", "report", "r1", "-o", "flow.yaml")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr == (
        'error[AF-R506]: "flow.yaml" is there, and is no report of a run\n'
        "  = name another file after -o, or overwrite it with --force\n"
        "\n1 error\n"
    )
    assert failed.read("flow.yaml") == before
    (failed.root / "link.html").symlink_to("page.html")
    assert failed.aetherflow("runs", "report", "r1", "-o", "link.html").exit_code == 0
    assert (failed.root / "link.html").is_symlink()
    assert failed.aetherflow("runs", "report", "r1", "-o", "flow.yaml", "--force").exit_code == 0
    assert failed.read("flow.yaml").startswith("<!doctype html>")


def test_what_cannot_be_written_and_runs_that_are_unknown_are_code_2(failed: Project) -> None:
    outcome = failed.aetherflow("runs", "report", "r1", "-o", "flow.yaml/page.html")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr.startswith(
        'error[AF-R507]: the report cannot be written to "flow.yaml/page.html": Not a directory\n'
    )
    outcome = failed.aetherflow("runs", "report", "r7", "-o", "page.html")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr.splitlines()[0] == 'error[AF-R501]: no run is called "r7" or begins with it'
    assert not (failed.root / "page.html").exists()


def test_a_full_disk_leaves_what_was_there(failed: Project) -> None:
    outcome = failed.aetherflow("runs", "report", "r1", "-o", "/dev/full")
    assert (outcome.exit_code, outcome.stderr.splitlines()[0]) == (
        2,
        'error[AF-R507]: the report cannot be written to "/dev/full": No space left on device',
    )
