"""What people are told of hooks: on the terminal, in logs, by `runs events`, in traces and listings."""

import json
import re

from tests.hooks.plugins import FLOW, notes, with_hooks
from tests.support.project import Project

PATCHING = """
    @register_hook("before_step")
    def stamp(data, ctx):
        \"\"\"Stamps what goes by.\"\"\"
        return {"inputs": {**data["inputs"], "k1": 1, "k2": 2, "k3": 3, "k4": 4}}

    @register_hook("before_run")
    def set_day(data, ctx):
        return {"params": {"day": "tue"}}

    @register_plugin("audit")
    class Audit(BasePlugin):
        \"\"\"Keeps a list.\"\"\"
        metadata = PluginMetadata(name="audit", version="1", author="a", description="d")
        def handle_hook(self, hook, data):
            pass
"""
FLOW_WITH_DAY = FLOW.replace("flow: {id: f}", "flow: {id: f}\n    params: {day: {type: string, default: mon}}")
LINES = [
    '· the run: plugin "shop" (before_run) changed params.day',
    '· main.one: plugin "shop" (before_step) changed inputs.k1, inputs.k2, inputs.k3 and 1 more',
]


def test_a_patch_is_a_line_on_the_terminal_and_in_the_log(project: Project) -> None:
    with_hooks(project, PATCHING, FLOW_WITH_DAY)
    outcome = project.aetherflow("run", "flow.yaml", "--run-id", "r")
    assert outcome.exit_code == 0, outcome.stderr
    log = project.read("state/runs/f/r/run.log")
    for line in LINES:
        assert line in outcome.stderr
        assert line in log
    assert "plugin" not in project.aetherflow("run", "flow.yaml", "--quiet").stderr


def test_events_tell_of_each_patch(project: Project) -> None:
    with_hooks(project, PATCHING, FLOW_WITH_DAY)
    project.aetherflow("run", "flow.yaml", "--run-id", "r")
    told = project.aetherflow("runs", "events", "r").stdout
    assert 'plugin "shop" (before_step) changed inputs.k1' in told or "hook_patched" in told
    events = [json.loads(line) for line in project.aetherflow("runs", "events", "r", "--json").stdout.splitlines()]
    (first, *_) = [event for event in events if event["type"] == "hook_patched"]
    assert (first["job_id"], first["payload"]["before"]) == (None, {"params.day": "mon"})


def test_each_call_is_traced_with_its_time(project: Project) -> None:
    with_hooks(project, PATCHING, FLOW_WITH_DAY)
    project.aetherflow("run", "flow.yaml", "--run-id", "r", "--debug-plugins")
    log = project.read("state/runs/f/r/plugins.log")
    lines = [re.sub(r"^\S+\s+(\w+)\s+[\d.]+ ms\s+", r"\1 ", line) for line in log.splitlines() if "Z  hook " in line]
    assert lines[:5] == [
        "hook shop          made audit: returned Audit",
        "hook shop          on_load audit: returned None",
        "hook shop          before_run set_day: returned dict",
        "hook shop          before_run Audit.handle_hook: returned None",
        "hook shop          before_job Audit.handle_hook at main: returned None",
    ]
    assert "hook shop          before_step stamp at main.one, attempt 1: returned dict" in lines
    assert lines[-1] == "hook shop          on_unload audit: returned None"


def test_hooks_are_listed_without_running_them(project: Project) -> None:
    with_hooks(project, PATCHING + "\n    1 / 0\n", FLOW_WITH_DAY)
    listed = project.aetherflow("plugins", "list", "--json").json["plugins"][-1]
    provides = [(each["kind"], each["name"], each["line"]) for each in listed["provides"]]
    assert provides[:3] == [("hook", "before_step", 3), ("hook", "before_run", 8), ("plugin", "audit", 12)]
    text = project.aetherflow("plugins", "list").stdout
    assert re.search(r"hook +before_step +Stamps what goes by\.", text)
    why = project.aetherflow("plugins", "why", "before_step").stdout
    assert why.startswith("hook before_step\n")
    assert "shop/hooks.py:3" in why


def test_the_plugins_of_hooks_stand_in_the_result(project: Project) -> None:
    with_hooks(project, PATCHING, FLOW_WITH_DAY)
    project.write("more/watch.py", "from aetherflow.core.api import *\n@register_hook('after_run')\ndef f(d, c): ...\n")
    outcome = project.aetherflow("run", "flow.yaml", "--json", AETHERFLOW_PLUGIN_PATHS="shop,more")
    assert [plugin["name"] for plugin in outcome.json["plugins"]] == ["more", "shop"]
    assert len(notes(project)) == 2


def test_a_stopped_run_says_why_at_its_end(project: Project) -> None:
    with_hooks(
        project,
        """
    @register_hook("before_run")
    def closed(data, ctx):
        return Veto("the shop is closed")
""",
    )
    outcome = project.aetherflow("run", "flow.yaml", "--run-id", "r")
    assert (outcome.exit_code, notes(project)) == (1, [])
    assert 'job main NOT_RUN: vetoed by plugin "shop": the shop is closed' in outcome.stderr
    assert project.aetherflow("run", "flow.yaml", "--quiet").stderr.count("the shop is closed") >= 1
    shown = project.aetherflow("runs", "show", "r").stdout
    assert 'vetoed by plugin "shop": the shop is closed' in shown


def test_settings_for_nobody_are_a_warning_with_the_name_that_may_have_been_meant(project: Project) -> None:
    with_hooks(project, PATCHING, FLOW_WITH_DAY)
    project.write("plugins.yaml", "settings:\n  shop: {}\n  adit: {on_error: warn}\n  audit: {}\n")
    outcome = project.aetherflow("validate", "flow.yaml")
    assert outcome.exit_code == 0
    assert outcome.stdout + outcome.stderr == (
        'warning[AF-H101]: there is no plugin "adit" that these settings could be for\n'
        " --> plugins.yaml:3:3\n"
        "  |\n"
        "3 |   adit: {on_error: warn}\n"
        "  |   ^^^^\n"
        "  |\n"
        '  = did you mean "audit"?\n'
        "\n"
        "1 warning\n\n"
        "flow.yaml: ok (1 job, 2 steps)\n"
    )


def test_in_enterprise_mode_nobody_beside_the_flow_switches_a_guard_off(project: Project) -> None:
    guard = """
    @register_hook("before_job")
    def guard(data, ctx):
        raise PermissionError("not allowed")
"""
    with_hooks(project, guard)
    project.write("manifest.yaml", "version: 1\nmode: enterprise\npaths: {plugins: [shop]}\n")
    project.write("plugins.yaml", "settings: {shop: {on_error: warn}}\n")
    del project.env["AETHERFLOW_PLUGIN_PATHS"]
    outcome = project.aetherflow("run", "flow.yaml", "--bundle-manifest", "manifest.yaml", "--json")
    assert (outcome.exit_code, notes(project)) == (1, []), outcome.stderr
    assert outcome.json["jobs"]["main"]["reason"].startswith(
        'the hook before_job of plugin "shop" raised PermissionError'
    )
    told = [each for each in outcome.json["diagnostics"] if each["code"] == "AF-H102"]
    assert [(each["message"], each["line"]) for each in told] == [
        ('in enterprise mode the failures of plugin "shop" are failures all the same', 1)
    ]


def test_in_enterprise_mode_no_setting_leaves_out_a_guard_that_does_not_load(project: Project) -> None:
    guard = """
    @register_plugin("guard")
    class Guard(BasePlugin):
        metadata = PluginMetadata(name="guard", version="1", author="a", description="d")

        def on_load(self, context):
            open(context.config["file"], "a").close()

        def handle_hook(self, hook, data):
            return Veto("no") if hook is PluginHook.BEFORE_JOB else None
    """
    with_hooks(project, guard)
    del project.env["AETHERFLOW_PLUGIN_PATHS"]
    project.write("manifest.yaml", "version: 1\nmode: enterprise\npaths: {plugins: [shop]}\n")
    project.write("plugins.yaml", "settings: {guard: {on_error: warn, config: {file: /nowhere/at/all}}}\n")
    outcome = project.aetherflow(
        "run", "flow.yaml", "--bundle-manifest", "manifest.yaml", AETHERFLOW_PLUGIN_STRICT="false"
    )
    assert (outcome.exit_code, notes(project)) == (3, [])
    assert "error[AF-H120]" in outcome.stderr
