"""stdout carries the result and nothing else; a stream that is closed, full or gone is no traceback."""

import os
import subprocess
import sys

import pytest

from aetherflow.version import VERSION
from tests.support.project import COMMAND, Project

RESULT_LINES = ["--version", "--version run", "--help", "schema flow", "plugins list", "plugins --help", "run --help"]


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


@pytest.mark.parametrize("line", RESULT_LINES)
def test_a_full_disk_behind_stdout_is_exit_code_2(project: Project, line: str) -> None:
    outcome = shell(project, f"aetherflow {line} > /dev/full")
    expected = "error: the result cannot be written to standard output: no space left on device\n"
    assert (outcome.returncode, outcome.stderr) == (2, expected)


@pytest.mark.parametrize("line", RESULT_LINES)
def test_a_closed_stdout_is_exit_code_2(project: Project, line: str) -> None:
    outcome = shell(project, f"aetherflow {line} >&-")
    expected = "error: the result cannot be written to standard output: it is closed\n"
    assert (outcome.returncode, outcome.stderr) == (2, expected)


@pytest.mark.parametrize("line", RESULT_LINES)
def test_a_reader_that_went_away_is_no_error(project: Project, line: str) -> None:
    outcome = shell(project, f"set -o pipefail; aetherflow {line} | true")
    assert (outcome.returncode, outcome.stderr) == (0, "")


def test_a_completion_script_for_a_full_disk_is_exit_code_2(project: Project) -> None:
    outcome = shell(project, "aetherflow --show-completion > /dev/full")
    assert outcome.returncode == 2
    assert "Traceback" not in outcome.stderr


@pytest.mark.parametrize("streams", ["2>&-", "2>/dev/full", "<&- 2>&-", ">/dev/null 2>&- <&-"])
def test_stderr_and_stdin_may_be_closed(project: Project, streams: str) -> None:
    assert shell(project, f"aetherflow bogus {streams}").returncode == 2


def test_the_version_is_the_installed_one(project: Project) -> None:
    from importlib.metadata import version

    assert project.aetherflow("--version").stdout == f"aetherflow {version('aetherflow')}\n"
    assert version("aetherflow") == VERSION


def test_what_is_printed_meanwhile_goes_to_stderr_in_order(project: Project) -> None:
    script = """
import os, sys
from aetherflow.cli.streams import StandardStreams
streams = StandardStreams()
streams.keep_stdout_for_the_result()
print("a print")
os.system("echo a child")
os.write(1, b"a write\\n")
streams.write_result(b"the result\\n")
print("a last print", end="")
streams.put_back()
streams.write_result(b"more of it\\n")
"""
    outcome = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert outcome.stdout == "the result\nmore of it\n"
    assert outcome.stderr == "a print\na child\na write\na last print"


@pytest.mark.parametrize("line", ["--help", "plugins --help", "plugins list", "validate flow.yaml", "run flow.yaml"])
def test_plain_lines_import_neither_rich_nor_pydantic(project: Project, line: str) -> None:
    assert not imported_by(project, line) & {"rich", "pydantic", "importlib_metadata"}


@pytest.mark.parametrize("line", ["--help", "plugins --help", "bogus"])
def test_no_command_is_imported_before_it_is_named(project: Project, line: str) -> None:
    assert not imported_by(project, line) & {"yaml", "sqlite3"}


def imported_by(project: Project, line: str) -> set[str]:
    """Give the top-level modules that a command line imports."""
    env = {**os.environ, **project.env, "PYTHONPROFILEIMPORTTIME": "1"}
    outcome = subprocess.run(
        [COMMAND, *line.split()], cwd=project.root, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    imported = {entry.rpartition("|")[2].strip().partition(".")[0] for entry in outcome.stderr.splitlines()}
    assert "aetherflow" in imported
    return imported
