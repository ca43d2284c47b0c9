"""What stands in a lock's place, and the order in which plugins load, count when a flow runs."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin_runs.plugins import flow_of, write_plugin
from tests.support.project import Outcome, Project

HAIL = """
from aetherflow.core.api import register_step

@register_step("hail")
def hail(ctx, inputs):
    return {{"by": "{}"}}
"""
MODES = ("internal_fast", "enterprise")
PLACES: dict[str, Callable[[Path], object]] = {
    "a link that leads nowhere": lambda path: path.symlink_to("gone"),
    "a folder": lambda path: path.mkdir(),
    "a pipe": os.mkfifo,
}


def ordered(project: Project, mode: str, *folders: str) -> None:
    """Name the folders in a manifest, in this order."""
    paths = ", ".join(folders)
    trust = "trust: {overrides: [hail]}\n"
    project.write("manifest.yaml", f"version: 1\nmode: {mode}\npaths: {{plugins: [{paths}]}}\n{trust}")


def aetherflow(project: Project, *words: str, **env: str) -> Outcome:
    return project.aetherflow(*words, "--bundle-manifest", "manifest.yaml", **env)


def two_plugins(project: Project) -> None:
    """Write two plugins of one name for steps, and a flow that names it."""
    for name in ("first", "second"):
        write_plugin(project.root / name, steps=HAIL.format(name))
    project.write("flow.yaml", flow_of("hail"))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("put", PLACES.values(), ids=PLACES)
def test_what_stands_in_a_locks_place_is_not_as_good_as_none(
    project: Project, put: Callable[[Path], object], mode: str
) -> None:
    two_plugins(project)
    ordered(project, mode, "first")
    put(project.root / "aetherflow.plugins.lock")
    for verb in (
        ("run", "flow.yaml"),
        ("validate", "flow.yaml"),
        ("plugins", "doctor"),
        ("plugins", "sync", "--check"),
    ):
        outcome = aetherflow(project, *verb)
        assert outcome.exit_code == 3
        assert "error[AF-P403]" in outcome.stdout + outcome.stderr


@pytest.mark.parametrize("strict", ["true", "false"])
def test_another_load_order_than_that_of_the_lock_stops_enterprise(project: Project, strict: str) -> None:
    two_plugins(project)
    ordered(project, "enterprise", "first", "second")
    assert aetherflow(project, "plugins", "sync").exit_code == 0
    assert aetherflow(project, "run", "flow.yaml", AETHERFLOW_PLUGIN_STRICT=strict).exit_code == 0
    ordered(project, "enterprise", "second", "first")
    for verb in ("run", "validate"):
        outcome = aetherflow(project, verb, "flow.yaml", AETHERFLOW_PLUGIN_STRICT=strict)
        assert outcome.exit_code == 3
        assert (
            'error[AF-P402]: the plugin "second" loads before "first" now, and after it in "aetherflow.plugins.lock"'
            in outcome.stdout + outcome.stderr
        )


def test_it_is_a_warning_in_the_mild_mode(project: Project) -> None:
    two_plugins(project)
    ordered(project, "internal_fast", "first", "second")
    assert aetherflow(project, "plugins", "sync").exit_code == 0
    ordered(project, "internal_fast", "second", "first")
    outcome = aetherflow(project, "run", "flow.yaml", "--json")
    assert outcome.exit_code == 0
    assert [(each["code"], each["severity"]) for each in outcome.json["diagnostics"]] == [("AF-P402", "warning")]


def test_a_plugin_that_is_gone_puts_no_other_one_in_another_place(project: Project) -> None:
    two_plugins(project)
    write_plugin(project.root / "third", steps="")
    ordered(project, "enterprise", "first", "third", "second")
    assert aetherflow(project, "plugins", "sync").exit_code == 0
    ordered(project, "enterprise", "first", "second")
    assert aetherflow(project, "run", "flow.yaml").exit_code == 0
