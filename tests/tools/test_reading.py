"""The tools of a plugin are known from its text, as far as they are literals; nothing is run."""

import textwrap
from pathlib import Path

import pytest

from aetherflow.core.plugins.contents import PluginContents
from aetherflow.core.plugins.contributions import provided_by
from aetherflow.core.plugins.loading.loader import load_plugin
from aetherflow.core.plugins.loading.snapshot import read_snapshot
from aetherflow.core.plugins.module_reading import Provided
from tests.plugin_doctor.examining import API, known, write

SEED = """
    @register_plugin("mine")
    class MyToolPlugin(BaseToolPlugin):
        @property
        def tools(self) -> list[ToolDefinition]:
            return [
                ToolDefinition(
                    name="my_tool",
                    description="Does something useful",
                    parameters={
                        "type": "object",
                        "properties": {
                            "input": {"type": "string"}
                        },
                        "required": ["input"]
                    }
                )
            ]

        async def execute(self, tool_name: str, params: dict, context: ToolContext) -> ToolResult:
            return ToolResult(success=True, data={"output": "processed"})
    """
NOTHING = {"type": "object", "properties": {}, "additionalProperties": False}
NUMBER = {"type": "object", "properties": {"n": {"type": "number"}}}


def contents(folder: Path, text: str, **files: str) -> PluginContents:
    path = write(folder / "acme", {"tools.py": API + textwrap.dedent(text), **files})
    return known(path).contents


def read(folder: Path, text: str) -> list[Provided]:
    found = contents(folder, text)
    assert found.is_complete
    return [each for each in found.provides if each.kind == "tool"]


def loaded(folder: Path) -> list[Provided]:
    provides = provided_by(load_plugin(read_snapshot(known(folder / "acme").source)))
    return [each for each in provides if each.kind == "tool"]


READABLE = [
    (SEED, [("tool.mine.my_tool", "Does something useful")]),
    ('@register_tool("add")\ndef add(params, ctx):\n    """Adds.\n\n    More."""\n', [("tool.acme.add", "Adds.")]),
    (
        '@register_tool("add", description="Sums up.")\ndef add(params, ctx):\n    """Adds."""\n',
        [("tool.acme.add", "Sums up.")],
    ),
    (
        """
        N = {"n": {"type": "number"}}
        ADD = ToolDefinition("add", "Adds.", {"properties": N})
        class Base(BaseToolPlugin):
            tools = (ADD, ToolDefinition(name="sub" + "tract", description="Subtracts."))
            def execute(self, tool_name, params, context): ...
        @register_plugin("calc")
        class Calc(Base): ...
        """,
        [("tool.calc.add", "Adds."), ("tool.calc.subtract", "Subtracts.")],
    ),
    (
        """
        TOOLS = [ToolDefinition("add", "Adds.")]
        class Calc(BaseToolPlugin):
            tools = TOOLS
            def execute(self, tool_name, params, context): ...
        register_plugin("one")(Calc)
        register_plugin("two")(Calc)
        """,
        [("tool.one.add", "Adds."), ("tool.two.add", "Adds.")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), READABLE)
def test_the_text_tells_what_the_load_registers(text: str, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    found = read(tmp_path, text)
    assert [(each.name, each.summary) for each in found] == expected
    by_load = loaded(tmp_path)
    assert [(each.name, each.summary, each.input_schema, each.line, each.owner) for each in found] == [
        (each.name, each.summary, each.input_schema, each.line, each.owner) for each in by_load
    ]


@pytest.mark.parametrize(
    ("parameters", "schema"),
    [
        ("", NOTHING),
        (", parameters={}", NOTHING),
        (', parameters={"properties": {"n": {"type": "number"}}}', NUMBER),
        (', parameters={"type": "object", "properties": {"n": {"type": "number"}}}', NUMBER),
    ],
)
def test_the_parameters_are_the_schema_of_a_mapping(parameters: str, schema: object, tmp_path: Path) -> None:
    (found,) = read(tmp_path, f'@register_tool("add"{parameters})\ndef add(params, ctx): ...\n')
    assert found.input_schema == schema
    assert [each.input_schema for each in loaded(tmp_path)] == [schema]


def test_a_schema_that_is_no_literal_is_known_when_the_plugin_runs(tmp_path: Path) -> None:
    tool = '@register_tool("add", parameters=P)\ndef add(params, ctx): ...\n'
    text = 'P = dict(properties={"n": {"type": "number"}})\n' + tool
    (found,) = read(tmp_path, text)
    assert (found.input_schema, found.unread) == (None, ("input_schema",))
    assert [each.input_schema for each in loaded(tmp_path)] == [NUMBER]


@pytest.mark.parametrize(
    ("tools", "reason"),
    [
        ("tools = make()", "its tools are no list of literals"),
        ("tools = [make()]", "it is no ToolDefinition(…)"),
        ("tools = [ToolDefinition(make(), '')]", "its name is no literal"),
        ("tools = [*make()]", "it is no ToolDefinition(…)"),
        ("tools = [ToolDefinition(**make())]", "its name is no literal"),
        ("@property\n    def tools(self):\n        self.x = 1\n        return []", "its tools are no list of literals"),
        ("def tools(self):\n        return []", "its tools are no list of literals"),
    ],
)
def test_what_is_no_literal_is_told_as_known_only_when_it_runs(tools: str, reason: str, tmp_path: Path) -> None:
    found = contents(tmp_path, f'@register_plugin("calc")\nclass Calc(BaseToolPlugin):\n    {tools}\n')
    (finding,) = found.diagnostics
    assert finding.code == "AF-P140"
    assert finding.message.endswith(reason)
    assert [each.name for each in found.provides] == ["calc"]


def test_a_base_from_elsewhere_may_list_tools(tmp_path: Path) -> None:
    text = "from base import Base\n@register_plugin('calc')\nclass Calc(Base): ...\n"
    base = API + "class Base(BaseToolPlugin):\n    tools = [ToolDefinition('add', '')]\n"
    found = contents(tmp_path, text, **{"base.py": base})
    assert [finding.message.rpartition(": ")[2] for finding in found.diagnostics] == [
        "a base from elsewhere may list tools"
    ]


def test_a_plugin_without_tools_may_have_an_attribute_of_that_name(tmp_path: Path) -> None:
    text = "@register_plugin('desk')\nclass Desk(BasePlugin):\n    tools = make()\n"
    assert contents(tmp_path, text).is_complete


def test_a_class_among_its_own_bases_lists_nothing(tmp_path: Path) -> None:
    text = "@register_plugin('calc')\nclass Calc(Other): ...\nclass Other(Calc): ...\n"
    assert [each.name for each in contents(tmp_path, text).provides] == ["calc"]


def test_what_is_no_literal_is_taken_from_the_plugin_manifest(tmp_path: Path) -> None:
    manifest = """
        name: acme
        provides:
          - {kind: plugin, name: calc}
          - {kind: tool, name: tool.calc.add, description: Adds., input_schema: {type: object}}
        """
    text = "@register_plugin('calc')\nclass Calc(BaseToolPlugin):\n    tools = make()\n"
    found = contents(tmp_path, text, **{"aetherflow-plugin.yaml": manifest})
    assert found.is_complete
    assert [(each.name, each.summary, each.input_schema) for each in found.provides] == [
        ("calc", "", None),
        ("tool.calc.add", "Adds.", {"type": "object"}),
    ]


def test_the_tools_of_functions_are_called_by_the_name_in_the_plugin_manifest(tmp_path: Path) -> None:
    text = "@register_tool('add')\ndef add(params, ctx): ...\n"
    found = contents(tmp_path, text, **{"aetherflow-plugin.yaml": "name: adder\n"})
    assert [each.name for each in found.provides] == ["tool.adder.add"]
    assert [each.name for each in loaded(tmp_path)] == ["tool.adder.add"]


def test_code_that_was_recorded_under_another_plugins_name_is_read_anew(tmp_path: Path) -> None:
    from aetherflow.core.plugins.contents import contents_of
    from aetherflow.core.plugins.static_reading import read_module

    text = API + "for n in 'a':\n    register_tool(n)(lambda params, ctx: None)\n"
    source = known(write(tmp_path / "acme", {"tools.py": text})).source
    recorded = (Provided(kind="tool", name="tool.other.a", file="tools.py", line=3),)
    found = contents_of(source, lambda file: read_module(file, text.encode()), lambda: recorded)
    assert (found.provides, found.is_complete) == ((), False)


def test_a_manifest_that_declares_a_tool_by_another_name_than_its_step_type_is_told(tmp_path: Path) -> None:
    files = {
        "tools.py": API + "@register_tool('add')\ndef add(params, ctx): ...\n",
        "aetherflow-plugin.yaml": "name: acme\nprovides: [{kind: tool, name: add}]\n",
    }
    found = known(write(tmp_path / "acme", files)).source.diagnostics
    (finding,) = [each for each in found if each.code == "AF-P213"]
    assert (finding.message, finding.hint, finding.path) == (
        'a tool is declared by its step type, and "add" is none of a tool',
        'write it as flows do, such as "tool.acme.add"',
        ("provides", 0, "name"),
    )
