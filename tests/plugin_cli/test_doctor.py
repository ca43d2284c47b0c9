"""`plugins doctor` as people and CI jobs run it."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.plugin_cli.conftest import Plugins, text
from tests.support.project import REPOSITORY, Project, descendants

STEP = """
    from aetherflow.core.api import register_step

    @register_step("greet")
    def greet(ctx, inputs):
        "Greet somebody."
        return {"greeting": "hello"}
"""
REGISTERS = "\nfrom aetherflow.core.api import register_step\n\n@register_step('it')\ndef it(ctx, inputs): ...\n"
BROKEN = "import os\n\nraise RuntimeError('there is no ' + 'warehouse')\n" + REGISTERS
MANIFEST = """
    name: orders
    version: "1.2"
    author: Ann
    description: Orders.
"""


def test_of_sound_plugins_one_line_says_what_was_examined(plugins: Plugins) -> None:
    plugins.add("greeting.py", STEP)
    outcome = plugins.doctor()
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert outcome.stdout == "1 plugin examined, none of its code run: nothing found\n"


def test_without_plugins_it_says_so(project: Project) -> None:
    outcome = project.aetherflow("plugins", "doctor")
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert outcome.stdout == "there are no plugins but the built-ins: nothing found\n"


def test_a_finding_is_shown_with_its_line_below_its_plugin_and_counted(plugins: Plugins) -> None:
    plugins.add("greeting.py", STEP)
    plugins.add("orders", manifest=MANIFEST.replace("description", "descripton"), steps=STEP.replace("greet", "load"))
    outcome = plugins.doctor()
    assert outcome.exit_code == 3
    assert outcome.stdout == text("""
        plugin orders

        error[AF-P202]: unknown key "descripton" in a plugin manifest
         --> orders/aetherflow-plugin.yaml:4:1
          |
        4 | descripton: Orders.
          | ^^^^^^^^^^ did you mean "description"?

        2 plugins examined, none of their code run: 1 error
    """)


def test_a_plugin_that_fails_to_load_is_shown_at_its_own_line_and_the_others_are_imported(plugins: Plugins) -> None:
    plugins.add("warehouse.py", BROKEN)
    plugins.add("greeting.py", STEP)
    outcome = plugins.doctor("--loaded")
    assert outcome.exit_code == 3
    assert outcome.stdout == text("""
        plugin warehouse

        error[AF-P501]: the module "warehouse.py" could not be imported: RuntimeError: there is no warehouse
         --> warehouse.py:3:1
          |
        3 | raise RuntimeError('there is no ' + 'warehouse')
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

        2 plugins examined and imported: 1 error
    """)


def test_what_must_not_load_is_not_imported_either(plugins: Plugins) -> None:
    plugins.add("orders", manifest=MANIFEST + "    requires: [nobody]\n", steps="open('ran', 'w')" + REGISTERS)
    plugins.add("greeting.py", STEP)
    outcome = plugins.doctor("--loaded")
    assert "error[AF-P303]" in outcome.stdout
    assert outcome.stdout.endswith("\n2 plugins examined, 1 imported: 1 error, 1 warning; 1 note with --verbose\n")
    assert not (plugins.project.root / "ran").exists()


def test_no_code_of_a_plugin_runs_unless_it_is_asked_for(plugins: Plugins) -> None:
    ran = plugins.project.root / "ran"
    plugins.add("writes.py", f"open({str(ran)!r}, 'w').close()\n")
    for form in ("text", "json"):
        plugins.doctor("--format", form)
    assert not ran.exists()
    plugins.doctor("--loaded")
    assert ran.exists()


def test_warnings_count_for_those_who_are_strict(plugins: Plugins) -> None:
    plugins.add("prints.py", "print('hello')\n")
    assert plugins.doctor("--loaded").exit_code == 0
    strict = plugins.doctor("--loaded", "--strict", "--json")
    assert (strict.exit_code, strict.json["ok"]) == (3, False)


def test_the_quiet_and_strict_see_the_warnings_that_fail_the_check(plugins: Plugins) -> None:
    plugins.add("prints.py", "print('hello')\n" + REGISTERS)
    outcome = plugins.doctor("--strict", "--quiet")
    assert outcome.exit_code == 3
    assert outcome.stdout.startswith("plugin prints\n\nwarning[")
    assert outcome.stdout.endswith("\n\n1 plugin examined, none of its code run: 1 warning\n")


def test_what_fails_a_strict_check_is_an_error_beside_the_lines_of_a_change(plugins: Plugins) -> None:
    plugins.add("prints.py", "print('hello')\n" + REGISTERS)
    assert plugins.doctor("--format", "github").stdout.startswith("::warning file=prints.py,line=1,")
    strict = plugins.doctor("--strict", "--format", "github")
    assert strict.exit_code == 3
    assert {line.partition(" ")[0] for line in strict.stdout.splitlines()} == {"::error"}


def test_notes_are_counted_and_shown_to_those_who_want_to_be_told_more(plugins: Plugins) -> None:
    plugins.add("computed.py", STEP.replace('"greet"', '"gre" + "et".lower()'))
    brief, full = plugins.doctor(), plugins.doctor("--verbose")
    assert (brief.exit_code, full.exit_code) == (0, 0)
    assert brief.stdout == "1 plugin examined, none of its code run: nothing found; 1 note with --verbose\n"
    assert "note[AF-P140]" in full.stdout


def test_what_nearly_every_python_runs_is_told_to_those_alone_who_want_to_be_told_more(plugins: Plugins) -> None:
    plugins.add("greeting.py", STEP)
    for form in ("github", "sarif", "text"):
        assert "AF-P414" not in plugins.doctor("--format", form).stdout
    assert plugins.doctor().stdout == "1 plugin examined, none of its code run: nothing found\n"


def test_declarations_and_decorators_are_marked_as_far_as_they_go(plugins: Plugins) -> None:
    manifest = MANIFEST + "    provides: [{kind: step, name: gone}]\n"
    plugins.add("orders", manifest=manifest, steps=STEP)
    said = plugins.doctor().stdout
    assert (
        """
  |
5 | provides: [{kind: step, name: gone}]
  |                               ^^^^
"""
        in said
    )
    assert (
        """
  |
3 | @register_step("greet")
  | ^^^^^^^^^^^^^^^^^^^^^^^
"""
        in said
    )


@pytest.mark.parametrize("command", [("plugins", "doctor"), ("plugins", "sync"), ("run", "flow.yaml")])
def test_plugins_that_require_each_other_are_told_of_once(project: Project, command: tuple[str, ...]) -> None:
    steps = "[{id: s, type: fail, inputs: {message: m}}]"
    project.write("flow.yaml", f"version: 1\nflow: {{id: f}}\njobs: [{{id: j, steps: {steps}}}]\n")
    for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
        project.write(f"all/{name}/aetherflow-plugin.yaml", f"name: {name}\nrequires: [{other}]\n")
        project.write(f"all/{name}/steps.py", STEP.replace("greet", name))
    outcome = project.aetherflow(*command, "--plugin-path", "all")
    assert outcome.exit_code == 3
    assert (outcome.stdout + outcome.stderr).count("plugins require each other: a → b → c → a") == 1
    assert "1 error" in outcome.stdout + outcome.stderr


def test_a_plugin_called_as_we_are_is_told_so_and_no_more(plugins: Plugins) -> None:
    plugins.add("ours", manifest=MANIFEST.replace("orders", "aetherflow"), steps=STEP)
    outcome = plugins.doctor("--json")
    assert [each["code"] for each in outcome.json["diagnostics"] if each["plugin"]] == ["AF-P603"]


def test_a_setting_that_is_none_is_told(project: Project) -> None:
    outcome = project.aetherflow("plugins", "doctor", AETHERFLOW_PLUGIN_PATH="plugins")
    assert outcome.stdout.startswith(
        "warning[AF-E203]: AETHERFLOW_PLUGIN_PATH is no setting of aetherflow and has no effect\n"
        '  = did you mean "AETHERFLOW_PLUGIN_PATHS"?\n'
    )


def test_a_path_of_the_manifest_that_leads_nowhere_is_shown_there(project: Project) -> None:
    project.write("ops/manifest.yaml", "version: 1\npaths: {plugins: [../plugns]}\n")
    project.write("plugins/steps.py", STEP)
    for command in (("plugins", "doctor"), ("plugins", "sync")):
        outcome = project.aetherflow(*command, "--bundle-manifest", "ops/manifest.yaml")
        assert text("""
            error[AF-P102]: the plugin path "../plugns" of the manifest does not exist
             --> ops/manifest.yaml:2:19
              |
            2 | paths: {plugins: [../plugns]}
              |                   ^^^^^^^^^ did you mean "../plugins"?
        """) in (outcome.stdout + outcome.stderr)


def test_the_quiet_see_errors_or_nothing(plugins: Plugins) -> None:
    plugins.add("prints.py", "print('hello')\n")
    assert plugins.doctor("--loaded", "--quiet").stdout == ""
    plugins.add("warehouse.py", BROKEN)
    said = plugins.doctor("--loaded", "--quiet").stdout
    assert "AF-P501" in said
    assert "prints" not in said


def test_json_has_every_finding_with_its_plugin_and_nothing_else_on_stdout(plugins: Plugins) -> None:
    plugins.add(
        "prints.py", "import os, sys\n\n[sys][0].stdout.write('to stdout\\n')\nos.system('echo from a child')\n"
    )
    outcome = plugins.doctor("--loaded", "--json")
    assert list(outcome.json) == ["ok", "diagnostics"]
    found = [each for each in outcome.json["diagnostics"] if each["code"] == "AF-P520"]
    assert found == [
        {
            "code": "AF-P520",
            "severity": "warning",
            "message": 'importing the plugin "prints" prints',
            "hint": "use `ctx.log` in the step; what is printed goes to stderr",
            "file": "prints.py",
            "line": 3,
            "column": 1,
            "end_line": 3,
            "end_column": 1,
            "path": "",
            "plugin": "prints",
        }
    ]
    assert outcome.stderr.splitlines() == ["to stdout", "from a child"]


def test_sarif_has_the_plugin_in_the_property_bag_of_each_result(plugins: Plugins) -> None:
    plugins.add("warehouse.py", BROKEN)
    outcome = plugins.doctor("--loaded", "--format", "sarif")
    (result,) = [each for each in outcome.json["runs"][0]["results"] if each["ruleId"] == "AF-P501"]
    assert result["properties"] == {"plugin": "warehouse"}
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "warehouse.py",
        "uriBaseId": "%SRCROOT%",
    }
    assert outcome.exit_code == 3


def test_github_gets_an_annotation_for_each_finding(plugins: Plugins) -> None:
    plugins.add("warehouse.py", BROKEN)
    lines = plugins.doctor("--loaded", "--format", "github").stdout.splitlines()
    assert (
        '::error file=warehouse.py,line=3,col=1::AF-P501: the module "warehouse.py" could not be imported: '
        "RuntimeError: there is no warehouse"
    ) in lines


def test_findings_stand_in_order_of_place_and_each_once(plugins: Plugins) -> None:
    plugins.add("b", broken="def run(:\n", fine=STEP)
    plugins.add("a", broken="def run(:\n", fine=STEP.replace("greet", "other"))
    found = [each for each in plugins.doctor("--loaded", "--json").json["diagnostics"] if each["file"]]
    places = [(each["file"], each["line"], each["column"]) for each in found]
    assert places == sorted(places)
    assert [(each["plugin"], each["code"]) for each in found if each["plugin"]] == [("a", "AF-P141"), ("b", "AF-P141")]


def test_what_reading_has_told_with_its_place_is_not_told_again_by_importing(plugins: Plugins) -> None:
    plugins.add(
        "busy.py",
        """
        import os, sys, threading, time

        print("hello")
        threading.Thread(target=time.sleep, args=(0.1,)).start()
        [sys][0].path.append("/nowhere")
        """,
    )
    found = [each for each in plugins.doctor("--loaded", "--json").json["diagnostics"] if each["plugin"]]
    assert [(each["line"], each["message"]) for each in found] == [
        (None, 'the plugin "busy" registers nothing'),
        (None, 'importing the plugin "busy" changes sys.path: /nowhere'),
        (3, 'importing the plugin "busy" prints'),
        (4, 'importing the plugin "busy" starts a thread'),
    ]


def test_metadata_that_cannot_be_made_are_told_once_by_reading_and_importing(plugins: Plugins) -> None:
    plugins.add(
        "audit.py",
        """
        from aetherflow.core.api import BasePlugin, PluginMetadata, register_plugin

        @register_plugin("audit")
        class Audit(BasePlugin):
            metadata = PluginMetadata(name="audit", version="1", author="", description="Audits.")
        """,
    )
    found = [each for each in plugins.doctor("--loaded", "--json").json["diagnostics"] if each["plugin"]]
    assert [(each["code"], each["line"], each["message"]) for each in found] == [
        ("AF-P525", 5, 'the plugin "audit" has metadata that cannot be made: author is empty')
    ]


def test_a_broken_contract_is_told_once_by_reading_and_importing(plugins: Plugins) -> None:
    plugins.add("steps.py", STEP.replace("ctx, inputs", "inputs"))
    found = [each for each in plugins.doctor("--loaded", "--json").json["diagnostics"] if each["plugin"]]
    assert [(each["code"], each["message"]) for each in found] == [
        ("AF-P511", 'the step type "greet" is not greet(ctx, inputs): too many positional arguments')
    ]


@pytest.mark.parametrize("module", ["no_such_library", ".util"])
def test_a_module_that_is_nowhere_is_told_once_by_reading_and_importing(module: str, plugins: Plugins) -> None:
    plugins.add("broken", steps=f"from {module} import x\n" + REGISTERS)
    found = [each for each in plugins.doctor("--loaded", "--json").json["diagnostics"] if each["plugin"]]
    assert [(each["code"], each["severity"], each["line"]) for each in found] == [("AF-P503", "error", 1)]


def test_what_is_registered_in_truth_is_compared_with_what_is_declared(plugins: Plugins) -> None:
    plugins.add(
        "orders",
        manifest=MANIFEST + "    provides: [{kind: step, name: first}, {kind: step, name: absent}]\n",
        steps="""
            from aetherflow.core.api import register_step

            for name in ("first", "second"):

                @register_step(name)
                def step(ctx, inputs):
                    return {}
        """,
    )
    assert {"AF-P211", "AF-P212"}.isdisjoint(code for _, code in plugins.codes())
    found = [each for each in plugins.doctor("--loaded", "--json").json["diagnostics"] if each["code"][:6] == "AF-P21"]
    assert [(each["file"], each["line"], each["message"]) for each in found] == [
        (
            "orders/aetherflow-plugin.yaml",
            5,
            'the plugin "orders" declares the step "absent", which its code does not register',
        ),
        ("orders/steps.py", 5, 'the step "second" is not declared under `provides` of aetherflow-plugin.yaml'),
    ]


def test_what_cannot_be_examined_is_wrong_input(project: Project) -> None:
    outcome = project.aetherflow("plugins", "doctor", AETHERFLOW_MODE="paranoid")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "AETHERFLOW_MODE" in outcome.stderr


def test_a_secret_of_the_environment_is_not_shown(plugins: Plugins) -> None:
    plugins.add(
        "warehouse.py",
        """
        import os

        raise RuntimeError("wrong password: " + os.environ["DB_PASSWORD"], "correct horse")
        """,
    )
    for form in ("text", "sarif"):
        outcome = plugins.doctor("--loaded", "--format", form, DB_PASSWORD="correct horse")
        assert "AF-P501" in outcome.stdout
        assert "correct horse" not in outcome.stdout + outcome.stderr


def test_a_hostile_plugin_is_reported_and_the_others_are_examined(plugins: Plugins) -> None:
    plugins.add("exits.py", "import os\n\nos._exit(0)\n")
    plugins.add("greeting.py", STEP)
    plugins.add("crashes.py", "import ctypes\n\nctypes.string_at(0)\n")
    plugins.add("prints.py", "print('hello')\n")
    outcome = plugins.doctor("--loaded", "--json")
    codes = [(each["plugin"], each["code"], each["line"]) for each in outcome.json["diagnostics"] if each["plugin"]]
    assert ("exits", "AF-P507", 3) in codes
    assert ("crashes", "AF-P507", 3) in codes
    assert ("prints", "AF-P534", 1) in codes
    assert "greeting" not in [plugin for plugin, _, _ in codes]
    assert outcome.exit_code == 3


def test_a_broken_plugin_breaks_neither_help_nor_list(plugins: Plugins) -> None:
    broken = (
        "def run(:\n",
        "import os\n\nos._exit(1)\n",
        "while True:\n    pass\n",
        "\0\0\0",
        "(" * 5000,
        "name = '\udcff'\n",
    )
    for number, plugin in enumerate(broken):
        plugins.add(f"broken_{number}.py", "")
        (plugins.project.root / f"broken_{number}.py").write_bytes(plugin.encode("utf-8", "surrogateescape"))
    plugins.add("greeting.py", STEP)
    listed = plugins.command("list", "--json")
    assert listed.exit_code == 0
    assert "greeting" in [each["name"] for each in listed.json["plugins"]]
    assert {plugin for plugin, code in plugins.codes() if code == "AF-P141"} == {
        "broken_0",
        "broken_3",
        "broken_4",
        "broken_5",
    }
    for words in (["--help"], ["plugins", "doctor", "--help"]):
        assert plugins.project.aetherflow(*words, AETHERFLOW_PLUGIN_PATHS="broken_0.py,broken_1.py").exit_code == 0


def test_the_examples_of_this_project_are_sound(project: Project) -> None:
    folders = ("folder_plugin", "my-org-aetherflow-plugin/src/my_org_aetherflow_plugin")
    paths = [word for folder in folders for word in ("--plugin-path", REPOSITORY / "plugins_example" / folder)]
    outcome = project.aetherflow("plugins", "doctor", "--loaded", "--strict", *paths)
    assert outcome.stdout == "2 plugins examined and imported: nothing found\n"


def test_ctrl_c_ends_what_is_being_imported(plugins: Plugins) -> None:
    ready = plugins.project.root / "ready"
    plugins.add("waits.py", f"import time\n\nopen({str(ready)!r}, 'w').close()\ntime.sleep(1000)\n")
    process = plugins.project.start("plugins", "doctor", "--loaded", "--plugin-path", "waits.py")
    until = time.monotonic() + 30
    while not ready.exists() and time.monotonic() < until:
        time.sleep(0.02)
    below = descendants(process.pid)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "error: interrupted\n")
    assert [pid for pid in below if Path(f"/proc/{pid}/stat").exists()] == []
