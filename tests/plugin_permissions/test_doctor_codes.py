"""Each code about permissions fires once where it should, and never on the plugins to copy from."""

import json

import pytest

from tests.plugin_permissions.reaching import MANIFEST
from tests.support.project import REPOSITORY, Project

CODES = ("AF-P209", "AF-P301", "AF-P412", "AF-P413", "AF-P417", "AF-P418", "AF-P419")
STEP = "from aetherflow.core.api import register_step\n\n\n@register_step('s')\ndef s(ctx, inputs):\n    'S.'\n    {}\n"
LIVE = (
    "from aetherflow.core.api import BasePlugin, PluginMetadata, register_plugin\n\n\n@register_plugin('live')\n"
    "class Live(BasePlugin):\n    metadata = PluginMetadata('live', '1', 'A', 'D', {})\n\n"
    "    def on_load(self, context):\n        return dict(context.env)\n"
)
CASES = {
    "AF-P209": (None, LIVE.format("['internet', 'env:*']")),
    "AF-P301": (None, LIVE.format("['env:*'], '>=99'")),
    "AF-P412": ("env:*", STEP.format("ctx.run_process(['git', ctx.env['A']])")),
    "AF-P413": ("process:git", STEP.format("return {}")),
    "AF-P417": ("process:git", STEP.format("exec(ctx.run_process(['git']))")),
    "AF-P418": ("env:A", LIVE.format("['env:B']")),
    "AF-P419": (None, LIVE.format("[*asked()]")),
}
SEVERITIES = {
    "AF-P209": "error",
    "AF-P301": "error",
    "AF-P412": "warning",
    "AF-P413": "note",
    "AF-P417": "note",
    "AF-P418": "warning",
    "AF-P419": "warning",
}


def codes(project: Project, *paths: str) -> list[tuple[str, str]]:
    """Give what the doctor finds of permissions, with its severity."""
    options = [word for path in paths for word in ("--plugin-path", path)]
    outcome = project.aetherflow("plugins", "doctor", *options, "--json")
    found = json.loads(outcome.stdout)["diagnostics"]
    return [(each["code"], each["severity"]) for each in found if each["code"] in CODES]


@pytest.mark.parametrize("code", CASES)
def test_each_code_fires_once_with_its_severity(code: str, project: Project) -> None:
    permissions, text = CASES[code]
    if permissions is not None:
        project.write("acme/aetherflow-plugin.yaml", MANIFEST.format(f'"{permissions}"'))
    project.write("acme/steps.py", text)
    assert codes(project, "acme") == [(code, SEVERITIES[code])]


def test_the_plugins_to_copy_from_are_quiet(project: Project) -> None:
    example = REPOSITORY / "plugins_example"
    package = example / "my-org-aetherflow-plugin/src/my_org_aetherflow_plugin"
    assert codes(project, str(example / "folder_plugin"), str(package)) == []


def test_an_api_range_in_code_refuses_the_plugin_before_anything_of_it_runs(project: Project) -> None:
    project.write("acme/live.py", "open('it_ran', 'w')\n" + LIVE.format("[], '>=99'"))
    project.write(
        "flow.yaml", "version: 1\nflow: {id: f}\njobs: [{id: j, steps: [{id: s, type: fail, inputs: {message: no}}]}]\n"
    )
    outcome = project.aetherflow("run", "flow.yaml", "--plugin-path", "acme")
    assert outcome.exit_code == 3
    assert 'error[AF-P301]: the plugin "acme" works with AetherFlow\'s API ">=99", and this is 0.1.0' in outcome.stderr
    assert "acme/live.py:7:" in outcome.stderr
    assert not (project.root / "it_ran").exists()


def test_an_api_range_that_only_running_the_code_tells_is_enforced_by_the_load(project: Project) -> None:
    project.write("acme/live.py", LIVE.format("[], '>=' + str(99)"))
    outcome = project.aetherflow("plugins", "doctor", "--plugin-path", "acme", "--loaded")
    assert outcome.exit_code == 3
    assert 'error[AF-P301]: the plugin "live" works with AetherFlow\'s API ">=99", and this is 0.1.0' in outcome.stdout


@pytest.mark.parametrize(
    ("file", "text", "changed"),
    [
        ("aetherflow-plugin.yaml", MANIFEST.format('"env:A"'), MANIFEST.format('"env:A", "process:git"')),
        ("live.py", LIVE.format("['env:A']"), LIVE.format("['env:A', 'process:git']")),
    ],
)
def test_a_permission_that_the_lock_does_not_grant_is_named_as_drift(
    file: str, text: str, changed: str, project: Project
) -> None:
    project.write("acme/steps.py", STEP.format("return {}"))
    project.write(f"acme/{file}", text)
    assert project.aetherflow("plugins", "sync", "--plugin-path", "acme").exit_code == 0
    assert json.loads(project.read("aetherflow.plugins.lock"))["plugins"][0]["permissions"] == ["env:A"]
    project.write(f"acme/{file}", changed)
    outcome = project.aetherflow("plugins", "sync", "--plugin-path", "acme", "--check")
    assert outcome.exit_code == 3
    assert 'error[AF-P402]: the plugin "acme" asks for "process:git", which the lock does not grant' in outcome.stdout
    project.write(f"acme/{file}", text.replace("env:A", "env:B"))
    gone = project.aetherflow("plugins", "sync", "--plugin-path", "acme", "--check").stdout
    assert 'the plugin "acme" asks for "env:B", which the lock does not grant' in gone
    assert 'the plugin "acme" no longer asks for "env:A", which the lock grants' in gone


def test_a_lock_without_the_permissions_of_the_code_is_told_by_the_doctor(project: Project) -> None:
    project.write("acme/live.py", LIVE.format("['env:A']"))
    assert project.aetherflow("plugins", "sync", "--plugin-path", "acme").exit_code == 0
    lock = (
        project.read("aetherflow.plugins.lock").replace('["env:A"]', "[]").replace('[\n        "env:A"\n      ]', "[]")
    )
    project.write("aetherflow.plugins.lock", lock)
    outcome = project.aetherflow("plugins", "doctor", "--plugin-path", "acme", "--json")
    messages = [each["message"] for each in json.loads(outcome.stdout)["diagnostics"]]
    assert 'the plugin "acme" differs from "aetherflow.plugins.lock": permission "env:A" is new' in messages
