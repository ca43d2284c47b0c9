"""Contracts of steps and connectors, seen in the text: in the words that loading uses."""

from pathlib import Path

import pytest

from tests.plugin_doctor.examining import API, told

STEP = f"{API}@register_step('x')\n"
CONNECTOR = f"{API}@register_connector(kind='db', driver='my')\n"


def class_(head: str, *lines: str) -> str:
    return f"{head}\n" + "".join(f"    {line}\n" for line in lines or ("...",))


@pytest.mark.parametrize(
    "text",
    [
        class_(STEP + "class A(Step):"),
        class_(STEP + "class A:"),
        class_(STEP + "class A(Step):", "def execute(self, ctx, inputs): ..."),
        class_(f"{API}class B(Step):") + "@register_step('x')\nclass A(B): ...\n",
        class_(STEP + "class A(Step, object):"),
        "import abc\nfrom aetherflow.core import api\n@api.register_step('x')\nclass A(abc.ABC, api.Step): ...\n",
        f"from typing import *\n{API}@register_step('x')\nclass A(Step, Generic[T]): ...\n",
    ],
)
def test_a_step_class_without_run_is_told_at_its_name(text: str, tmp_path: Path) -> None:
    (line,) = told(tmp_path, text)
    assert line.partition(" ")[2] == ("'A' error AF-P510: the step type \"x\" has no run: the class A defines none")


@pytest.mark.parametrize(
    "text",
    [
        class_(STEP + "class A(Step):", "def run(self, ctx, inputs): ..."),
        class_(STEP + "class A(Step):", "async def run(self, ctx, inputs): ..."),
        class_(STEP + "class A(Step):", "run = make()"),
        class_(STEP + "class A(Step):", "from other import run"),
        class_(STEP + "class A(Step): ...\nA.run = make()\nif 1:"),
        class_(STEP + "class A(Step):", "if x:", "    def run(self, ctx, inputs): ...", "else:", "    run = y"),
        class_(f"{API}class B(Step):", "def run(self, ctx, inputs): ...") + "@register_step('x')\nclass A(B): ...\n",
        class_("from other import Base\n" + STEP + "class A(Base):"),
        class_(f"def make_base(): ...\n{STEP}class A(make_base()):"),
        class_(STEP + "class A(Step, metaclass=M):"),
        class_(f"{API}other = make()\n@other\n@register_step('x')\nclass A(Step):"),
        class_(f"{API}B = Step\nB = make(B)\n@register_step('x')\nclass A(B):"),
        class_(f"{API}class A(Step):"),
    ],
)
def test_a_step_class_with_run_or_an_unknown_base_is_fine(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, text) == []


def test_bases_are_followed_through_the_modules_of_the_plugin(tmp_path: Path) -> None:
    files = {
        "steps.py": f"{API}from .base import Base\nimport other as o\n@register_step('x')\nclass A(Base): ...\n"
        "@register_step('y')\nclass B(o.Full): ...\n",
        "base.py": "from deep.more import Base\n",
        "deep/more.py": f"{API}class Base(Step): ...\n",
        "other.py": f"{API}class Full(Step):\n    def run(self, ctx, inputs): ...\n",
    }
    assert told(tmp_path, files) == [
        "steps.py:5:7 'A' error AF-P510: the step type \"x\" has no run: the class A defines none"
    ]


def test_a_circle_of_bases_ends(tmp_path: Path) -> None:
    text = f"{API}class B(C): ...\nclass C(B): ...\n@register_step('x')\nclass A(C): ...\n"
    assert [line.partition(":")[0] for line in told(tmp_path, text)] == ["steps.py"]


@pytest.mark.parametrize(
    ("signature", "problem"),
    [
        ("self", "too many positional arguments"),
        ("self, ctx", "too many positional arguments"),
        ("self, ctx, inputs, more", "missing a required argument: 'more'"),
        ("self, ctx, *, inputs", "too many positional arguments"),
        ("self, ctx, inputs, *, more", "missing a required argument: 'more'"),
    ],
)
def test_a_run_of_another_form_is_told_at_its_name(signature: str, problem: str, tmp_path: Path) -> None:
    text = class_(STEP + "class A(Step):", f"def run({signature}): ...")
    assert told(tmp_path, text) == [
        f"steps.py:4:9 'run' error AF-P511: the step type \"x\" has a run that is not run(self, ctx, inputs): {problem}"
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ("def run(self, ctx, inputs, more=1, **rest): ...",),
        ("def run(self, *arguments): ...",),
        ("def run(self, context, /, values): ...",),
        ("@staticmethod", "def run(ctx, inputs): ..."),
        ("@classmethod", "def run(cls, ctx, inputs): ..."),
        ("wrapped = make()", "@wrapped", "def run(anything): ..."),
        ("def run(self, ctx, inputs):", "    def inner(): yield", "    return [(yield_, 1) for yield_ in ()]"),
        ("def __init__(self, more=1): ...", "def run(self, ctx, inputs): ..."),
    ],
)
def test_a_run_that_can_be_called_is_fine(lines: tuple[str, ...], tmp_path: Path) -> None:
    assert told(tmp_path, class_(STEP + "class A(Step):", *lines)) == []


def test_a_run_that_yields_is_told(tmp_path: Path) -> None:
    text = class_(STEP + "class A(Step):", "async def run(self, ctx, inputs):", "    for i in inputs: yield i")
    assert told(tmp_path, text) == [
        "steps.py:4:15 'run' error AF-P511: the step type \"x\" has a run that is not run(self, ctx, inputs): it "
        "yields, and must return"
    ]


def test_a_step_class_that_wants_arguments_is_told(tmp_path: Path) -> None:
    text = class_(STEP + "class A(Step):", "def __init__(self, a): ...", "def run(self, ctx, inputs): ...")
    assert told(tmp_path, text) == [
        "steps.py:3:7 'A' error AF-P511: the step type \"x\" cannot be created without arguments: missing a required "
        "argument: 'a'"
    ]


@pytest.mark.parametrize(
    ("definition", "problem"),
    [
        ("def f(inputs): ...", "too many positional arguments"),
        ("async def f(ctx, inputs, more): ...", "missing a required argument: 'more'"),
        ("def f(ctx, inputs): yield 1", "it yields, and must return"),
    ],
)
def test_a_step_function_of_another_form_is_told(definition: str, problem: str, tmp_path: Path) -> None:
    (line,) = told(tmp_path, f"{STEP}{definition}\n")
    assert line.partition(" ")[2] == f"'f' error AF-P511: the step type \"x\" is not x(ctx, inputs): {problem}"


@pytest.mark.parametrize(
    "text",
    [
        f"{STEP}def f(ctx, inputs): ...\n",
        f"{STEP}def f(*arguments): ...\n",
        f"wrapped = make()\n{STEP}@wrapped\ndef f(anything): ...\n",
        f"{API}def f(anything): ...\n",
    ],
)
def test_a_step_function_that_can_be_called_is_fine(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, text) == []


CONNECT = "def connect(self): ..."
CLOSE = "def close(self): ..."


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            class_(CONNECTOR + "class A(ConnectorBase):", "def open(self): ...", CLOSE),
            "steps.py:3:7 'A' error AF-P512: the connector \"db:my\" has no connect: the class A defines none",
        ),
        (
            class_(CONNECTOR + "class A(ConnectorBase):", "def connect(self, url): ...", CLOSE),
            "steps.py:4:9 'connect' error AF-P513: the connector \"db:my\" has a connect that is not connect(self): "
            "missing a required argument: 'url'",
        ),
        (
            class_(CONNECTOR + "class A(ConnectorBase):", "def __init__(self, url): ...", CONNECT, CLOSE),
            "steps.py:4:9 '__init__' error AF-P513: the connector \"db:my\" cannot be created with config and options "
            "as keywords: missing a required argument: 'url'",
        ),
        (
            class_(CONNECTOR + "class A:", CONNECT, CLOSE),
            "steps.py:3:7 'A' error AF-P513: the connector \"db:my\" is no sub-class of ConnectorBase",
        ),
        (
            f"{CONNECTOR}def f(config, options): ...\n",
            "steps.py:3:5 'f' error AF-P513: the connector \"db:my\" is no sub-class of ConnectorBase",
        ),
        (
            class_(CONNECTOR + "class A(ConnectorBase):", CONNECT),
            "steps.py:3:7 'A' note AF-P533: the connector \"db:my\" has no close: what connect opens stays open until "
            "the process ends",
        ),
    ],
)
def test_a_connector_that_is_none_is_told(text: str, finding: str, tmp_path: Path) -> None:
    assert told(tmp_path, text) == [finding]


@pytest.mark.parametrize(
    "text",
    [
        class_(CONNECTOR + "class A(ConnectorBase):", CONNECT, CLOSE),
        class_(CONNECTOR + "class A(ConnectorBase):", "def __init__(self, *, config, options): ...", CONNECT, CLOSE),
        class_(CONNECTOR + "class A(ConnectorBase):", "def __init__(self, **both): ...", CONNECT, CLOSE),
        class_(f"{API}class B(ConnectorBase):", CONNECT, CLOSE)
        + "@register_connector(kind='db', driver='my')\nclass A(B): ...\n",
        class_("from other import Base\n" + CONNECTOR + "class A(Base):"),
        class_("from other import Base\n" + CONNECTOR + "class A(Base, ConnectorBase):"),
        class_(f"{API}class A(ConnectorBase):"),
    ],
)
def test_a_connector_with_all_it_needs_is_fine(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, text) == []


RUN = "def run(self, ctx, inputs): ..."


@pytest.mark.parametrize(
    ("line", "place", "problem"),
    [
        ('input_schema = {"type": "text"}', '4:20 \'{"type": "text"}\'', "type: 'text' is not valid under any of"),
        ("input_schema = 'text'", "4:20 \"'text'\"", "it is str, not a mapping"),
        ("output_schema = [1]", "4:21 '[1]'", "it is list, not a mapping"),
    ],
)
def test_a_schema_that_is_none_is_told(line: str, place: str, problem: str, tmp_path: Path) -> None:
    (found,) = told(tmp_path, class_(STEP + "class A(Step):", line, RUN))
    attribute = line.partition(" ")[0]
    assert found.startswith(
        f'steps.py:{place} error AF-P514: the {attribute} of the step "x" is no JSON Schema: {problem}'
    )


@pytest.mark.parametrize(
    "line",
    [
        'input_schema = {"type": "object"}',
        "input_schema = Record",
        "input_schema = None",
        "input_schema = {**make()}",
        'config_schema = {"type": "text"}',
    ],
)
def test_a_schema_or_record_is_fine(line: str, tmp_path: Path) -> None:
    assert told(tmp_path, class_(STEP + "class A(Step):", line, RUN)) == []


def test_a_schema_of_a_connector_is_looked_at(tmp_path: Path) -> None:
    text = class_(CONNECTOR + "class A(ConnectorBase):", "options_schema = 1", CONNECT, CLOSE)
    assert told(tmp_path, text) == [
        "steps.py:4:22 '1' error AF-P514: the options_schema of the connector \"db:my\" is no JSON Schema: it is int, "
        "not a mapping"
    ]


FUNCTION = STEP + "def x(ctx, inputs): ...\n"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (
            'x.input_schema = {"type": []}',
            'steps.py:4:18 \'{"type": []}\' error AF-P514: the input_schema of the step "x" is no JSON Schema: ',
        ),
        (
            "x.output_schema = 1",
            "steps.py:4:19 '1' error AF-P514: the output_schema of the step \"x\" is no JSON Schema: ",
        ),
        ("x.effects = 'none'", 'steps.py:4:13 "\'none\'" error AF-P516: the step type "x" says that its effects are '),
    ],
)
def test_what_a_function_is_given_below_it_is_looked_at(line: str, found: str, tmp_path: Path) -> None:
    (finding,) = told(tmp_path, FUNCTION + line + "\n")
    assert finding.startswith(found)


def test_a_function_that_is_given_what_it_needs_is_fine(tmp_path: Path) -> None:
    assert told(tmp_path, f'{FUNCTION}x.effects = "once"\nx.input_schema = {{"type": "object"}}\n') == []


def test_unknown_effects_are_told(tmp_path: Path) -> None:
    assert told(tmp_path, class_(STEP + "class A(Step):", "effects = 'none'", RUN)) == [
        "steps.py:4:15 \"'none'\" error AF-P516: the step type \"x\" says that its effects are 'none'"
    ]
    assert told(tmp_path, class_(STEP + "class A(Step):", "effects = 'once'", RUN)) == []


def test_a_name_that_two_places_register_is_told_at_the_second(tmp_path: Path) -> None:
    files = {"a.py": f"{STEP}def f(ctx, inputs): ...\n", "b.py": f"{STEP}def g(ctx, inputs): ...\n"}
    assert told(tmp_path, files) == ["b.py:3:5 'g' error AF-P515: the plugin registers the step \"x\" twice"]


def test_two_branches_may_register_one_name(tmp_path: Path) -> None:
    branch = "    @register_step('x')\n    def f(ctx, inputs): ...\n"
    assert told(tmp_path, f"{API}if y:\n{branch}else:\n{branch}") == []


def test_a_step_and_a_connector_may_have_one_name(tmp_path: Path) -> None:
    connector = class_(
        "@register_connector(kind='x', driver='x')\nclass C(ConnectorBase):",
        "def connect(self): ...",
        "close = connect",
    )
    assert told(tmp_path, f"{STEP}def f(ctx, inputs): ...\n{connector}") == []
