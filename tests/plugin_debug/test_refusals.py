"""What a trace tells of plugins that do not load, and of a file that cannot be written."""

import errno
import os
from pathlib import Path

import pytest

from tests.plugin_debug.traces import PASSWORD, REGISTERED, log_file, log_of, trace_in, with_plugin
from tests.support.project import Outcome, Project

STEP = "      - {id: a, type: as_function}\n"
BROKEN = "import os\nraise RuntimeError('no ' + os.environ['DB_PASSWORD'] + '\\x1b[31m\\x07\\nmore')\n"
REASON = 'failed: the module "broken.py" could not be imported: RuntimeError: no ***\ufffd\\nmore\n'


@pytest.fixture
def broken(project: Project) -> Project:
    """Give a project with a plugin that works and one that fails at its import."""
    with_plugin(project, STEP)
    project.write("plugins/broken.py", BROKEN)
    project.env["AETHERFLOW_PLUGIN_PATHS"] = "plugins/steps.py,plugins/broken.py"
    return project


def traced(project: Project, **env: str) -> Outcome:
    return project.aetherflow("run", "flow.yaml", "--debug-plugins", "--run-id", "r1", **env)


def test_a_run_that_is_refused_has_its_trace_on_stderr(broken: Project) -> None:
    outcome = traced(broken)
    assert outcome.exit_code == 3
    assert trace_in(broken, outcome.stderr) == (
        "load  TIME  steps         loaded DIGEST\n" + REGISTERED + "load  TIME  broken        " + REASON
    )
    assert PASSWORD not in outcome.stderr
    assert not log_file(broken).exists()


def test_a_failed_load_is_in_the_file_of_a_run_that_goes_on(broken: Project) -> None:
    assert traced(broken, AETHERFLOW_PLUGIN_STRICT="false").exit_code == 0
    assert "load  TIME  broken        " + REASON in log_of(broken)
    assert PASSWORD not in log_file(broken).read_text()


def test_a_plugin_that_may_not_load_is_told_before_the_others(broken: Project) -> None:
    broken.write("old/aetherflow-plugin.yaml", "name: old\nversion: 1.0.0\ncompatible_versions: '<0.0.1'\n")
    broken.write("old/old.py", "")
    traced(broken, AETHERFLOW_PLUGIN_STRICT="false", AETHERFLOW_PLUGIN_PATHS="plugins/steps.py,old")
    first, second = log_of(broken).splitlines()[:2]
    assert first.startswith("load  -  old           left out: ")
    assert second == "load  TIME  steps         loaded DIGEST"


def test_the_file_is_private(project: Project) -> None:
    traced(with_plugin(project, STEP))
    assert log_file(project).stat().st_mode & 0o777 == 0o600


def test_a_link_in_the_files_place_is_not_followed(project: Project, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    log_file(with_plugin(project, STEP)).parent.mkdir(parents=True, mode=0o700)
    log_file(project).symlink_to(target)
    outcome = traced(project)
    assert outcome.exit_code == 0
    assert told_warnings(outcome) == [
        f'the log "{log_file(project)}" ends here, it cannot be written: {os.strerror(errno.ELOOP)}'
    ]
    assert target.read_text() == "mine"


def test_a_file_that_cannot_be_written_is_told_once_and_stops_nothing(project: Project) -> None:
    log_file(with_plugin(project, STEP, "for_each: [1, 2, 3]")).mkdir(parents=True, mode=0o700)
    outcome = traced(project)
    assert outcome.exit_code == 0
    assert told_warnings(outcome) == [
        f'the log "{log_file(project)}" ends here, it cannot be written: {os.strerror(errno.EISDIR)}'
    ]
    assert trace_in(project, outcome.stderr).count("as_function at main[") == 3


def told_warnings(outcome: Outcome) -> list[str]:
    return [line.partition("warning: ")[2] for line in outcome.stderr.splitlines() if "warning: " in line]
