"""What is registered as tools is judged before a run: in the text by `doctor`, and when the plugin is loaded."""

from pathlib import Path

import pytest

from tests.plugin_doctor.examining import API, told
from tests.plugin_loading.plugin_files import findings, load_files

TOOL = '@register_tool("add")\n'
CALC = '@register_plugin("calc")\nclass Calc(BaseToolPlugin):\n'
EXECUTE = "    async def execute(self, tool_name, params, context): ...\n"


def with_parameters(parameters: str) -> str:
    return f'@register_tool("add", parameters={parameters})\ndef add(params, ctx): ...\n'


def listing(*tools: str) -> str:
    return CALC + f"    tools = [{', '.join(tools)}]\n" + EXECUTE


WRONG = [
    (
        TOOL + "def f(params): ...\n",
        "AF-P552",
        'tool "tool.acme.add" is not f(params, ctx): too many positional arguments',
    ),
    (TOOL + "def f(a, b, c): ...\n", "AF-P552", "is not f(params, ctx): missing a required argument: 'c'"),
    (TOOL + "async def f(params, ctx): yield\n", "AF-P552", "is not f(params, ctx): it yields, and must return"),
    (TOOL + "class F: ...\n", "AF-P552", "is a class, and no function"),
    (with_parameters('{"type": "array"}'), "AF-P552", 'has parameters of type "array", and they are an object'),
    (
        with_parameters('{"properties": {"a": {"type": "nmber"}}}'),
        "AF-P514",
        'the parameters of the tool "tool.acme.add" are no JSON Schema: '
        "properties.a.type: 'nmber' is not valid under any of the given schemas",
    ),
    (CALC + "    tools = []\n", "AF-P550", 'the plugin "calc" has no execute: the class Calc defines none'),
    (
        CALC + "    def execute(self, tool_name): ...\n",
        "AF-P550",
        "has an execute that is not execute(self, tool_name, params, context): too many positional arguments",
    ),
    (
        listing('ToolDefinition("add", "Adds", {"type": "string"})'),
        "AF-P552",
        'the tool "tool.calc.add" has parameters of type "string", and they are an object',
    ),
    (with_parameters('["n"]'), "AF-P552", 'the tool "tool.acme.add" has parameters of type list, and no mapping'),
    (with_parameters('"n"'), "AF-P552", "has parameters of type str, and no mapping"),
    (
        listing('ToolDefinition("add", "Adds", None)'),
        "AF-P552",
        'the tool "tool.calc.add" has parameters of type NoneType, and no mapping',
    ),
    (listing('"add"'), "AF-P551", 'the plugin "calc" has a value of type str among its tools, as number 1'),
    (
        CALC + "    tools = {}\n" + EXECUTE,
        "AF-P551",
        'the plugin "calc" has tools of type dict: they are a list of ToolDefinition',
    ),
    (
        CALC + "    @property\n    def tools(self):\n        return [ToolDefinition('a', ''), {}]\n" + EXECUTE,
        "AF-P551",
        'the plugin "calc" has a value of type dict among its tools, as number 2',
    ),
    (
        listing('ToolDefinition("add", "Adds")', 'ToolDefinition("add", "Adds")'),
        "AF-P515",
        'the plugin registers the tool "tool.calc.add" twice',
    ),
]


@pytest.mark.parametrize(("text", "code", "problem"), WRONG)
def test_the_text_and_the_load_tell_the_same_fault(text: str, code: str, problem: str, tmp_path: Path) -> None:
    (read,) = told(tmp_path, API + text)
    _, _, said = read.partition(f"error {code}: ")
    assert said.endswith(problem)
    ((found, _, message),) = findings(load_files(tmp_path / "acme", {"steps.py": API + text}))
    assert (found, message) == (code, said)


RIGHT = [
    TOOL + "def f(params, ctx): ...\n",
    TOOL + "async def f(*given): ...\n",
    TOOL + '@register_tool("subtract")\ndef f(params, ctx): ...\n',
    listing('ToolDefinition("add", "Adds")', 'ToolDefinition("subtract", "Subtracts", {})'),
    CALC + "    @property\n    def tools(self):\n        return []\n" + EXECUTE,
    CALC + EXECUTE,
    "class Base(BaseToolPlugin):\n" + EXECUTE + '@register_plugin("calc")\nclass Calc(Base): ...\n',
]


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_has_no_finding(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, API + text) == []
    assert findings(load_files(tmp_path / "loaded", {"steps.py": API + text})) == []


@pytest.mark.parametrize(
    ("tools", "problem"),
    [
        ('["add"]', "has a value of type str among its tools, as number 1"),
        ("[ToolDefinition(7, 'Adds')]", "has a tool without a name, as number 1"),
        ("[ToolDefinition('', 'Adds')]", "has a tool without a name, as number 1"),
        ("{}", "has tools of type dict: they are a list of ToolDefinition"),
        ("7", "has tools of type int: they are a list of ToolDefinition"),
        ("[ToolDefinition(str(n), '') for n in range(1001)]", "has 1,001 tools, and 1,000 are the most"),
    ],
)
def test_what_is_no_list_of_tools_is_refused_when_it_is_loaded(tools: str, problem: str, tmp_path: Path) -> None:
    text = API + CALC + f"    tools = {tools}\n" + EXECUTE
    assert findings(load_files(tmp_path, {"steps.py": text})) == [
        ("AF-P551", "steps.py:3:7", f'the plugin "calc" {problem}')
    ]


@pytest.mark.parametrize(
    ("definition", "problem"),
    [
        ("'add', None", "has a description of type NoneType, and no text"),
        ("'add', 'Adds', [1]", "has parameters of type list, and no mapping"),
        ("'add', 'Adds', {'properties': {1: object()}}", "has parameters that are no JSON"),
        ("'add', 'Adds', ENDLESS", "has parameters that are no JSON"),
        ("'a d', 'Adds'", "the tool cannot be called 'tool.calc.a d': a blank stands in it, as character 12"),
    ],
)
def test_a_wrong_definition_is_refused_when_it_is_loaded(definition: str, problem: str, tmp_path: Path) -> None:
    text = API + "ENDLESS = {}\nENDLESS['more'] = ENDLESS\n" + listing(f"ToolDefinition({definition})")
    ((_, _, message),) = findings(load_files(tmp_path, {"steps.py": text}))
    assert problem in message


def test_a_property_that_fails_is_told_at_its_line(tmp_path: Path) -> None:
    text = API + CALC + "    @property\n    def tools(self):\n        raise SystemExit('no tools today')\n" + EXECUTE
    assert findings(load_files(tmp_path, {"steps.py": text})) == [
        ("AF-P551", "steps.py:6:9", 'the plugin "calc" cannot say its tools: SystemExit: no tools today')
    ]


def test_a_plugin_that_has_no_object_is_told_of_that_alone(tmp_path: Path) -> None:
    text = (
        API
        + CALC
        + "    def __init__(self, x): ...\n    @property\n    def tools(self):\n        return []\n"
        + EXECUTE
    )
    ((code, _, message),) = findings(load_files(tmp_path, {"steps.py": text}))
    assert (code, message) == (
        "AF-P524",
        "the plugin \"calc\" cannot be created without arguments: missing a required argument: 'x'",
    )


def test_a_decorator_without_parentheses_is_told_with_how_it_is_written(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, {"steps.py": API + "@register_tool\ndef add(params, ctx): ...\n"})
    (failure,) = loaded.failures
    assert failure.diagnostic.message == "register_tool wants a text as the tool's name, found the function add"
    assert failure.diagnostic.hint == 'write `@register_tool("name", parameters={…})` above a function'


@pytest.mark.parametrize("base", ["BasePlugin", "BaseToolPlugin"])
def test_a_class_that_is_registered_nowhere_is_told(base: str, tmp_path: Path) -> None:
    text = API + f"class Calc({base}):\n    def on_load(self, context): ...\n"
    assert told(tmp_path, text, apart=frozenset()) == [
        "steps.py:2:7 'Calc' warning AF-P539: the plugin \"acme\" registers nothing"
    ]
