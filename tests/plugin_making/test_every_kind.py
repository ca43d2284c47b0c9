"""What `dev plugin-new` writes passes all that its README names, for every kind, as a folder and as a package."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from aetherflow.core.operations.plugin_making.kinds import BEGINNINGS, PluginKind
from aetherflow.core.operations.plugin_trial.suite import PluginTestRequest, try_plugin
from tests.plugin_making.own_lines import MOST_LINES, own_lines
from tests.support.blocks import lines_in
from tests.support.fresh_python import make_python
from tests.support.project import Project

KINDS: tuple[PluginKind, ...] = get_args(PluginKind)


def begun(project: Project, kind: str, *words: str) -> Project:
    """Give the folder of a new plugin as a project, with the state of the one around it."""
    name = f"my_{kind}"
    outcome = project.aetherflow("dev", "plugin-new", name, "--kind", kind, *words)
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    inside = Project(project.root / name, project.env)
    bin_folder = Path(sys.executable).parent
    inside.env["PATH"] = os.pathsep.join([str(bin_folder), inside.env["PATH"]])
    return inside


def played(plugin: Project) -> list[tuple[str, str]]:
    """Type every command of the plugin's README in its folder, and give those that fail with what they say."""
    failed = []
    for command in lines_in(plugin.read("README.md"), "sh"):
        ran = subprocess.run(
            ["bash", "-c", command],
            cwd=plugin.root,
            env=plugin.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        if ran.returncode or "warning" in ran.stdout + ran.stderr:
            failed.append((command, ran.stdout + ran.stderr))
    return failed


@pytest.mark.parametrize("kind", KINDS)
def test_every_command_of_a_new_folders_readme_succeeds(project: Project, kind: PluginKind) -> None:
    assert played(begun(project, kind)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_command_of_a_new_packages_readme_succeeds(project: Project, kind: PluginKind) -> None:
    plugin = begun(project, kind, "--package")
    python = make_python(project.root)
    plugin.env |= python.env
    plugin.env["PATH"] = os.pathsep.join([str(python.commands), plugin.env["PATH"]])
    assert played(plugin) == []


@pytest.mark.parametrize("kind", KINDS)
def test_readme_names_everything_that_a_plugin_is_held_against(project: Project, kind: PluginKind) -> None:
    typed = lines_in(begun(project, kind).read("README.md"), "sh")
    assert typed[-3:] == [
        "pytest",
        "aetherflow plugins doctor --strict --plugin-path .",
        "aetherflow dev plugin-test .",
    ]
    assert len(typed) > 3


@pytest.mark.parametrize("kind", KINDS)
def test_every_part_of_a_new_plugin_is_tried_by_plugin_test(project: Project, kind: PluginKind) -> None:
    plugin = begun(project, kind)
    report = try_plugin(
        PluginTestRequest(path=str(plugin.root), environ=plugin.env, own_tests=True, measures="with baseline")
    )
    not_run = [each.said for each in report.checks if each.verdict != "passed"]
    of_connectors = ["no key of its config is a secret by its name"]
    assert (report.is_ok(strict=True), not_run) == (True, of_connectors if kind == "connector" else [])


@pytest.mark.parametrize("kind", KINDS)
def test_the_code_of_a_new_plugin_is_ten_lines_at_most(project: Project, kind: PluginKind) -> None:
    code = begun(project, kind).read(f"{BEGINNINGS[kind].module}.py")
    assert 0 < len(own_lines(code)) <= MOST_LINES
    assert max(map(len, code.splitlines())) <= 120


@pytest.mark.parametrize("words", [(), ("--package",)], ids=["folder", "package"])
@pytest.mark.parametrize("kind", KINDS)
def test_ruff_finds_nothing_in_a_new_plugin(project: Project, kind: PluginKind, words: tuple[str, ...]) -> None:
    plugin = begun(project, kind, *words)
    rules = ["--isolated", "--select", "E,F,W,I,N,UP,B,C4,SIM,PTH,RET,PIE", "--line-length", "120"]
    ran = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", *rules, "--config", "src = ['src']", "."],
        cwd=plugin.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "All checks passed!\n")


def test_two_new_plugins_are_tested_together_from_the_folder_above(project: Project) -> None:
    for kind in ("step", "hook"):
        begun(project, kind, "--dir", ".")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=project.root,
        env=project.env,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (ran.returncode, "6 passed" in ran.stdout) == (0, True), ran.stdout


def test_the_commands_are_told_when_a_plugin_is_written(project: Project) -> None:
    outcome = project.aetherflow("dev", "plugin-new", "orders", "--kind", "step", "--dir", "our plugins")
    next_lines = outcome.stdout.partition("\nnext:\n")[2].splitlines()
    typed = [line.strip() for line in next_lines]
    assert typed[0] == shlex.join(["cd", "our plugins/orders"])
    assert typed[1:] == lines_in((project.root / "our plugins/orders/README.md").read_text(), "sh")
