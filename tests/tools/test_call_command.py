"""`aetherflow tools call` calls one tool as a step would, with the plugins and hooks of where it stands."""

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import Outcome, Project

SHOP = '''
    import sys
    import time
    from pathlib import Path
    from aetherflow.core.api import *

    print("noise of an import")

    @register_tool("echo", parameters={"properties": {"n": {"type": "integer"}, "deep": {}, "text": {}}})
    def echo(params, ctx):
        """Gives back what it gets."""
        print("called")
        print("to stderr", file=sys.stderr)
        ctx.log.info("logged")
        return {**params, "flow": ctx.flow_id, "ids": [ctx.job_id, ctx.step_id], "params": dict(ctx.params)}

    @register_tool("fail")
    async def fail(params, ctx):
        return ToolResult(success=False, data={"tried": 1}, error=f"no: {ctx.env.get('API_TOKEN')}")

    @register_tool("token")
    def token(params, ctx):
        print(ctx.env["API_TOKEN"])
        return {"token": ctx.env["API_TOKEN"], "list": [ctx.env["API_TOKEN"]]}

    @register_tool("crash")
    def crash(params, ctx):
        raise RuntimeError(ctx.env.get("API_TOKEN", "boom"))

    @register_tool("wait")
    def wait(params, ctx):
        Path("waiting").touch()
        time.sleep(30)

    @register_tool("list")
    def listed(params, ctx):
        return ToolResult(True, [1, "é"])
'''


class Tools:
    """Writes plugins, and calls their tools."""

    def __init__(self, project: Project) -> None:
        self.project = project
        project.write("shop/tools.py", SHOP)
        project.env["AETHERFLOW_PLUGIN_PATHS"] = "shop"

    def call(self, *words: str, stdin: str | None = None, **env: Any) -> Outcome:
        """Call a tool."""
        return self.project.aetherflow("tools", "call", *words, stdin=stdin, **env)

    def plugin(self, name: str, text: str) -> None:
        """Write one more plugin."""
        self.project.write(f"{name}/it.py", "    from aetherflow.core.api import *\n" + text)
        paths = self.project.env["AETHERFLOW_PLUGIN_PATHS"].split(",")
        self.project.env["AETHERFLOW_PLUGIN_PATHS"] = ",".join(dict.fromkeys([*paths, name]))


@pytest.fixture
def tools(project: Project) -> Tools:
    return Tools(project)


@pytest.mark.parametrize("name", ["tool.shop.echo", "shop.echo", "echo"])
def test_a_tool_is_called_by_its_name_or_the_end_of_it(name: str, tools: Tools) -> None:
    outcome = tools.call(name, "--params", '{"n": 1}')
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.json == {"n": 1, "flow": "", "ids": [None, None], "params": {}}


def test_what_plugins_print_and_log_goes_to_stderr(tools: Tools) -> None:
    outcome = tools.call("echo")
    for line in ("noise of an import", "called", "to stderr", "logged"):
        assert line in outcome.stderr
        assert line not in outcome.stdout
    assert "noise" not in tools.call("echo", "--quiet").stderr


def test_without_params_there_are_none(tools: Tools) -> None:
    assert "n" not in tools.call("echo").json


@pytest.mark.parametrize("given", ["@params.json", "@-", "-"])
def test_params_come_from_a_file_or_standard_input(given: str, tools: Tools) -> None:
    tools.project.write("params.json", '{"n": 7}')
    assert tools.call("echo", "--params", given, stdin='{"n": 7}').json["n"] == 7


def test_data_of_any_kind_are_written_as_json(tools: Tools) -> None:
    assert tools.call("shop.list").json == [1, "é"]


def test_a_template_in_params_is_plain_text(tools: Tools) -> None:
    assert tools.call("echo", "--params", '{"text": "{{env.HOME}}"}').json["text"] == "{{env.HOME}}"


def test_a_call_that_fails_is_exit_code_1(tools: Tools) -> None:
    outcome = tools.call("fail")
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert outcome.stderr.endswith("error: no: None\n")


def test_an_exception_is_told_with_the_line_of_the_plugin(tools: Tools) -> None:
    outcome = tools.call("crash")
    line = next(number for number, text in enumerate(SHOP.split("\n")) if "raise RuntimeError" in text)
    assert outcome.exit_code == 1
    path = tools.project.root / "shop/tools.py"
    assert f'error: the tool "tool.shop.crash" raised RuntimeError: boom ({path}:{line})\n' in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_a_step_failed_is_told_in_its_own_words_with_its_hint(tools: Tools) -> None:
    tools.plugin(
        "desk",
        """
    @register_tool("shut")
    async def shut(params, ctx):
        raise StepFailed("the desk is shut", hint="come back on monday")
""",
    )
    outcome = tools.call("shut")
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert outcome.stderr.endswith("error: the desk is shut\n  = come back on monday\n")


def test_json_says_what_came_of_the_call(tools: Tools) -> None:
    good, bad = tools.call("shop.list", "--json"), tools.call("fail", "--json")
    assert good.json == {"ok": True, "tool": "tool.shop.list", "data": [1, "é"], "error": None}
    assert bad.json == {
        "ok": False,
        "tool": "tool.shop.fail",
        "data": {"tried": 1},
        "error": {"message": "no: None", "hint": None},
    }
    assert (good.exit_code, bad.exit_code) == (0, 1)


@pytest.mark.parametrize("name", ["token", "fail", "crash"])
def test_secrets_are_masked_wherever_they_come_out(name: str, tools: Tools) -> None:
    for form in ((), ("--json",)):
        outcome = tools.call(name, *form, API_TOKEN="s3cret-value")
        assert "s3cret-value" not in outcome.stdout + outcome.stderr
        assert "***" in outcome.stdout + outcome.stderr


WRONG = [
    ('{"n": "x"}', '"n" must be an integer, found a string', "--params:1:7"),
    ("{", "expecting property name enclosed in double quotes", "--params:1:2"),
    ("{n: 1}", "expecting property name enclosed in double quotes", "--params:1:2"),
    ("", "expecting value", "--params:1:1"),
    ("[1]", "they are a mapping, found a list", "--params:1:1"),
    ("7", "they are a mapping, found an integer", "--params:1:1"),
    ('{"n": 1, "n": 2}', '"n" is given twice', "--params:1:1"),
    ("@", "no file is named behind the @", "--params:1:1"),
    ('{"n": NaN}', "NaN is no JSON", "--params:1:1"),
    ('{"n": -Infinity}', "-Infinity is no JSON", "--params:1:1"),
    ('{"n": 99999999999999999999999}', "params.n is an integer beyond 64 bits", "--params:1:1"),
    ('{"deep": 1e999}', "params.deep is inf", "--params:1:1"),
    ('{"deep": ' + "[" * 101 + "]" * 101 + "}", "it is nested too deeply: 100 levels are the most", "--params:1:1"),
    ('{"deep": ' + "[" * 5000 + "]" * 5000 + "}", "it is nested too deeply", "--params:1:1"),
    ('{"n": ' + "9" * 5000 + "}", "Exceeds the limit", "--params:1:1"),
]


@pytest.mark.parametrize(("given", "problem", "place"), WRONG, ids=[str(number) for number in range(len(WRONG))])
def test_wrong_params_are_exit_code_2_with_a_finding(given: str, problem: str, place: str, tools: Tools) -> None:
    outcome = tools.call("echo", "--params", given)
    assert outcome.exit_code == 2
    assert problem in outcome.stderr
    assert f"--> {place}\n" in outcome.stderr
    assert "noise" not in outcome.stderr, "no code of a plugin has run"
    (finding,) = tools.call("echo", "--json", "--params", given).json["diagnostics"]
    assert problem in finding["message"]
    assert finding["code"] == ("AF-F213" if given == '{"n": "x"}' else "AF-R701")


def test_params_in_a_file_are_told_with_their_line(tools: Tools) -> None:
    tools.project.write("params.json", '{\n  "text": "a",\n  "n": "x"\n}\n')
    outcome = tools.call("echo", "--params", "@params.json")
    assert '  |   "n": "x"' not in outcome.stderr.split("\n")[0]
    assert "--> params.json:3:8" in outcome.stderr


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("@none.json", 'there is no file "none.json"'),
        ("@shop", '"shop" is a directory, not a file'),
        ("@binary", "this is a binary file, not a text"),
    ],
)
def test_a_file_without_params_is_exit_code_2(given: str, problem: str, tools: Tools) -> None:
    (tools.project.root / "binary").write_bytes(b"\x00\x01")
    outcome = tools.call("echo", "--params", given)
    assert (outcome.exit_code, problem in outcome.stderr) == (2, True)


@pytest.mark.parametrize(
    ("name", "problem", "hint"),
    [
        ("ecko", 'there is no tool "ecko"', 'did you mean "echo"?'),
        ("shop.ecko", 'there is no tool "shop.ecko"', 'did you mean "shop.echo"?'),
        ("log", 'there is no tool "log"', "6 tools are registered: `aetherflow tools list` shows them"),
        ("", 'there is no tool ""', "6 tools are registered: `aetherflow tools list` shows them"),
    ],
)
def test_an_unknown_name_is_exit_code_2(name: str, problem: str, hint: str, tools: Tools) -> None:
    outcome = tools.call(name)
    assert outcome.exit_code == 2
    assert f"error: {problem}\n  = {hint}" in outcome.stderr


def test_a_name_that_several_have_is_to_be_written_in_full(tools: Tools) -> None:
    tools.plugin("other", '    @register_tool("echo")\n    def echo(params, ctx): ...\n')
    outcome = tools.call("echo")
    assert outcome.exit_code == 2
    assert 'several tools are called "echo": "tool.other.echo", "tool.shop.echo"' in outcome.stderr
    assert tools.call("shop.echo").exit_code == 0


def test_hooks_of_other_plugins_are_asked(tools: Tools) -> None:
    guard = '    @register_hook("before_tool_call")\n    def f(data, ctx):\n        '
    tools.plugin("guard", guard + "return {'params': {'n': 41 + len(data['params'])}}\n")
    outcome = tools.call("echo", "--params", '{"n": 1}')
    assert outcome.json["n"] == 42
    assert 'plugin "guard" (before_tool_call) changed params.n' in outcome.stderr
    tools.plugin("guard", guard + "return Veto('not here')\n")
    vetoed = tools.call("echo")
    assert (vetoed.exit_code, 'error: vetoed by plugin "guard": not here\n' in vetoed.stderr) == (1, True)


def test_the_object_of_a_plugin_is_loaded_and_unloaded(tools: Tools) -> None:
    tools.plugin(
        "desk",
        """
    @register_plugin("desk")
    class Desk(BaseToolPlugin):
        tools = [ToolDefinition("open", "Opens.")]
        def on_load(self, context):
            print("loaded", dict(context.config), repr(context.flow_id))
        def execute(self, tool_name, params, context):
            return {"tool": tool_name, "config": dict(context.config)}
        def on_unload(self):
            print("unloaded")
""",
    )
    tools.project.write("plugins.yaml", "settings: {desk: {config: {lamp: on}}}\n")
    outcome = tools.call("desk.open")
    assert outcome.json == {"tool": "open", "config": {"lamp": "on"}}
    assert "loaded {'lamp': 'on'} ''" in outcome.stderr
    assert "unloaded" in outcome.stderr


def test_a_plugin_that_cannot_be_unloaded_fails_the_call(tools: Tools) -> None:
    text = (
        "    @register_plugin('desk')\n    class Desk(BaseToolPlugin):\n        tools = [ToolDefinition('open', '')]\n"
    )
    text += (
        "        def execute(self, tool_name, params, context): ...\n        def on_unload(self):\n            1 / 0\n"
    )
    tools.plugin("desk", text)
    outcome = tools.call("desk.open")
    assert outcome.exit_code == 1
    assert 'error: the plugin "desk" could not be unloaded: it raised ZeroDivisionError' in outcome.stderr


def test_a_plugin_that_is_refused_is_exit_code_3(tools: Tools) -> None:
    tools.plugin("broken", "    raise OSError('no licence')\n")
    outcome = tools.call("echo")
    assert (outcome.exit_code, outcome.stdout) == (3, "")
    assert "no licence" in outcome.stderr
    tolerant = tools.call("echo", AETHERFLOW_PLUGIN_STRICT="false")
    assert (tolerant.exit_code, "no licence" in tolerant.stderr) == (0, True)


def test_a_tool_whose_plugin_does_not_load_is_exit_code_3(tools: Tools) -> None:
    tools.plugin("broken", '    @register_tool("mend")\n    def mend(params): ...\n')
    outcome = tools.call("mend")
    assert outcome.exit_code == 3
    assert "is not f(params, ctx)" in outcome.stderr


def test_a_plugin_that_cannot_take_part_is_exit_code_3(tools: Tools) -> None:
    text = "    @register_plugin('desk')\n    class Desk(BasePlugin):\n"
    tools.plugin("desk", text + "        metadata = PluginMetadata('desk', '1', 'a', 'b')\n" + _on_load("1 / 0"))
    outcome = tools.call("echo")
    assert outcome.exit_code == 3
    assert 'the plugin "desk" cannot take part' in outcome.stderr


def _on_load(body: str) -> str:
    return f"        def on_load(self, context):\n            {body}\n"


def test_enterprise_calls_what_the_manifest_names_and_nothing_else(tools: Tools) -> None:
    (tools.project.root / "shop/tools.py").chmod(0o644)
    tools.project.write("manifest.yaml", "version: 1\nmode: enterprise\npaths: {plugins: [./shop]}\n")
    outcome = tools.call("echo", "--bundle-manifest", "manifest.yaml")
    assert outcome.exit_code == 0, outcome.stderr
    tools.project.write("manifest.yaml", "version: 1\nmode: enterprise\n")
    refused = tools.call("echo", "--bundle-manifest", "manifest.yaml")
    assert (refused.exit_code, 'there is no tool "echo"' in refused.stderr) == (2, True)


def test_a_call_that_hangs_ends_at_an_interrupt(tools: Tools) -> None:
    process = tools.project.start("tools", "call", "wait")
    waiting = tools.project.root / "waiting"
    _wait_for(waiting)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "interrupted by SIGINT" in errors
    assert "Traceback" not in errors


def _wait_for(path: Path) -> None:
    for _ in range(600):
        if path.exists():
            return
        time.sleep(0.05)
    raise AssertionError("the tool was not called")


def test_a_call_that_takes_too_long_is_told_at_its_end(tools: Tools) -> None:
    tools.project.write("plugins.yaml", "limits: {timeout_seconds: 0.1}\n")
    tools.plugin("slow", '    import time\n    @register_tool("nap")\n    def nap(params, ctx): time.sleep(0.3)\n')
    outcome = tools.call("nap")
    assert (outcome.exit_code, "limits.timeout_seconds allows 0.1 s" in outcome.stderr) == (1, True)


def test_a_secret_of_the_hook_is_there_and_masked(tools: Tools) -> None:
    hook = "def decode(value): ...\ndef expand_env(env):\n    return {'API_TOKEN': 'from-the-vault'}\n"
    tools.project.write("secrets_hook.py", hook)
    outcome = tools.call("token", AETHERFLOW_SECRETS_PATH="secrets_hook.py")
    assert outcome.json == {"token": "***", "list": ["***"]}
    assert "from-the-vault" not in outcome.stderr


def test_the_log_as_json_is_one_object_a_line(tools: Tools) -> None:
    outcome = tools.call("echo", AETHERFLOW_LOG_FORMAT="json")
    lines = [json.loads(line) for line in outcome.stderr.splitlines()]
    assert {line["type"] for line in lines} == {"log"}
    assert "logged" in [line["payload"]["message"] for line in lines]


def test_a_full_disk_behind_stdout_is_exit_code_2(tools: Tools) -> None:
    import subprocess

    from tests.support.project import COMMAND

    with open("/dev/full", "wb") as full:  # noqa: PTH123  # a device
        done = subprocess.run(
            [COMMAND, "tools", "call", "echo"],
            cwd=tools.project.root,
            env=tools.project.env,
            stdout=full,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    assert (done.returncode, b"Traceback" in done.stderr) == (2, False)


def test_a_tool_of_a_bundle_is_called_with_the_bundles_environment(project: Project) -> None:
    project.write("bundle/plugins/desk/it.py", SHOP)
    project.write("bundle/env/common.env", "API_TOKEN=from-the-bundle\nDAY=monday\n")
    project.write("bundle/plugins/day/it.py", DAY)
    project.write(
        "manifest.yaml",
        """
        version: 1
        mode: internal_fast
        bundle:
          id: orders
          source: {type: filesystem, location: ./bundle}
          layout: {plugins_dir: plugins}
        env_files: [env/common.env]
        """,
    )
    for path in (project.root, *project.root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    outcome = project.aetherflow("tools", "call", "day", "--bundle-manifest", "manifest.yaml")
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.json == {"day": "monday"}
    masked = project.aetherflow("tools", "call", "token", "--bundle-manifest", "manifest.yaml")
    assert masked.json["token"] == "***"


DAY = """
    from aetherflow.core.api import register_tool

    @register_tool("day")
    def day(params, ctx):
        return {"day": ctx.env["DAY"]}
"""


def test_in_enterprise_mode_no_plugin_takes_the_tool_of_another(project: Project) -> None:
    for name in ("one", "two"):
        project.write(f"{name}/it.py", CALC).chmod(0o644)
    manifest = "version: 1\nmode: enterprise\npaths: {plugins: [./one, ./two]}\n"
    project.write("manifest.yaml", manifest)
    outcome = project.aetherflow("tools", "call", "calc.add", "--bundle-manifest", "manifest.yaml")
    assert outcome.exit_code == 3
    assert 'the plugin "two" may not override the tool "tool.calc.add" of the plugin "one"' in outcome.stderr
    project.write("manifest.yaml", manifest + "trust: {overrides: [calc, tool.calc.add]}\n")
    allowed = project.aetherflow("tools", "call", "calc.add", "--bundle-manifest", "manifest.yaml")
    assert allowed.exit_code == 0, allowed.stderr


CALC = """
    from aetherflow.core.api import *

    @register_plugin("calc")
    class Calc(BaseToolPlugin):
        tools = [ToolDefinition("add", "Adds.")]
        def execute(self, tool_name, params, context): ...
"""


def test_doctor_tells_of_tools_that_look_like_others(project: Project) -> None:
    tools = [
        f'    @register_tool("{name}")\n    def f{number}(params, ctx): ...\n' for number, name in enumerate(ALIKE)
    ]
    project.write("shop/it.py", "    from aetherflow.core.api import *\n" + "".join(tools))
    outcome = project.aetherflow("plugins", "doctor", "--plugin-path", "shop", "--json")
    found = [each["message"] for each in outcome.json["diagnostics"] if each["code"] == "AF-P606"]
    assert found == [
        f'the tool "tool.shop.{ALIKE[1]}" of the plugin "shop" looks like the tool "tool.shop.add" of the plugin "shop"'
    ]


ALIKE = ("add", "\u0430dd")  # the second begins with a letter of another alphabet
