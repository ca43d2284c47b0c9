"""What keeps a plugin from being loaded, seen in its text: names and modules that are nowhere, misused decorators."""

from pathlib import Path

import pytest

from aetherflow.core.contracts.diagnostic import Diagnostic
from tests.plugin_doctor.examining import examined, shown, told, write
from tests.support.decorators import REGISTERING_DECORATORS

NO_MORE = frozenset[str]()
FUNCTION = "def greet(ctx, inputs): ...\n"
IMPORT = "from aetherflow.core.api import register_step\n"
GOOD = f"{IMPORT}@register_step('good')\n{FUNCTION}"


def found(folder: Path, text: str) -> Diagnostic:
    """Give the one finding about a module."""
    (finding,) = examined(write(folder / "acme", {"steps.py": text}), apart=NO_MORE)
    return finding


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        (
            "@register_step('greet')\n" + FUNCTION,
            "steps.py:1:2 'register_step' error AF-P537: "
            'the decorator "register_step" is defined nowhere in the module',
            "write `from aetherflow.core.api import register_step`",
        ),
        (
            f"{IMPORT}@register_step('greet')\nclass Greet(Step):\n    def run(self, ctx, inputs): ...\n",
            "steps.py:3:13 'Step' error AF-P537: the base class \"Step\" is defined nowhere in the module",
            "write `from aetherflow.core.api import Step`",
        ),
        (
            GOOD + "class Greet:\n    @logged\n    def run(self): ...\n",
            "steps.py:5:6 'logged' error AF-P537: the decorator \"logged\" is defined nowhere in the module",
            "import it, or define it above",
        ),
        (
            "from aetherflow.core.api import *\n@register_executor('before')\n" + FUNCTION,
            "steps.py:2:2 'register_executor' error AF-P537: "
            'the decorator "register_executor" is defined nowhere in the module',
            f"this version registers by {REGISTERING_DECORATORS}",
        ),
    ],
)
def test_a_decorator_or_base_that_nothing_defines_is_told(text: str, line: str, hint: str, tmp_path: Path) -> None:
    finding = found(tmp_path, text)
    assert (shown(finding), finding.hint) == (line, hint)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "from aetherflow.core.api import *\n@register_step('x')\nclass A(Step):\n    def run(self, ctx, inputs): ...\n",
        "from json import *\n@anything\ndef f(): ...\n",
        "def set_up():\n    global later\n    later = staticmethod\nset_up()\n@later\ndef f(): ...\n",
        "globals()['made'] = staticmethod\n@made\ndef f(): ...\n",
        "try:\n    @maybe\n    def f(): ...\nexcept NameError: ...\n",
        "def outer():\n    @unknown_inside\n    def inner(): ...\n",
        "class A:\n    own = staticmethod\n    @own\n    def f(): ...\n    @property\n    def g(self): ...\n",
    ],
)
def test_what_may_be_defined_somewhere_is_not_told(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, text) == []


def test_in_a_branch_it_is_a_warning(tmp_path: Path) -> None:
    (line,) = told(tmp_path, "import sys\nif sys.platform == 'plan9':\n    @unknown\n    def f(): ...\n")
    assert "warning AF-P537" in line


@pytest.mark.parametrize(
    ("text", "line", "label", "hint"),
    [
        (
            f"from aetherflow.core.api import register_steps\n@register_steps('x')\n{FUNCTION}",
            "steps.py:1:33 'register_steps' error AF-P538: aetherflow.core.api has no \"register_steps\"",
            'did you mean "register_step"?',
            f"take what you need from aetherflow.core.api: it registers by {REGISTERING_DECORATORS}",
        ),
        (
            f"from aetherflow.core.api import register_executor\n@register_executor('x')\n{FUNCTION}",
            "steps.py:1:33 'register_executor' error AF-P538: aetherflow.core.api has no \"register_executor\"",
            None,
            f"this version registers by {REGISTERING_DECORATORS}",
        ),
        (
            f"from aetherflow.core import api\n@api.register_stp('x')\n{FUNCTION}",
            "steps.py:2:2 'api.register_stp' error AF-P538: aetherflow.core.api has no \"register_stp\"",
            'did you mean "register_step"?',
            f"take what you need from aetherflow.core.api: it registers by {REGISTERING_DECORATORS}",
        ),
        (
            f"from aetherflow import register_step\n@register_step('x')\n{FUNCTION}",
            "steps.py:1:24 'register_step' error AF-P538: aetherflow has no \"register_step\"",
            None,
            "write `from aetherflow.core.api import register_step`",
        ),
    ],
)
def test_a_name_that_aetherflow_does_not_have_is_told(
    text: str, line: str, label: str | None, hint: str, tmp_path: Path
) -> None:
    finding = found(tmp_path, text)
    assert (shown(finding), finding.hint) == (line, hint)
    assert finding.label == label


@pytest.mark.parametrize(
    "text",
    [
        "from aetherflow import core\nfrom aetherflow.core import api\n",
        "from aetherflow.core.api import Step, run_flow\n",
        "try:\n    from aetherflow.core.api import register_later\nexcept ImportError:\n    register_later = None\n",
        "import typing\nif typing.TYPE_CHECKING:\n    from aetherflow.core.api import Later\n",
    ],
)
def test_a_name_that_is_there_or_looked_for_with_care_is_fine(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, text) == []


def test_inside_a_function_it_is_a_warning(tmp_path: Path) -> None:
    (line,) = told(tmp_path, "def f():\n    from aetherflow.core.api import Stepp\n")
    assert "warning AF-P538" in line


@pytest.mark.parametrize(
    ("decorated", "message", "hint"),
    [
        (
            "@register_step\ndef greet(ctx, inputs): ...",
            "register_step wants a text as the step type's name, found the function greet",
            '@register_step("name")',
        ),
        (
            "@register_step\nclass Greet(Step): ...",
            "register_step wants a text as the step type's name, found the class Greet",
            '@register_step("name")',
        ),
        (
            "@register_step()\ndef greet(ctx, inputs): ...",
            "register_step() missing 1 required positional argument: 'name'",
            '@register_step("name")',
        ),
        (
            "@register_step(5)\ndef greet(ctx, inputs): ...",
            "register_step wants a text as the step type's name, found 5",
            '@register_step("name")',
        ),
        (
            "@register_connector('shop', 'json')\nclass Shop(ConnectorBase): ...",
            "register_connector() takes 0 positional arguments but 2 were given",
            '@register_connector(kind="db", driver="mydb")',
        ),
        (
            "@register_connector(kind='shop')\nclass Shop(ConnectorBase): ...",
            "register_connector() missing 1 required keyword-only argument: 'driver'",
            '@register_connector(kind="db", driver="mydb")',
        ),
    ],
)
def test_a_decorator_that_refuses_what_it_is_given_is_told(
    decorated: str, message: str, hint: str, tmp_path: Path
) -> None:
    finding = found(tmp_path, f"from aetherflow.core.api import *\n{decorated}\n")
    assert (finding.code, finding.severity, finding.message) == ("AF-P504", "error", message)
    assert finding.span
    assert (finding.span.line, hint in (finding.hint or "")) == (2, True)


@pytest.mark.parametrize(
    "decorated",
    [
        "@register_step(make_name())",
        "@register_step(*NAMES)",
        "@register_step(**{'name': 'x'})",
        "@register_step(name='x')",
    ],
)
def test_a_decorator_whose_arguments_are_only_known_when_it_runs_is_not_judged(decorated: str, tmp_path: Path) -> None:
    assert told(tmp_path, f"{IMPORT}{decorated}\n{FUNCTION}") == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "import pandsa\n",
            "steps.py:1:8 'pandsa' warning AF-P503: "
            'there is no module "pandsa": neither in the plugin, nor installed',
        ),
        (
            "from pandsa.core import x\n",
            "steps.py:1:6 'pandsa.core' warning AF-P503: "
            'there is no module "pandsa": neither in the plugin, nor installed',
        ),
        (
            "from aetherflow.plugins import register_step\n",
            "steps.py:1:6 'aetherflow.plugins' error AF-P503: there is no module \"aetherflow.plugins\"",
        ),
        (
            "from .utl import x\n",
            "steps.py:1:6 '.utl' error AF-P503: there is no module \"utl\" in the plugin",
        ),
    ],
)
def test_a_module_that_is_nowhere_is_told(text: str, line: str, tmp_path: Path) -> None:
    files = {"steps.py": text + GOOD, "util.py": ""}
    assert told(tmp_path, files, apart=NO_MORE) == [line]


@pytest.mark.parametrize(
    "text",
    [
        "import json, util, sub.part, msgspec\n",
        "from . import util\nfrom .util import x\nfrom .sub.part import y\nimport acme.util\n",
        "try:\n    import pandsa\nexcept ImportError:\n    pandsa = None\n",
        "import sys\nif sys.version_info < (3, 0):\n    import pandsa\n",
        "def f():\n    import pandsa\n",
        "from contextlib import suppress\nwith suppress(ImportError):\n    import pandsa\n",
    ],
)
def test_a_module_that_is_there_or_may_be_missed_is_fine(text: str, tmp_path: Path) -> None:
    files = {"steps.py": text + GOOD, "util.py": "", "sub/part.py": "from ..util import x\n"}
    assert told(tmp_path, files, apart=NO_MORE) == []


def test_a_module_that_is_imported_with_care_may_miss_others(tmp_path: Path) -> None:
    files = {
        "steps.py": f"try:\n    import _fast\nexcept ImportError:\n    _fast = None\n{GOOD}",
        "_fast.py": "import pandsa\n",
    }
    assert told(tmp_path, files, apart=NO_MORE) == []
