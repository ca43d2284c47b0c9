"""`aetherflow tools list` tells of the tools that can be called, and runs no plugin for it."""

import pytest

from tests.support.project import Project

SHOP = '''
    from aetherflow.core.api import *

    raise SystemExit("this must never run")

    NUMBER = {"type": "number", "description": "What."}
    @register_tool("add", parameters={"properties": {"n": NUMBER}, "required": ["n"]})
    def add(params, ctx):
        """Adds things up."""

    @register_plugin("desk")
    class Desk(BaseToolPlugin):
        tools = [ToolDefinition("open", "Opens the desk.")]
        def execute(self, tool_name, params, context): ...
'''


@pytest.fixture
def shop(project: Project) -> Project:
    """Give a project with a plugin of two tools."""
    project.write("shop/tools.py", SHOP)
    project.env["AETHERFLOW_PLUGIN_PATHS"] = "shop"
    return project


def test_each_tool_has_a_line(shop: Project) -> None:
    outcome = shop.aetherflow("tools", "list")
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert outcome.stdout == ("tool.desk.open  shop  Opens the desk.\ntool.shop.add   shop  Adds things up.\n")


def test_verbose_says_what_each_takes(shop: Project) -> None:
    assert shop.aetherflow("tools", "list", "--verbose").stdout == (
        "tool.desk.open  shop  Opens the desk.\n"
        "tool.shop.add   shop  Adds things up.\n"
        "    n  a number, required  What.\n"
    )


def test_json_has_the_schema_and_the_place(shop: Project) -> None:
    listed = shop.aetherflow("tools", "list", "--json").json
    assert (listed["mode"], listed["unread"]) == ("internal_fast", [])
    assert listed["tools"][1] == {
        "name": "tool.shop.add",
        "plugin": "shop",
        "description": "Adds things up.",
        "parameters": {
            "type": "object",
            "properties": {"n": {"type": "number", "description": "What."}},
            "required": ["n"],
        },
        "file": str(shop.root / "shop/tools.py"),
        "line": 6,
    }


def test_without_tools_the_list_says_so(project: Project) -> None:
    assert project.aetherflow("tools", "list").stdout == (
        "no tools: `aetherflow plugins list` shows what plugins register\n"
    )
    assert project.aetherflow("tools", "list", "--json").json["tools"] == []


def test_plugins_that_may_have_more_are_named(shop: Project) -> None:
    shop.write("other/it.py", "    from aetherflow.core.api import *\n    register_tool(input())(print)\n")
    outcome = shop.aetherflow("tools", "list", "--plugin-path", "other")
    assert outcome.stderr == 'warning: plugins may have more tools, which are only known when they run: "other"\n'
    assert shop.aetherflow("tools", "list", "--plugin-path", "other", "--json").json["unread"] == ["other"]


def test_secrets_in_descriptions_are_masked(shop: Project) -> None:
    outcome = shop.aetherflow("tools", "list", API_TOKEN="Opens the desk.")
    assert "Opens" not in outcome.stdout


def test_tools_stand_among_what_plugins_register(shop: Project) -> None:
    assert "  tool       tool.desk.open    Opens the desk." in shop.aetherflow("plugins", "list").stdout
    why = shop.aetherflow("plugins", "why", "tool.shop.add").stdout
    assert why.startswith("tool tool.shop.add\n  Adds things up.\n  registered at  shop/tools.py:6\n")
    assert "n  a number, required  What." in why


def test_editors_are_told_of_tools(shop: Project) -> None:
    schema = shop.aetherflow("schema", "flow").stdout
    assert '"tool.shop.add"' in schema
    assert "Adds things up." in schema


@pytest.mark.parametrize("words", [("tools",), ("tools", "cal"), ("tools", "call")])
def test_words_that_name_no_command_are_exit_code_2(words: tuple[str, ...], project: Project) -> None:
    outcome = project.aetherflow(*words)
    assert (outcome.exit_code, outcome.stdout) == (2, "")


@pytest.mark.parametrize("name", ["list", "call"])
def test_help_has_examples(name: str, project: Project) -> None:
    outcome = project.aetherflow("tools", name, "--help")
    assert outcome.exit_code == 0
    assert "Examples:" in outcome.stdout
    assert all(len(line) <= 80 for line in outcome.stdout.splitlines())
