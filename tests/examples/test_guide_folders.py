"""The plugin guide's folders, templates, strictness and modes work as they are printed."""

import subprocess
import sys
from typing import Any

import pytest

from tests.examples.flows import CONNECTED, LOOK, one_step
from tests.examples.guide import bullets, sample, samples
from tests.examples.shell import Shell
from tests.support.project import Outcome

(VALIDATE_AND_RUN,) = samples("9")
SIMPLE_STEP = sample("3.1", "from aetherflow")
(STEP,) = samples("4")
(CONNECTOR,) = samples("5")
EXPORT = sample("3.1", "export")
STRICT = "export " + sample("6", "AETHERFLOW_PLUGIN_STRICT").split()[0]


def step_of(outcome: Outcome) -> Any:
    """Give what `run --json` says of the flow's one step."""
    assert outcome.stdout, outcome.stderr
    return outcome.json["jobs"]["main"]["steps"]["one"]


def test_the_golden_rules_import_gives_every_name() -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", sample("1", "from")], check=True)


def test_the_module_to_import_from_is_the_documented_one() -> None:
    assert samples("1")[0] == "aetherflow.core.api\n"


def test_every_folder_of_the_path_list_is_searched(shell: Shell) -> None:
    shell.write("/tmp/plugins/my_steps.py", STEP)
    shell.write("vendor/plugins/vendored.py", SIMPLE_STEP.replace("my_step", "vendored_step"))
    shell.write("flow.yaml", one_step("my_step", '{value: "ada"}') + "      - {id: two, type: vendored_step}\n")
    outcome = shell.run(sample("2", "export"), VALIDATE_AND_RUN)
    assert outcome.exit_code == 0, outcome.stderr
    assert "✓ main.two" in outcome.stderr


def test_the_simple_folder_validates_and_runs(shell: Shell) -> None:
    shell.write("/tmp/plugins/my_steps.py", SIMPLE_STEP)
    shell.write("/tmp/plugins/my_connectors.py", CONNECTOR)
    shell.write("flow.yaml", one_step("my_step"))
    validate, run = VALIDATE_AND_RUN.splitlines()
    assert shell.run(EXPORT, validate).exit_code == 0
    assert step_of(shell.run(EXPORT, f"{run} --json"))["outputs"] == {"ok": True}


def test_without_the_export_the_step_is_unknown(shell: Shell) -> None:
    shell.write("/tmp/plugins/my_steps.py", SIMPLE_STEP)
    shell.write("flow.yaml", one_step("my_step"))
    outcome = shell.run(VALIDATE_AND_RUN)
    assert outcome.exit_code == 2
    assert 'unknown step type "my_step"' in outcome.stdout + outcome.stderr


@pytest.mark.parametrize(
    ("value", "status", "outputs"),
    [("ada", "SUCCESS", {"echo": "ada"}), ("", "SKIPPED", {"reason": "empty"})],
)
def test_the_step_template_echoes_or_skips(shell: Shell, value: str, status: str, outputs: dict[str, str]) -> None:
    shell.write("/tmp/plugins/my_steps.py", STEP)
    shell.write("flow.yaml", one_step("my_step", '{value: "{{params.value}}"}'))
    outcome = shell.run(EXPORT, f"aetherflow run flow.yaml --json --param value={value}")
    step = step_of(outcome)
    assert (outcome.exit_code, step["status"], step["outputs"]) == (0, status, outputs)


def test_the_environment_of_a_step_cannot_be_changed(shell: Shell) -> None:
    changing = STEP.replace("# deterministic work here", 'ctx.env["CHANGED"] = "yes"')
    shell.write("/tmp/plugins/my_steps.py", changing)
    shell.write("flow.yaml", one_step("my_step", "{value: ada}"))
    outcome = shell.run(EXPORT, "aetherflow run flow.yaml")
    assert outcome.exit_code == 1
    assert "does not support item assignment" in outcome.stderr


def test_the_connector_template_gets_what_is_configured(shell: Shell) -> None:
    shell.write("/tmp/plugins/my_connectors.py", CONNECTOR)
    shell.write("/tmp/plugins/look.py", LOOK)
    shell.write("flow.yaml", CONNECTED)
    step = step_of(shell.run(EXPORT, "aetherflow validate flow.yaml >&2", "aetherflow run flow.yaml --json"))
    assert step["outputs"] == {"config": {"host": "db1"}, "options": {"timeout_seconds": 5}, "client": None}


def test_the_connector_template_filled_in_connects(shell: Shell) -> None:
    shell.write(
        "/tmp/plugins/my_connectors.py", CONNECTOR.replace("...", "return f\"client of {self.config['host']}\"")
    )
    shell.write("/tmp/plugins/look.py", LOOK)
    shell.write("flow.yaml", CONNECTED)
    assert step_of(shell.run(EXPORT, "aetherflow run flow.yaml --json"))["outputs"]["client"] == "client of db1"


@pytest.mark.parametrize("strictness", [(), (STRICT,)], ids=["default", "true"])
def test_a_broken_plugin_fails_the_run_at_once_where_plugins_are_strict(shell: Shell, strictness: tuple[str]) -> None:
    shell.write("/tmp/plugins/my_steps.py", SIMPLE_STEP)
    broken = shell.write("/tmp/plugins/z_broken.py", "raise RuntimeError('no licence')\n")
    shell.write("flow.yaml", one_step("my_step"))
    outcome = shell.run(EXPORT, *strictness, "aetherflow run flow.yaml")
    assert outcome.exit_code == 3
    assert "no licence" in outcome.stderr
    assert f"{broken}:1" in outcome.stderr
    assert "started" not in outcome.stderr


def test_a_broken_plugin_is_told_and_left_out_where_plugins_are_not_strict(shell: Shell) -> None:
    shell.write("/tmp/plugins/my_steps.py", SIMPLE_STEP)
    shell.write("/tmp/plugins/z_broken.py", "raise RuntimeError('no licence')\n")
    shell.write("flow.yaml", one_step("my_step"))
    outcome = shell.run(EXPORT, STRICT.replace("true", "false"), "aetherflow run flow.yaml")
    assert outcome.exit_code == 0
    assert "no licence" in outcome.stderr
    assert "SUCCESS" in outcome.stderr


def test_internal_fast_inherits_ambient_paths(shell: Shell) -> None:
    shell.write("/tmp/plugins/my_steps.py", SIMPLE_STEP)
    shell.write("flow.yaml", one_step("my_step"))
    assert shell.run(EXPORT, "export AETHERFLOW_MODE=internal_fast", "aetherflow run flow.yaml").exit_code == 0


def test_enterprise_strips_inherited_paths(shell: Shell) -> None:
    shell.write("/tmp/plugins/my_steps.py", "raise SystemExit('this must never run')\n" + SIMPLE_STEP)
    shell.write("flow.yaml", one_step("my_step"))
    outcome = shell.run(EXPORT, "export AETHERFLOW_MODE=enterprise", "aetherflow run flow.yaml")
    assert outcome.exit_code == 2
    assert 'unknown step type "my_step"' in outcome.stderr
    assert "never run" not in outcome.stderr
    listed = shell.run(EXPORT, "export AETHERFLOW_MODE=enterprise", "aetherflow plugins list --json").json
    assert [(each["path"], each["code"]) for each in listed["refused"]] == [(str(shell.plugins), "AF-P110")]


def test_enterprise_allows_the_manifests_plugin_paths(shell: Shell) -> None:
    shell.write("trusted/my_steps.py", SIMPLE_STEP)
    shell.write("manifest.yaml", "version: 1\nmode: enterprise\npaths: {plugins: [./trusted]}\n")
    shell.write("flow.yaml", one_step("my_step"))
    outcome = shell.run("aetherflow run flow.yaml --bundle-manifest manifest.yaml --json")
    assert step_of(outcome)["outputs"] == {"ok": True}


@pytest.mark.parametrize("printed", [SIMPLE_STEP, STEP, CONNECTOR], ids=["simple step", "step", "connector"])
def test_doctor_has_no_more_than_notes_about_the_templates(shell: Shell, printed: str) -> None:
    shell.write("/tmp/plugins/printed.py", printed)
    outcome = shell.run(EXPORT, "aetherflow plugins doctor --strict --json")
    assert (outcome.exit_code, {each["severity"] for each in outcome.json["diagnostics"]} - {"note"}) == (0, set())


@pytest.mark.parametrize("internal", bullets("1"))
def test_doctor_finds_the_import_of_an_internal_module(shell: Shell, internal: str) -> None:
    imported = f"from {internal.replace('.*', '')} import *\n" if internal.endswith("*") else f"import {internal}\n"
    shell.write("/tmp/plugins/my_steps.py", imported + SIMPLE_STEP)
    outcome = shell.run(EXPORT, "aetherflow plugins doctor --json")
    assert outcome.exit_code == 3
    (found,) = [each for each in outcome.json["diagnostics"] if each["plugin"]]
    assert (found["severity"], found["line"]) == ("error", 1)
