"""Doctor shows findings of every family, whoever makes them: one project has a plugin for each."""

from pathlib import Path
from typing import Any

import pytest

from tests.plugin_cli.conftest import Plugins
from tests.support.project import Project

MANIFEST = """
    name: {name}
    version: "1"
    author: Ann
    description: Orders.
"""
OVERRIDE = """
    from aetherflow.core.api import register_step

    @register_step("log")
    def log(ctx, inputs):
        return {}
"""
GREET = OVERRIDE.replace("log", "greet")
WITHOUT_RUN = """
    from aetherflow.core.api import Step, register_step

    @register_step("idle")
    class Idle(Step):
        "Do nothing at all."
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Examine them all at once."""
    plugins = Plugins(Project(tmp_path_factory.mktemp("families")))
    plugins.add("sound", manifest=MANIFEST.format(name="sound"), module=GREET)
    assert plugins.command("sync").exit_code == 0
    plugins.named.append("absent")
    plugins.add("unclear", manifest=MANIFEST.format(name="unclear").replace("author", "autor"), module="")
    plugins.add("lonely", manifest=MANIFEST.format(name="lonely") + "    requires: [nobody]\n", module="")
    open_to_all = plugins.add("open_to_all", module="")
    for path in (open_to_all, open_to_all / "module.py"):
        path.chmod(0o777)
    plugins.add("idle", module=WITHOUT_RUN)
    plugins.add("imports_internals", module="import aetherflow.core.state.store\n")
    plugins.add("logs", module=OVERRIDE)
    outcome = plugins.doctor("--loaded", "--json")
    assert (outcome.exit_code, outcome.json["ok"]) == (3, False)
    return list(outcome.json["diagnostics"])


@pytest.mark.parametrize(
    ("plugin", "code"),
    [
        ("", "AF-P102"),
        ("unclear", "AF-P202"),
        ("lonely", "AF-P303"),
        ("imports_internals", "AF-P306"),
        ("idle", "AF-P401"),
        ("open_to_all", "AF-P410"),
        ("idle", "AF-P510"),
        ("logs", "AF-P601"),
    ],
)
def test_a_finding_of_the_family_is_shown_with_its_plugin(plugin: str, code: str, found: list[dict[str, Any]]) -> None:
    assert (plugin, code) in [(each["plugin"], each["code"]) for each in found]


def test_nothing_is_told_of_the_sound_one(found: list[dict[str, Any]]) -> None:
    assert [each for each in found if each["plugin"] == "sound"] == []


def test_no_finding_is_told_twice(found: list[dict[str, Any]]) -> None:
    keys = [(each["code"], each["file"], each["line"], each["column"], each["message"]) for each in found]
    assert len(keys) == len(set(keys))


def test_a_locked_plugin_that_is_gone_is_a_warning(plugins: Plugins) -> None:
    plugins.add("orders.py", GREET)
    plugins.add("stays.py", GREET.replace("greet", "stay"))
    assert plugins.command("sync").exit_code == 0
    plugins.named.remove("orders.py")
    assert plugins.codes() == [("orders", "AF-P404")]
    assert plugins.doctor().exit_code == 0


def test_a_refused_origin_is_told_with_the_reason(plugins: Plugins) -> None:
    plugins.add("orders.py", "")
    assert plugins.codes(AETHERFLOW_MODE="enterprise") == [("", "AF-P110")]


def test_what_the_manifest_demands_and_cannot_have_refuses_everything(project: Project) -> None:
    manifest = project.write("manifest.yaml", "version: 1\ntrust: {require_signature: true}\n")
    outcome = project.aetherflow("plugins", "doctor", "--bundle-manifest", manifest)
    assert outcome.exit_code == 3
    assert "AF-P701" in outcome.stderr


def test_a_missing_manifest_is_wrong_input(project: Project, tmp_path: Path) -> None:
    outcome = project.aetherflow("plugins", "doctor", "--bundle-manifest", "absent.yaml", "--json")
    assert outcome.exit_code == 2
    assert outcome.json["ok"] is False
