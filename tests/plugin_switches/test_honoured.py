"""A plugin that is disabled is loaded by no command, and whoever misses it is told how to have it again."""

import json
import subprocess
import sys

import pytest

from tests.plugin_switches.conftest import Switched

BREAKS = "raise RuntimeError('this plugin was imported')\n"
COMMAND = '''\
from aetherflow.core.api import register_command


@register_command("tidy")
def tidy():
    """Tidies up."""
    print("tidied")
'''
OBSERVER = """\
from aetherflow.core.api import ObserverPlugin, register_step


class Seen(ObserverPlugin):
    def on_event(self, event):
        raise SystemExit("seen")
"""
TOOL = '''\
from aetherflow.core.api import register_tool


@register_tool("double", parameters={"type": "object"})
def double(params, ctx):
    """Doubles."""
    return {"config": dict(ctx.config)}
'''
COMPILER = '''\
from aetherflow.core.api import WorkflowCompilerPlugin, register_compiler


@register_compiler("shop")
class Shop(WorkflowCompilerPlugin):
    """Reads flows of the shop."""

    supported_schemes = ["shop"]

    def compile(self, source, *, workflow_name=None, validate=True):
        raise RuntimeError("asked")
'''
ENABLE = "`aetherflow plugins enable orders --plugin-path orders` switches it on again"


@pytest.fixture
def without(switched: Switched) -> Switched:
    """Give the project with its plugin disabled."""
    switched.plugins("disable", "orders")
    return switched


def test_a_flow_that_names_its_step_type_is_told_so_with_the_command(without: Switched) -> None:
    for command in ("validate", "run", "explain", "graph"):
        outcome = without.run(command, without.flow("load_orders"))
        assert outcome.exit_code == 2, command
        assert outcome.stderr + outcome.stdout == (
            'error[AF-F204]: unknown step type "load_orders"\n'
            " --> flow.yaml:5:30\n"
            "  |\n"
            "5 |     steps: [{id: step, type: load_orders}]\n"
            f"  |                              {'^' * 11} "
            'the plugin "orders" registers it, and is disabled on this machine\n'
            "  |\n"
            f"  = {ENABLE}\n"
            "\n"
            "1 error\n"
        ), command


def test_every_other_flow_runs_without_it(without: Switched) -> None:
    without.project.write("orders/steps.py", BREAKS)
    outcome = without.run("run", without.flow("log", "message: hello"), "--json")
    assert outcome.exit_code == 0
    assert [each["name"] for each in outcome.json["plugins"]] == ["aetherflow"]
    assert without.run("validate", "flow.yaml").stdout == "flow.yaml: ok (1 job, 1 step)\n"


def test_enabled_again_it_is_as_before(without: Switched) -> None:
    without.plugins("enable", "orders")
    assert without.run("run", without.flow("load_orders"), "--json").json["status"] == "SUCCESS"


@pytest.mark.parametrize(
    ("text", "manifest"),
    [
        (BREAKS, ""),
        ("import os; os._exit(7)\n", ""),
        ("def broken(:\n", ""),
        ("", "name: [\n"),
        ("", "compatible_versions: '<0.0.1'\n"),
        ("", "requires: [nobody]\n"),
        ("from aetherflow.core.api import register_step\n\n@register_step('log')\ndef log(ctx, inputs): ...\n", ""),
    ],
)
def test_it_may_be_broken_in_any_way(switched: Switched, text: str, manifest: str) -> None:
    switched.add("broken", text, manifest)
    flow = switched.flow("log", "message: hello")
    assert switched.run("run", flow).exit_code in (2, 3, 7), "the plugin is not broken"
    assert switched.plugins("disable", "broken").exit_code == 0
    outcome = switched.run("run", flow)
    assert outcome.exit_code == 0, outcome.stderr
    assert "error" not in outcome.stderr
    assert switched.plugins("list").stderr == ""
    assert switched.plugins("doctor").exit_code == 0
    assert switched.plugins("list", "--loaded").exit_code == 0


def test_list_shows_it_as_disabled_and_how_to_enable_it(without: Switched) -> None:
    outcome = without.plugins("list")
    assert outcome.exit_code == 0
    assert outcome.stderr == ""
    assert outcome.stdout.partition("orders ")[1:] == (
        "orders ",
        "0 · flag orders · named by --plugin-path · disabled\n"
        '  AF-P150 the plugin "orders" is disabled on this machine, by "state/plugins.json"\n'
        f"    = {ENABLE}\n",
    )
    assert f"     = {ENABLE}\n   path    orders\n" in without.plugins("list", "--verbose").stdout


def test_json_has_it_among_those_left_out_and_every_plugin_says_whether_it_is_enabled(without: Switched) -> None:
    without.add_step("mails", "send")
    listed = without.plugins("list", "--json").json
    assert [(each["name"], each["enabled"]) for each in listed["plugins"]] == [("aetherflow", True), ("mails", True)]
    (orders,) = listed["left_out"]
    assert (orders["name"], orders["enabled"], orders["load_order"]) == ("orders", False, None)
    assert [each["name"] for each in orders["provides"]] == ["load_orders"]
    assert [each["code"] for each in orders["reasons"]] == ["AF-P150"]
    assert orders["digest"].startswith("sha256:")


def test_why_says_that_it_is_disabled(without: Switched) -> None:
    told = without.plugins("why", "load_orders").stdout.splitlines()
    assert told[0] == "step load_orders: not in effect"
    assert told[3] == f"    = {ENABLE}"
    assert without.plugins("why", "orders").stdout.splitlines()[0].endswith(" · disabled")


def test_doctor_has_a_note_and_examines_it_no_further(without: Switched) -> None:
    without.project.write("orders/steps.py", "import os\nos.environ['X'] = '1'\n")
    outcome = without.plugins("doctor", "--verbose", "--json")
    assert outcome.exit_code == 0
    about = [each for each in outcome.json["diagnostics"] if each["plugin"] == "orders"]
    assert [(each["code"], each["severity"]) for each in about] == [("AF-P150", "note")]


def test_doctor_says_how_many_it_leaves_aside(without: Switched) -> None:
    last = without.plugins("doctor").stdout.splitlines()[-1]
    assert last == "no plugin examined, 1 disabled on this machine: nothing found; 1 note with --verbose"
    without.add_step("mails", "send")
    last = without.plugins("doctor").stdout.splitlines()[-1]
    assert last.startswith("1 plugin examined, none of its code run, 1 disabled on this machine: nothing found")


def test_the_trace_of_a_run_says_that_it_is_disabled(without: Switched) -> None:
    told = without.run("run", without.flow("log", "message: hello"), "--debug-plugins").stderr
    (line,) = [line for line in told.splitlines() if " load " in line]
    assert line.split("load")[1].split() == ["-", "orders", "disabled", "on", "this", "machine"]


def test_schema_has_none_of_its_step_types(without: Switched) -> None:
    assert "load_orders" not in without.run("schema", "flow").stdout
    without.plugins("enable", "orders")
    assert "load_orders" in without.run("schema", "flow").stdout


def test_the_lock_says_what_is_installed_whatever_is_disabled(switched: Switched) -> None:
    switched.plugins("sync")
    before = switched.project.read("aetherflow.plugins.lock")
    switched.plugins("disable", "orders")
    assert switched.plugins("sync", "--check").exit_code == 0
    assert switched.plugins("sync").stdout == "aetherflow.plugins.lock is up to date (1 plugin, 1 file)\n"
    assert switched.project.read("aetherflow.plugins.lock") == before
    assert switched.plugins("doctor").exit_code == 0
    assert "AF-P404" not in switched.plugins("doctor", "--verbose").stdout
    (orders,) = switched.plugins("list", "--json").json["left_out"]
    assert orders["lock"] == "locked"


def test_its_commands_are_not_in_help_and_say_why_when_named(switched: Switched) -> None:
    switched.add("tidying", COMMAND)
    switched.project.env["AETHERFLOW_PLUGIN_PATHS"] = "tidying"
    assert "tidy " in switched.project.aetherflow("--help").stdout
    assert switched.project.aetherflow("plugins", "disable", "tidying").exit_code == 0
    assert "tidy " not in switched.project.aetherflow("--help").stdout
    outcome = switched.project.aetherflow("tidy")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr == (
        'error: the command "tidy" is of the plugin "tidying", which is disabled on this machine\n'
        "  = `aetherflow plugins enable tidying` switches it on again\n"
    )


def test_an_observer_of_its_is_left_out_with_a_warning(switched: Switched) -> None:
    switched.project.write("orders/seen.py", OBSERVER)
    switched.project.write("plugins.yaml", "plugins: [{id: seen, module: seen.Seen}]\n")
    switched.plugins("disable", "orders")
    outcome = switched.run("run", switched.flow("log", "message: hello"))
    assert outcome.exit_code == 0
    assert outcome.stderr.count("AF-O112") == 1
    assert (
        'warning: AF-O112: observer "seen": "seen.Seen" is of the plugin "orders", which is disabled on this machine'
        in outcome.stderr
    )
    assert switched.run("validate", "flow.yaml").exit_code == 0


def test_flows_of_its_scheme_say_whose_that_is(switched: Switched) -> None:
    switched.add("shop", COMPILER)
    switched.project.write("plugins.yaml", "workflow_plugins: {shop: {options: {}}}\n")
    switched.plugins("disable", "shop")
    outcome = switched.run("validate", "shop://flows/nightly")
    assert outcome.exit_code == 2
    assert (
        'error[AF-Y013]: nothing here reads flows from "shop://": the plugin "shop", which does, is disabled on this '
        "machine\n" in outcome.stdout
    )
    assert "AF-C135" not in outcome.stdout + switched.run("validate", switched.flow("log", "message: x")).stderr


def test_who_requires_it_is_left_out_with_the_reason(switched: Switched) -> None:
    switched.add_step("reports", "report", "requires: [orders]\n")
    off = switched.plugins("disable", "orders")
    assert off.stderr == (
        '"reports" is left out now, too: '
        "`aetherflow plugins list --plugin-path orders --plugin-path reports` says why\n"
    )
    outcome = switched.run("validate", switched.flow("log", "message: x"), "--json")
    assert outcome.exit_code == 3
    (finding,) = outcome.json["diagnostics"]
    assert (finding["code"], finding["message"], finding["line"]) == (
        "AF-P303",
        'the plugin "reports" requires "orders", which is disabled on this machine',
        1,
    )
    assert finding["hint"].startswith("`aetherflow plugins enable orders ")


def test_what_a_disabled_plugin_requires_does_not_matter(switched: Switched) -> None:
    switched.project.write("orders/aetherflow-plugin.yaml", "requires: [reports]\n")
    switched.add_step("reports", "report", "requires: [orders]\n")
    assert "AF-P304" in switched.plugins("doctor").stdout
    switched.plugins("disable", "orders")
    told = switched.plugins("doctor").stdout
    assert "AF-P304" not in told
    assert "AF-P303" in told


def test_settings_for_it_are_for_somebody(switched: Switched) -> None:
    switched.project.write("plugins.yaml", "settings: {orders: {config: {a: 1}}}\nallow_overrides: [load_orders]\n")
    switched.plugins("disable", "orders")
    assert "AF-H101" not in switched.run("validate", switched.flow("log", "message: x")).stderr
    assert "AF-P609" not in switched.plugins("doctor").stdout


def test_what_only_its_code_knows_may_be_of_it(switched: Switched) -> None:
    text = "from aetherflow.core.api import register_step\nfor n in 'ab':\n    register_step(f'load_{n}')(print)\n"
    switched.add("loop", text)
    switched.plugins("disable", "loop")
    outcome = switched.run("validate", switched.flow("load_a"))
    assert outcome.exit_code == 2
    assert (
        '  = note: the plugin "loop" may register it, and is disabled on this machine: '
        "`aetherflow plugins enable loop --plugin-path orders --plugin-path loop` switches it on again\n"
    ) in outcome.stdout


def test_programs_are_told_too(without: Switched) -> None:
    text = (
        "import json\nfrom aetherflow.core.api import get_plugin, list_steps\n"
        "try:\n    get_plugin('orders', plugin_paths=['orders'])\nexcept KeyError as error:\n"
        "    print(json.dumps([str(error), 'load_orders' in list_steps(plugin_paths=['orders'])]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", text],
        cwd=without.project.root,
        env=without.project.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said, is_there = json.loads(done.stdout)
    assert (is_there, '"orders" is disabled on this machine' in said) == (False, True)


def test_a_tool_of_its_is_none_and_says_why(switched: Switched) -> None:
    switched.named = []
    switched.add("calc", TOOL)
    assert switched.plugins("config", "set", "calc", "a=1").exit_code == 0
    assert switched.run("tools", "call", "double", "--params", "{}").json == {"config": {"a": 1}}
    switched.plugins("disable", "calc")
    outcome = switched.run("tools", "call", "double", "--params", "{}")
    assert (outcome.exit_code, outcome.stderr) == (
        2,
        'error: there is no tool "double"\n'
        '  = the plugin "calc" registers it, and is disabled on this machine\n'
        "    `aetherflow plugins enable calc --plugin-path calc` switches it on again\n",
    )
    told = switched.run("validate", switched.flow("tool.calc.double")).stdout
    assert 'the plugin "calc" registers it, and is disabled on this machine\n' in told
    assert "  = `aetherflow plugins enable calc --plugin-path calc` switches it on again\n" in told
