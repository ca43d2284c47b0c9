"""What a plugin registers is checked when it is loaded, before anything is called."""

from pathlib import Path
from textwrap import dedent, indent

import pytest

from tests.plugin_loading.plugin_files import findings, load_files, names

HEADER = """\
from abc import abstractmethod
from aetherflow.core.api import ConnectorBase, Step, register_connector, register_step
import msgspec
"""
FIRST_LINE = HEADER.count("\n")


def checked(folder: Path, code: str) -> list[tuple[str, str, str]]:
    """Load code below a few imports; places count from its own first line."""
    loaded = load_files(folder, {"steps.py": HEADER + code})
    assert names(loaded) == [] or not loaded.failures
    return [(found, _line(place), message) for found, place, message in findings(loaded)]


def _line(place: str) -> str:
    return str(int(place.split(":")[1]) - FIRST_LINE)


def step_class(body: str) -> str:
    return '@register_step("x")\nclass X(Step):\n' + indent(dedent(body).strip("\n"), "    ") + "\n"


def connector_class(body: str) -> str:
    head = '@register_connector(kind="db", driver="x")\nclass X(ConnectorBase):\n'
    return head + indent(dedent(body).strip("\n"), "    ") + "\n"


RUN = "def run(self, ctx, inputs): ...\n"
CONNECT = "def connect(self): ...\n"


@pytest.mark.parametrize(
    "code",
    [
        step_class(RUN),
        step_class("async def run(self, ctx, inputs): ..."),
        step_class("@staticmethod\ndef run(ctx, inputs): ..."),
        step_class("@classmethod\ndef run(cls, ctx, inputs): ..."),
        step_class("def run(self, *args, **more): ..."),
        step_class("def run(self, context, values, *, extra=1): ..."),
        step_class("input_schema = {'type': 'object'}\n" + RUN),
        step_class("class Inputs(msgspec.Struct):\n    a: int\ninput_schema = Inputs\n" + RUN),
        "class Base(Step):\n    def run(self, ctx, inputs): ...\n@register_step('x')\nclass X(Base): ...\n",
        "@register_step('x')\nclass Duck:\n    def run(self, ctx, inputs): ...\n",
        "@register_step('x')\ndef x(ctx, inputs): ...\n",
        "@register_step('x')\nasync def x(ctx, inputs=None, extra=2): ...\n",
        "import functools\nregister_step('x')(functools.partial(lambda more, ctx, inputs: None, 1))\n",
        connector_class(CONNECT),
        connector_class("def __init__(self, *, config, options): ...\n" + CONNECT),
        connector_class("def __init__(self, **given): ...\nasync def connect(self): ..."),
    ],
)
def test_what_keeps_its_contract_loads(tmp_path: Path, code: str) -> None:
    assert checked(tmp_path, code) == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            step_class("def execute(self): ..."),
            ("AF-P510", "2", 'the step type "x" has no run: the class X defines none'),
        ),
        (step_class("run = None"), ("AF-P510", "2", 'the step type "x" has no run: the class X defines none')),
        (
            step_class("\ndef run(self, inputs): ..."),
            (
                "AF-P511",
                "3",
                'the step type "x" has a run that is not run(self, ctx, inputs): too many positional arguments',
            ),
        ),
        (
            step_class("def run(self, ctx, inputs, more): ..."),
            (
                "AF-P511",
                "3",
                "the step type \"x\" has a run that is not run(self, ctx, inputs): missing a required argument: 'more'",
            ),
        ),
        (
            step_class("def run(self, ctx, inputs):\n    yield 1"),
            (
                "AF-P511",
                "3",
                'the step type "x" has a run that is not run(self, ctx, inputs): it yields, and must return',
            ),
        ),
        (
            step_class("def __init__(self, url): ...\n" + RUN),
            (
                "AF-P511",
                "2",
                "the step type \"x\" cannot be created without arguments: missing a required argument: 'url'",
            ),
        ),
        (
            "@register_step('x')\ndef x(inputs): ...\n",
            ("AF-P511", "2", 'the step type "x" is not x(ctx, inputs): too many positional arguments'),
        ),
        (
            connector_class("def open(self): ..."),
            ("AF-P512", "2", 'the connector "db:x" has no connect: the class X defines none'),
        ),
        (
            connector_class("def connect(self, url): ..."),
            (
                "AF-P513",
                "3",
                "the connector \"db:x\" has a connect that is not connect(self): missing a required argument: 'url'",
            ),
        ),
        (
            connector_class(CONNECT + "def __init__(self, config): ..."),
            (
                "AF-P513",
                "4",
                'the connector "db:x" cannot be created with config and options as keywords: '
                "got an unexpected keyword argument 'options'",
            ),
        ),
        (
            '@register_connector(kind="db", driver="x")\ndef x(config): ...\n',
            ("AF-P513", "2", 'the connector "db:x" is no sub-class of ConnectorBase'),
        ),
        (
            step_class("input_schema = {'type': 'text'}\n" + RUN),
            (
                "AF-P514",
                "2",
                'the input_schema of the step "x" is no JSON Schema: '
                "type: 'text' is not valid under any of the given schemas",
            ),
        ),
        (
            step_class("input_schema = int\n" + RUN),
            (
                "AF-P514",
                "2",
                'the input_schema of the step "x" is no JSON Schema: '
                "the class int is no msgspec Struct or dataclass: inputs are a mapping",
            ),
        ),
        (
            step_class("class Inputs(msgspec.Struct):\n    a: type\ninput_schema = Inputs\n" + RUN),
            (
                "AF-P514",
                "2",
                'the input_schema of the step "x" is no JSON Schema: the class Inputs is no msgspec Struct '
                "or dataclass that can be described: type <class 'type'> is not supported",
            ),
        ),
        (
            step_class("output_schema = ['a']\n" + RUN),
            ("AF-P514", "2", 'the output_schema of the step "x" is no JSON Schema: it is list, not a mapping'),
        ),
        (
            connector_class("config_schema = {'required': 'url'}\n" + CONNECT),
            (
                "AF-P514",
                "2",
                "the config_schema of the connector \"db:x\" is no JSON Schema: required: 'url' is not of type 'array'",
            ),
        ),
        (
            step_class("effects = 'none'\n" + RUN),
            ("AF-P516", "2", "the step type \"x\" says that its effects are 'none'"),
        ),
        (
            "@register_step\nclass X(Step): ...\n",
            ("AF-P504", "1", "register_step wants a text as the step type's name, found the class X"),
        ),
        (
            "@register_step(5)\nclass X(Step): ...\n",
            ("AF-P504", "1", "register_step wants a text as the step type's name, found 5"),
        ),
        ("register_step(' ')\n", ("AF-P504", "1", "register_step wants a text as the step type's name, found ' '")),
        (
            '@register_connector(kind="db", driver=None)\nclass X(ConnectorBase): ...\n',
            ("AF-P504", "1", "register_connector wants a text as driver, found None"),
        ),
        (
            "@register_step('a\\u202eb')\nclass X(Step): ...\n",
            (
                "AF-P504",
                "1",
                "the step cannot be called 'a\\u202eb': U+202E RIGHT-TO-LEFT OVERRIDE stands in it, as character 2",
            ),
        ),
        (
            "from aetherflow.core.contracts.marking import Mark, _collector\n"
            "_collector.get()(Mark('step', 'lo g', lambda ctx, inputs: {}))\n",
            ("AF-P504", "2", "the step cannot be called 'lo g': a blank stands in it, as character 3"),
        ),
        ("\nregister_step('x')(5)\n", ("AF-P504", "2", 'register_step wants a class or a function for "x", found int')),
    ],
)
def test_what_breaks_its_contract_is_refused(tmp_path: Path, code: str, expected: tuple[str, str, str]) -> None:
    assert checked(tmp_path, code) == [expected]


def test_the_hint_shows_the_decorator_that_was_given_the_wrong_thing(tmp_path: Path) -> None:
    code = "from aetherflow.core.api import register_hook\nregister_hook('before_step')(5)\n"
    (failure,) = load_files(tmp_path, {"hooks.py": code}).failures
    assert failure.diagnostic.message == 'register_hook wants a class or a function for "before_step", found int'
    assert failure.diagnostic.hint == 'write `@register_hook("before_step")` above a function'


def test_an_abstract_step_is_refused(tmp_path: Path) -> None:
    code = "from abc import ABC\n" + step_class(RUN + "@abstractmethod\ndef more(self): ...").replace(
        "Step)", "Step, ABC)"
    )
    assert checked(tmp_path, code) == [
        ("AF-P511", "3", 'the step type "x" cannot be created without arguments: it leaves more abstract')
    ]


def test_a_name_registered_twice_is_refused_at_the_second_place(tmp_path: Path) -> None:
    one = "from aetherflow.core.api import register_step\n@register_step('x')\ndef x(ctx, inputs): ...\n"
    loaded = load_files(tmp_path, {"a.py": one, "b.py": one, "c.py": one.replace("'x'", "'y'")})
    assert findings(loaded) == [("AF-P515", "b.py:3:5", 'the plugin registers the step "x" twice')]
    assert names(loaded) == ["x", "y"]
    assert loaded.failures[0].diagnostic.hint == f"it is registered at {tmp_path}/a.py:3: give one of them another name"


def test_a_place_is_the_name_that_doctor_points_at(tmp_path: Path) -> None:
    head = "@(lambda each: each)\n@register_step(\n    'x'\n)\nclass Grüße(Step):\n"
    code = f"{head}    @staticmethod\n    def run(ctx): ...\n"
    ((_, place, _),) = findings(load_files(tmp_path, {"steps.py": HEADER + code}))
    assert place == f"steps.py:{FIRST_LINE + 7}:9"
    ((_, place, _),) = findings(load_files(tmp_path / "2", {"steps.py": HEADER + code.replace("run", "ran")}))
    assert place == f"steps.py:{FIRST_LINE + 5}:7"


def test_attributes_that_raise_are_refused(tmp_path: Path) -> None:
    code = "class Meta(type):\n    @property\n    def effects(cls): raise ValueError\n"
    code += step_class(RUN).replace("(Step)", "(metaclass=Meta)")
    assert checked(tmp_path, code) == [
        ("AF-P517", "5", 'the step "x" cannot be looked at: an attribute of it raises ValueError')
    ]
