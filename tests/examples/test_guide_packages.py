"""The plugin guide's package is installed as printed, and found by its path, by its entry point, and by both."""

from pathlib import Path
from typing import Any

import pytest

from tests.examples.conftest import EXAMPLE
from tests.examples.flows import CONNECTED, one_step
from tests.examples.guide import samples
from tests.examples.shell import Shell
from tests.support.fresh_python import FreshPython

FLOW = (EXAMPLE / "flow.yaml").read_text(encoding="utf-8")
TREE, INSTALL, EXPORT, INSIDE = samples("3.2")
(VALIDATE_AND_RUN,) = samples("9")


@pytest.fixture
def guides(tmp_path: Path, python_with_guides_package: FreshPython) -> Shell:
    """Give a shell in which `aetherflow` is that of the Python with the guide's package."""
    return Shell(tmp_path, python_with_guides_package.commands, python_with_guides_package.env)


@pytest.fixture
def example(tmp_path: Path, python_with_example: FreshPython) -> Shell:
    """Give a shell in which `aetherflow` is that of the Python with the example package."""
    return Shell(tmp_path, python_with_example.commands, python_with_example.env)


def exported(python: FreshPython) -> str:
    """Give the guide's export with the site-packages of this Python."""
    return EXPORT.replace("/path/to/site-packages", str(python.site_packages))


def registered(listed: Any) -> dict[str, list[str]]:
    """Give the names that each plugin of `plugins list --json` registers, those of the built-ins left out."""
    return {
        plugin["name"]: sorted(each["name"] for each in plugin["provides"])
        for plugin in listed["plugins"]
        if plugin["origin"] != "built-in"
    }


def test_the_example_package_has_the_guides_layout() -> None:
    names = [line.strip().rstrip("/") for line in TREE.splitlines()]
    found = {path.name for path in EXAMPLE.rglob("*")} | {EXAMPLE.name}
    assert set(names) <= found


def test_the_guides_package_is_found_by_its_path(guides: Shell, python_with_guides_package: FreshPython) -> None:
    guides.write("flow.yaml", one_step("my_step", "{value: ada}"))
    outcome = guides.run(exported(python_with_guides_package), VALIDATE_AND_RUN)
    assert outcome.exit_code == 0, outcome.stderr
    listed = guides.run(exported(python_with_guides_package), "aetherflow plugins list --json").json
    assert registered(listed) == {"my_org_aetherflow_plugin": ["db:mydb", "my_step"]}


def test_the_guides_package_is_not_found_without_its_path(guides: Shell) -> None:
    guides.write("flow.yaml", one_step("my_step", "{value: ada}"))
    outcome = guides.run(VALIDATE_AND_RUN)
    assert outcome.exit_code == 2
    assert 'unknown step type "my_step"' in outcome.stdout + outcome.stderr


def test_the_guides_connector_is_found_in_its_package(guides: Shell, python_with_guides_package: FreshPython) -> None:
    guides.write("flow.yaml", CONNECTED.replace("look", "my_step"))
    assert guides.run(exported(python_with_guides_package), VALIDATE_AND_RUN).exit_code == 0


def test_the_example_package_is_found_with_no_configuration_at_all(example: Shell) -> None:
    example.write("flow.yaml", FLOW)
    outcome = example.run(VALIDATE_AND_RUN)
    assert outcome.exit_code == 0, outcome.stderr
    listed = example.run("aetherflow plugins list --json").json
    assert registered(listed) == {
        "my-org-aetherflow-plugin": ["my_org.await_value", "my_org.recall", "my_org.remember", "store:sqlite"]
    }


def test_a_package_with_an_entry_point_that_is_also_named_by_its_path_is_one_plugin(
    example: Shell, python_with_example: FreshPython
) -> None:
    example.write("flow.yaml", FLOW)
    outcome = example.run(exported(python_with_example), "aetherflow run flow.yaml --json")
    assert outcome.exit_code == 0, outcome.stderr
    assert [plugin["name"] for plugin in outcome.json["plugins"]].count("my-org-aetherflow-plugin") == 1
    listed = example.run(exported(python_with_example), "aetherflow plugins list --json").json
    assert list(registered(listed)) == ["my-org-aetherflow-plugin"]
    assert listed["overrides"] == []


def test_the_examples_code_runs_once_where_it_is_found_twice(example: Shell, python_with_example: FreshPython) -> None:
    example.write(
        "count.py",
        """
        import sys
        from aetherflow.core.api import register_step

        @register_step("count")
        def count(ctx, inputs):
            return {"modules": sorted(name for name in sys.modules if "my_org_aetherflow_plugin" in name)}
        """,
    )
    example.write("flow.yaml", one_step("count"))
    outcome = example.run(exported(python_with_example), "aetherflow run flow.yaml --json --plugin-path count.py")
    modules = outcome.json["jobs"]["main"]["steps"]["one"]["outputs"]["modules"]
    assert len([name for name in modules if name.endswith(".steps")]) == 1


def test_enterprise_loads_the_example_where_its_manifest_trusts_it_alone(example: Shell) -> None:
    example.write("flow.yaml", FLOW)
    example.write("manifest.yaml", "version: 1\nmode: enterprise\ntrust: {packages: [my-org-aetherflow-plugin]}\n")
    assert example.run("aetherflow run flow.yaml --bundle-manifest manifest.yaml").exit_code == 0
    outcome = example.run("AETHERFLOW_MODE=enterprise aetherflow run flow.yaml")
    assert outcome.exit_code == 2
    assert 'unknown step type "my_org.recall"' in outcome.stderr


def test_doctor_has_nothing_to_say_of_the_installed_example(example: Shell) -> None:
    assert example.run("aetherflow plugins doctor --json").json == {"ok": True, "diagnostics": []}


def test_the_example_remembers_from_run_to_run(example: Shell) -> None:
    example.write("flow.yaml", FLOW)
    run = "aetherflow run flow.yaml --json --param store=values.db"
    first, second = example.run(run).json, example.run(run).json
    assert first["jobs"]["remember"]["outputs"] == {"last_run": None, "this_run": first["run_id"]}
    assert second["jobs"]["remember"]["outputs"]["last_run"] == first["run_id"]


def test_the_examples_own_tests_pass_where_it_is_installed(example: Shell) -> None:
    example.project.env["PYTHONDONTWRITEBYTECODE"] = "1"
    outcome = example.run(f"python -m pytest -q -p no:cacheprovider -p no:randomly --rootdir {EXAMPLE} {EXAMPLE}/tests")
    assert outcome.exit_code == 0, outcome.stdout + outcome.stderr
    assert "9 passed" in outcome.stdout
