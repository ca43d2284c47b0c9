"""Findings name files as seen from the current directory, and further commands with the options that were given."""

from pathlib import Path

import pytest

from aetherflow.cli.told import Reader, reader_of
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import Span
from aetherflow.core.diagnostics.nearby import nearby, nearby_path, nearby_text
from tests.support.project import Project

OVERRIDE = """
    from aetherflow.core.api import register_step

    @register_step("log")
    def log(ctx, inputs):
        return {}

    @register_step("log")
    def again(ctx, inputs):
        return {}
"""
FLOW = """
    version: 1
    flow: {id: hello}
    jobs:
      - id: only
        steps:
          - {id: fails, type: fail, inputs: {message: no}}
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('the module "/srv/flows/plugins/a.py" is not valid', 'the module "plugins/a.py" is not valid'),
        ("at /srv/flows/a.py:3, and /srv/flows/b.py:4", "at a.py:3, and b.py:4"),
        ("/srv/flows is a folder", "/srv/flows is a folder"),
        ("/srv/flows2/a.py", "/srv/flows2/a.py"),
        ("/backup/srv/flows/a.py", "/backup/srv/flows/a.py"),
        ("file:///srv/flows/a.py", "file:///srv/flows/a.py"),
        ('"/srv/flows/"', '"/srv/flows/"'),
    ],
)
def test_paths_below_the_folder_are_told_without_it(text: str, told: str) -> None:
    assert nearby_text(text, "/srv/flows") == told


def test_the_root_is_no_folder_to_leave_out() -> None:
    assert nearby_text("at /srv/a.py", "/") == "at /srv/a.py"


def test_from_a_folder_that_was_removed_paths_are_told_whole() -> None:
    assert nearby_path("/srv/a.py", "") == nearby_text("/srv/a.py", "") == "/srv/a.py"


def test_every_part_of_a_finding_is_told_nearby() -> None:
    finding = Diagnostic(
        code="AF-P604",
        message='"/srv/a.py"',
        label="/srv/b.py",
        hint="/srv/c.py",
        notes=("the other one is at /srv/d.py:3",),
        span=Span("/srv/a.py", 1, 1, 1, 2),
    )
    assert nearby(finding, "/srv") == Diagnostic(
        code="AF-P604",
        message='"a.py"',
        label="b.py",
        hint="c.py",
        notes=("the other one is at d.py:3",),
        span=Span("a.py", 1, 1, 1, 2),
    )


def test_commands_are_advised_with_the_options_that_were_given() -> None:
    reader = reader_of({"plugin_path": ["my plugins", "b"], "plugins_file": "p.yaml", "bundle_manifest": "m.yaml"})
    told = reader.advise("write it down: `aetherflow plugins sync`; `aetherflow explain AF-P402` tells more")
    assert told == (
        "write it down: `aetherflow plugins sync --plugin-path 'my plugins' --plugin-path b --plugins-file p.yaml "
        "--bundle-manifest m.yaml`; `aetherflow explain AF-P402` tells more"
    )


def test_commands_stay_as_they_are_without_options() -> None:
    assert Reader("/srv").advise("`aetherflow plugins sync`") == "`aetherflow plugins sync`"


@pytest.fixture
def overriding(project: Project) -> Project:
    """Give a project whose plugin overrides a built-in, and does that twice."""
    project.write("flow.yaml", FLOW)
    project.write("plugins/steps.py", OVERRIDE)
    return project


@pytest.mark.parametrize(
    ("command", "form"),
    [
        (("validate", "flow.yaml"), "text"),
        (("validate", "flow.yaml"), "json"),
        (("run", "flow.yaml"), "text"),
        (("run", "flow.yaml"), "sarif"),
        (("plugins", "doctor"), "github"),
    ],
)
def test_no_finding_names_a_plugin_file_with_the_current_directory(
    overriding: Project, command: tuple[str, ...], form: str
) -> None:
    outcome = overriding.aetherflow(*command, "--plugin-path", "plugins", "--format", form)
    told = outcome.stdout + outcome.stderr
    assert outcome.exit_code == 3, told
    assert "plugins/steps.py" in told
    assert str(overriding.root) not in told


def test_a_run_is_continued_with_the_options_that_it_had(project: Project) -> None:
    project.write("flow.yaml", FLOW)
    Path(project.root / "my plugins").mkdir()
    words = ("--plugin-path", "my plugins", "--plugins-file", "p.yaml")
    project.write("p.yaml", "version: 1\n")
    failed = project.aetherflow("run", "flow.yaml", "--run-id", "r1", *words)
    way_on = "  = to continue: aetherflow run flow.yaml --plugin-path 'my plugins' --plugins-file p.yaml --resume r1\n"
    assert failed.stderr.endswith(way_on)
    resumed = project.aetherflow("runs", "resume", "r1")
    assert "--plugin-path" in resumed.stderr.rpartition("= to continue: ")[2]
