"""A pipe or a device in the place of a file keeps no command waiting."""

import os
from pathlib import Path

import pytest

from aetherflow.core.plugins.site_scan import scan_site
from tests.plugin_listing.conftest import Plugins
from tests.support.project import Project

SECONDS = 20


def put_pipe(path: Path) -> None:
    """Put a pipe at a path that nobody will ever write to."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def put_device(path: Path) -> None:
    """Put a link to a device without an end at a path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/zero")


PUT = pytest.mark.parametrize("put", [put_pipe, put_device])


@PUT
def test_the_index_is_as_good_as_none(plugins: Plugins, put: object) -> None:
    plugins.add_step("one.py", "one")
    index = plugins.project.root / "state/plugin-index.json"
    index.parent.mkdir(mode=0o700)
    put(index)  # type: ignore[operator]  # both are functions
    assert plugins.json()["one"]["provides"][0]["name"] == "one"


@PUT
@pytest.mark.parametrize("command", ["list", "doctor", "sync"])
def test_the_manifest_beside_a_single_file_is_as_good_as_none(plugins: Plugins, put: object, command: str) -> None:
    plugins.add_step("p/one.py", "one")
    put(plugins.project.root / "p/aetherflow-plugin.yaml")  # type: ignore[operator]  # both are functions
    outcome = plugins.run(command)
    assert outcome.exit_code == 0, outcome.stderr


@PUT
@pytest.mark.parametrize("option", ["--plugins-file", "--bundle-manifest"])
def test_a_document_that_is_named_is_refused(project: Project, put: object, option: str) -> None:
    put(project.root / "it.yaml")  # type: ignore[operator]  # both are functions
    outcome = project.aetherflow("plugins", "list", option, "it.yaml", timeout_seconds=SECONDS)
    assert outcome.exit_code == 2
    assert 'AF-Y012: "it.yaml" cannot be read: not a regular file' in outcome.stderr.replace("[", "").replace("]", "")


@PUT
def test_a_plugins_file_that_is_found_is_refused(project: Project, put: object) -> None:
    put(project.root / "plugins.yaml")  # type: ignore[operator]  # both are functions
    outcome = project.aetherflow("plugins", "list", timeout_seconds=SECONDS)
    assert (outcome.exit_code, '"plugins.yaml" cannot be read: not a regular file' in outcome.stderr) == (2, True)


def test_a_flow_may_still_come_through_a_pipe(project: Project) -> None:
    project.write("flow.yaml", "version: 1\nflow: {id: a}\njobs: [{id: j, steps: [{id: s, type: no.such}]}]\n")
    outcome = project.aetherflow("validate", "/dev/stdin", stdin=project.read("flow.yaml"), timeout_seconds=SECONDS)
    assert "no.such" in outcome.stderr + outcome.stdout


@pytest.mark.timeout(SECONDS)
def test_a_site_directory_may_hold_anything(tmp_path: Path) -> None:
    put_pipe(tmp_path / "a-1.dist-info/entry_points.txt")
    put_pipe(tmp_path / "c.egg-link")
    info = tmp_path / "b-1.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text("[aetherflow.plugins]\nb = b\n")
    (info / "RECORD").write_text("b.pth,,\nb-1.dist-info/RECORD,,\n")
    put_pipe(tmp_path / "b.pth")
    put_device(info / "METADATA")
    reading = scan_site(str(tmp_path))
    assert [each.name for each in reading.distributions] == ["b"]
