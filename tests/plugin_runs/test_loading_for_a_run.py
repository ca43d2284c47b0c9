"""A run executes the code of plugins, everything else does without."""

import json

import pytest

from tests.plugin_runs.plugins import BROKEN, GREET, MARKING, UNREADABLE, flow_of, write_plugin
from tests.support.project import Project
from tests.support.registered import STEP_TYPES


def test_a_step_of_a_plugin_folder_runs(project: Project) -> None:
    write_plugin(project.root / "plugins", greeting=GREET)
    project.write("flow.yaml", flow_of("greet", inputs="{name: Ada}"))
    outcome = project.aetherflow("run", "flow.yaml", "--json", AETHERFLOW_PLUGIN_PATHS="./plugins")
    assert outcome.exit_code == 0
    assert outcome.json["jobs"]["main"]["steps"]["s0"]["outputs"] == {"said": "hello Ada"}
    assert [plugin["name"] for plugin in outcome.json["plugins"]] == ["plugins"]


def test_the_inputs_of_a_plugins_step_are_checked_before_any_of_its_code_runs(project: Project) -> None:
    write_plugin(project.root / "plugins", greeting=GREET, marking=MARKING)
    project.write("flow.yaml", flow_of("greet", inputs="{nam: Ada}"))
    outcome = project.aetherflow("run", "flow.yaml", "--plugin-path", "plugins")
    assert outcome.exit_code == 2
    assert 'step type "greet" needs the input "name"' in outcome.stderr
    assert not (project.root / "was-run").exists()


def test_nothing_but_a_run_executes_a_plugin(project: Project) -> None:
    write_plugin(project.root / "plugins", marking=MARKING)
    project.write("flow.yaml", flow_of("marked"))
    for words in (("validate",), ("run", "--dry-run"), ("explain",), ("graph",)):
        outcome = project.aetherflow(*words, "flow.yaml", "--plugin-path", "plugins")
        assert (words, outcome.exit_code) == (words, 0)
    for words in (("plugins", "list"), ("schema", "flow"), ("--help",)):
        assert project.aetherflow(*words, AETHERFLOW_PLUGIN_PATHS="plugins").exit_code == 0
    assert not (project.root / "was-run").exists()
    assert project.aetherflow("run", "flow.yaml", "--plugin-path", "plugins").exit_code == 0
    assert (project.root / "was-run").exists()


def test_validate_writes_clean_json_beside_a_plugin_that_prints_at_import(project: Project) -> None:
    write_plugin(project.root / "plugins", loud='print("I am here")\n' + GREET)
    project.write("flow.yaml", flow_of("greet", inputs="{name: Ada}"))
    outcome = project.aetherflow("validate", "flow.yaml", "--json", "--plugin-path", "plugins")
    assert json.loads(outcome.stdout) == {"ok": True, "flow": "flow.yaml", "diagnostics": []}
    assert outcome.stderr == ""
    ran = project.aetherflow("run", "flow.yaml", "--json", "--plugin-path", "plugins")
    assert json.loads(ran.stdout)["status"] == "SUCCESS"
    assert "I am here" in ran.stderr


def test_a_run_tells_which_plugins_it_loaded(project: Project) -> None:
    write_plugin(project.root / "plugins", greeting=GREET)
    project.write("flow.yaml", flow_of("greet", inputs="{name: Ada}"))
    run_id = project.aetherflow("run", "flow.yaml", "--json", "--plugin-path", "plugins").json["run_id"]
    events = map(json.loads, project.aetherflow("runs", "events", run_id, "--json").stdout.splitlines())
    loaded = [event["payload"] for event in events if event["type"] == "plugin_loaded"]
    assert [(each["plugin"], each["origin"], each["isolation"]) for each in loaded] == [
        ("plugins", "flag", "in_process")
    ]
    assert loaded[0]["digest"].startswith("sha256:")


def test_an_unknown_type_beside_a_plugin_that_cannot_be_read_is_a_warning(project: Project) -> None:
    write_plugin(project.root / "plugins", say=UNREADABLE)
    project.write("flow.yaml", flow_of("say_hello"))
    outcome = project.aetherflow("validate", "flow.yaml", "--plugin-path", "plugins")
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith(
        'warning[AF-F204]: unknown step type "say_hello"\n'
        " --> flow.yaml:8:15\n"
        "  |\n"
        "8 |         type: say_hello\n"
        "  |               ^^^^^^^^^\n"
        "  |\n"
        f"  = {STEP_TYPES}: `aetherflow plugins list --plugin-path plugins` shows them\n"
        '  = note: it may be registered by the plugin "plugins": what that is, is only known when the code runs\n'
    )


def test_what_a_run_has_seen_of_a_plugin_is_known_afterwards_until_the_plugin_is_edited(project: Project) -> None:
    folder = write_plugin(project.root / "plugins", say=UNREADABLE)
    project.write("flow.yaml", flow_of("say_hello"))
    words = ("flow.yaml", "--plugin-path", "plugins")
    assert project.aetherflow("run", *words).exit_code == 0
    assert project.aetherflow("validate", *words).stdout == "flow.yaml: ok (1 job, 1 step)\n"
    (folder / "say.py").write_text(UNREADABLE.replace("hello", "welcome"))
    assert "warning[AF-F204]" in project.aetherflow("validate", *words).stdout


def test_a_type_that_nobody_registers_after_all_stops_the_run_before_any_job(project: Project) -> None:
    write_plugin(project.root / "plugins", say=UNREADABLE)
    project.write("flow.yaml", flow_of("log", "say_hi", inputs="{message: hi}"))
    outcome = project.aetherflow("run", "flow.yaml", "--plugin-path", "plugins")
    assert outcome.exit_code == 2
    assert 'error[AF-F204]: unknown step type "say_hi"' in outcome.stderr
    assert not (project.root / "state" / "state.db").exists()


def test_a_dry_run_lays_out_a_type_that_is_only_known_at_run_time(project: Project) -> None:
    write_plugin(project.root / "plugins", say=UNREADABLE)
    project.write("flow.yaml", flow_of("say_hello"))
    outcome = project.aetherflow("run", "flow.yaml", "--dry-run", "--plugin-path", "plugins")
    assert outcome.exit_code == 0
    assert "1. s0 say_hello" in outcome.stdout


LATE = """
import atexit, os, threading, time
from aetherflow.core.api import register_step

atexit.register(print, "printed at exit")
atexit.register(os.write, 1, b"written at exit")

@register_step("late")
def late(ctx, inputs):
    def talk():
        for number in range(20):
            print("a thread", number)
            time.sleep(0.01)
    threading.Thread(target=talk).start()
    return {}
"""

RAISING = """
import sys
from aetherflow.core.api import register_step

class Raising:
    def write(self, text): raise RuntimeError("write")
    def flush(self): raise RuntimeError("flush")

@register_step("raising")
def raising(ctx, inputs):
    sys.stdout = sys.__stdout__ = sys.stderr = sys.__stderr__ = Raising()
    return {}
"""


@pytest.mark.parametrize(("step_type", "module"), [("late", LATE), ("raising", RAISING)])
def test_the_result_stays_clean_whatever_a_plugin_prints_when_all_is_over(
    project: Project, step_type: str, module: str
) -> None:
    write_plugin(project.root / "plugins", noisy=module)
    project.write("flow.yaml", flow_of(step_type))
    outcome = project.aetherflow("run", "flow.yaml", "--json", "--plugin-path", "plugins")
    assert outcome.exit_code == 0
    assert json.loads(outcome.stdout)["status"] == "SUCCESS"
    assert "Traceback" not in outcome.stderr


def test_no_plugin_can_write_what_another_one_executes(project: Project) -> None:
    write_plugin(
        project.root / "first",
        rewriting="""
        from pathlib import Path
        Path("second/innocent.py").write_text("raise SystemExit('rewritten')")
        """,
    )
    write_plugin(project.root / "second", innocent=GREET)
    project.write("flow.yaml", flow_of("greet", inputs="{name: Ada}"))
    words = ("run", "flow.yaml", "--plugin-path", "first", "--plugin-path", "second")
    assert project.aetherflow(*words).exit_code == 0
    assert 'unknown step type "greet"' in project.aetherflow(*words).stderr  # now it was read so


def test_a_run_is_continued_from_another_folder_with_the_plugins_that_it_was_started_with(project: Project) -> None:
    failing = """
    import os
    from aetherflow.core.api import StepFailed, register_step

    @register_step("maybe")
    def maybe(ctx, inputs):
        if not ctx.env.get("READY"):
            raise StepFailed("not yet")
        return {}
    """
    write_plugin(project.root / "plugins", failing=failing)
    project.write("flow.yaml", flow_of("maybe"))
    started = project.aetherflow("run", "flow.yaml", "--json", "--plugin-path", "plugins")
    assert started.exit_code == 1
    elsewhere = Project(project.root / "elsewhere")
    elsewhere.root.mkdir()
    outcome = elsewhere.aetherflow("runs", "resume", started.json["run_id"], **project.env, READY="1")
    assert (outcome.exit_code, outcome.stdout) == (0, "")


class TestStrictness:
    """What a plugin that cannot be loaded does to a run."""

    def test_a_plugin_that_fails_to_import_stops_the_run_before_any_job(self, project: Project) -> None:
        write_plugin(project.root / "plugins", broken=BROKEN)
        project.write("flow.yaml", flow_of("log", inputs="{message: hi}"))
        outcome = project.aetherflow("run", "flow.yaml", "--plugin-path", "plugins")
        assert outcome.exit_code == 3
        assert outcome.stderr.startswith(
            'error[AF-P503]: there is no module "no_such_library": neither in the plugin, nor installed\n'
            " --> plugins/broken.py:3:1\n"
            "  |\n"
            "3 | import no_such_library\n"
            "  | ^^^^^^^^^^^^^^^^^^^^^^\n"
        )
        assert not (project.root / "state" / "state.db").exists()

    def test_unless_nobody_is_strict_where_it_is_only_told(self, project: Project) -> None:
        write_plugin(project.root / "plugins", broken=BROKEN, greeting=GREET)
        project.write("flow.yaml", flow_of("greet", inputs="{name: Ada}"))
        outcome = project.aetherflow(
            "run", "flow.yaml", "--plugin-path", "plugins", "--json", AETHERFLOW_PLUGIN_STRICT="false"
        )
        assert outcome.exit_code == 0
        assert [(each["code"], each["severity"]) for each in outcome.json["diagnostics"]] == [("AF-P503", "warning")]
        assert 'AF-P503: there is no module "no_such_library"' in outcome.stderr

    def test_and_a_flow_that_needs_it_does_not_start(self, project: Project) -> None:
        write_plugin(project.root / "plugins", broken=BROKEN)
        project.write("flow.yaml", flow_of("log", "broken", inputs="{message: hi}"))
        outcome = project.aetherflow("run", "flow.yaml", "--plugin-path", "plugins", AETHERFLOW_PLUGIN_STRICT="false")
        assert outcome.exit_code == 2
        assert 'error[AF-F204]: unknown step type "broken"' in outcome.stderr
        assert (
            'warning[AF-P503]: there is no module "no_such_library": neither in the plugin, nor installed\n'
            " --> plugins/broken.py:3:1\n"
            "  |\n"
            "3 | import no_such_library\n"
        ) in outcome.stderr
        assert not (project.root / "state" / "state.db").exists()

    def test_validate_refuses_a_plugin_that_is_no_python(self, project: Project) -> None:
        write_plugin(project.root / "plugins", broken="def broken(:\n", greeting=GREET)
        project.write("flow.yaml", flow_of("greet", inputs="{name: Ada}"))
        strictly = project.aetherflow("validate", "flow.yaml", "--plugin-path", "plugins")
        assert strictly.exit_code == 3
        assert strictly.stdout.startswith("error[AF-P141]: the module ")
        mildly = project.aetherflow(
            "validate", "flow.yaml", "--plugin-path", "plugins", AETHERFLOW_PLUGIN_STRICT="false"
        )
        assert mildly.exit_code == 0
        assert mildly.stdout.startswith("warning[AF-P141]: the module ")
        assert project.aetherflow("run", "flow.yaml", "--plugin-path", "plugins").exit_code == 3

    def test_wrong_input_is_told_with_the_code_of_wrong_input_beside_a_refused_plugin(self, project: Project) -> None:
        write_plugin(project.root / "plugins", broken="def broken(:\n")
        project.write("flow.yaml", flow_of("log", inputs="{mesage: hi}"))
        outcome = project.aetherflow("validate", "flow.yaml", "--plugin-path", "plugins")
        assert outcome.exit_code == 2
        assert "AF-P141" in outcome.stdout
        assert "AF-F211" in outcome.stdout

    def test_a_path_that_leads_nowhere_is_wrong_input_however_strict(self, project: Project) -> None:
        project.write("flow.yaml", flow_of("log", inputs="{message: hi}"))
        for strict in ("true", "false"):
            outcome = project.aetherflow(
                "run", "flow.yaml", AETHERFLOW_PLUGIN_PATHS="./plugin", AETHERFLOW_PLUGIN_STRICT=strict
            )
            assert outcome.exit_code == 2
            assert 'error[AF-P102]: the plugin path "./plugin"' in outcome.stderr
