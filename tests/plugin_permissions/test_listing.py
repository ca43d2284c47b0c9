"""`plugins list --verbose` shows what plugins ask for and what their text shows them to reach for."""

import json
import subprocess
import sys

import pytest

from tests.support.project import Project

MANIFEST = "name: orders\nversion: '1'\nauthor: A\ndescription: D\nrequired_permissions: [\"env:A\"]\n"
STEP = """\
import os
import pickle
from aetherflow.core.api import register_step


@register_step("load")
def load(ctx, inputs):
    \"\"\"Loads.\"\"\"
    os.system("git pull")
    os.system("git push")
    with open(inputs["path"]) as file:
        return {"a": ctx.env["A"], "b": pickle.loads(file)}
"""
CAVEAT = "what plugins reach for is what their text shows; their code can do otherwise"


@pytest.fixture
def orders(project: Project) -> Project:
    """Give a project with a plugin that does more than it declares."""
    project.write("orders/aetherflow-plugin.yaml", MANIFEST)
    project.write("orders/steps.py", STEP)
    return project


def listed(project: Project, *options: str) -> str:
    """List the plugin."""
    outcome = project.aetherflow("plugins", "list", "--plugin-path", "orders", *options)
    assert outcome.exit_code == 0, outcome.stderr
    return outcome.stdout


def test_verbose_shows_what_is_declared_what_is_reached_for_and_what_it_is_worth(orders: Project) -> None:
    lines = listed(orders, "--verbose").splitlines()
    facts = [
        line.strip() for line in lines if line.startswith(("   permissions", "   reaches", "   perhaps", "   not "))
    ]
    assert facts == [
        "permissions  env:A",
        "reaches for  process:git (undeclared), env:A",
        "perhaps for  read:PATH",
        "not shown    pickle.loads",
    ]
    assert lines[-1] == CAVEAT


def test_json_with_verbose_has_each_reach_with_its_place(orders: Project) -> None:
    told = json.loads(listed(orders, "--json", "--verbose"))
    built_ins, plugin = told["plugins"]
    file = str(orders.root / "orders/steps.py")
    assert plugin["permissions"] == ["env:A"]
    assert plugin["reaches"] == [
        {
            "permission": "process:git",
            "file": file,
            "line": 9,
            "column": 5,
            "places": 2,
            "certain": True,
            "declared": False,
        },
        {
            "permission": "read:PATH",
            "file": file,
            "line": 11,
            "column": 10,
            "places": 1,
            "certain": False,
            "declared": True,
        },
        {"permission": "env:A", "file": file, "line": 12, "column": 22, "places": 1, "certain": True, "declared": True},
    ]
    (way,) = plugin["not_shown"]
    assert (way["name"], way["line"], way["does"]) == (
        "pickle.loads",
        12,
        "makes objects of data that may run anything",
    )
    assert (built_ins["reaches"], built_ins["not_shown"]) == (None, None)


def test_json_alone_says_that_nobody_looked(orders: Project) -> None:
    plugin = json.loads(listed(orders, "--json"))["plugins"][1]
    assert (plugin["permissions"], plugin["reaches"], plugin["not_shown"]) == (["env:A"], None, None)


def test_imported_plugins_are_looked_through_too(orders: Project) -> None:
    assert "reaches for  process:git (undeclared), env:A" in listed(orders, "--verbose", "--loaded")


def test_a_plugin_that_promises_nothing_has_nothing_undeclared(orders: Project) -> None:
    (orders.root / "orders/aetherflow-plugin.yaml").unlink()
    assert "   reaches for  process:git, env:A\n" in listed(orders, "--verbose")


def test_where_nothing_is_reached_for_nothing_is_said_of_it(orders: Project) -> None:
    orders.write("orders/steps.py", STEP.partition("    os.system")[0] + "    return {}\n")
    told = listed(orders, "--verbose")
    assert CAVEAT not in told
    assert "reaches for" not in told


def test_permissions_in_code_are_listed(orders: Project) -> None:
    orders.write(
        "orders/live.py",
        "from aetherflow.core.api import BasePlugin, PluginMetadata, register_plugin\n\n\n"
        '@register_plugin("live")\nclass Live(BasePlugin):\n'
        '    metadata = PluginMetadata("live", "1", "A", "D", ["process:git"])\n',
    )
    told = listed(orders, "--verbose")
    assert "   permissions  env:A, process:git\n" in told
    assert "   reaches for  process:git, env:A\n" in told


def test_a_plain_listing_looks_through_no_code(orders: Project) -> None:
    for words in ([], ["--json"]):
        code = f"""
import sys
from aetherflow.cli.app import run_command_line
run_command_line(["plugins", "list", "--plugin-path", "orders", *{words}])
print([name for name in sys.modules if ".doctor" in name or "permission_rules" in name], file=sys.stderr)
"""
        for _ in ("without an index", "with one"):
            outcome = subprocess.run(
                [sys.executable, "-c", code],
                cwd=orders.root,
                env=orders.env,
                capture_output=True,
                text=True,
                check=True,
            )
            assert outcome.stderr == "[]\n"


def test_secrets_are_hidden_in_what_is_reached_for(orders: Project) -> None:
    orders.write("orders/steps.py", STEP.replace("git pull", "s3cr3t-word pull"))
    outcome = orders.aetherflow("plugins", "list", "--plugin-path", "orders", "--verbose", API_TOKEN="s3cr3t-word")
    assert "process:***" in outcome.stdout
    assert "s3cr3t-word" not in outcome.stdout
