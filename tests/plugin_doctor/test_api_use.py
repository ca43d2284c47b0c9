"""What a plugin takes from aetherflow: internals are errors, deprecated names warnings."""

from pathlib import Path

import pytest

from aetherflow.core.contracts.deprecation import Deprecation
from tests.plugin_doctor.examining import examined, told, write

RUNNER = "is internal to aetherflow, and may change with any release"


@pytest.mark.parametrize(
    ("text", "place", "name"),
    [
        ("import aetherflow.core.runner", "1:8 'aetherflow.core.runner'", "aetherflow.core.runner"),
        ("import os, aetherflow.cli as a", "1:12 'aetherflow.cli as a'", "aetherflow.cli"),
        ("from aetherflow.core.runner import plan, x", "1:6 'aetherflow.core.runner'", "aetherflow.core.runner"),
        ("from aetherflow.core.runner import *", "1:6 'aetherflow.core.runner'", "aetherflow.core.runner"),
        ("from aetherflow.core import api, runner", "1:34 'runner'", "aetherflow.core.runner"),
        ("from aetherflow import cli as api", "1:24 'cli as api'", "aetherflow.cli"),
        ("from aetherflow.testing import flow", "1:6 'aetherflow.testing'", "aetherflow.testing"),
        ("def f():\n    import aetherflow.version", "2:12 'aetherflow.version'", "aetherflow.version"),
        (
            "import importlib\nimportlib.import_module('aetherflow.core.runner')",
            "2:25 \"'aetherflow.core.runner'\"",
            "aetherflow.core.runner",
        ),
        (
            "from importlib import import_module as i\nNAME = 'aetherflow.core.' + 'state'\ni(NAME)",
            "3:3 'NAME'",
            "aetherflow.core.state",
        ),
        (
            "import importlib\nimportlib.import_module('.runner', package='aetherflow.core')",
            "2:25 \"'.runner'\"",
            "aetherflow.core.runner",
        ),
        ("__import__('aetherflow.core.state')", "1:12 \"'aetherflow.core.state'\"", "aetherflow.core.state"),
        (
            "import aetherflow.core.api as a, aetherflow\naetherflow.core.runner.run()",
            "2:1 'aetherflow.core.runner.run'",
            "aetherflow.core.runner.run",
        ),
        ("if ä:\n  from aetherflow import cli", "2:26 'cli'", "aetherflow.cli"),
        ("ä = 1; import aetherflow.cli", "1:15 'aetherflow.cli'", "aetherflow.cli"),
    ],
)
def test_internals_are_an_error_in_every_form(text: str, place: str, name: str, tmp_path: Path) -> None:
    assert told(tmp_path, text + "\n") == [f'steps.py:{place} error AF-P306: "{name}" {RUNNER}']


def test_what_an_import_of_internals_brought_is_told_once(tmp_path: Path) -> None:
    text = "import aetherflow.core.runner as r\nr.plan.Plan()\nr.plan.Plan().jobs\n"
    assert len(told(tmp_path, text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "from aetherflow.core.api import Step",
        "from aetherflow.core.api import *",
        "import aetherflow.core.api",
        "import aetherflow.core.api as af\naf.Step",
        "from aetherflow.core import api",
        "from aetherflow import core\ncore.api.Step",
        "import aetherflow\naetherflow.core.api.Step",
        "import aetherflow_client.core.runner",
        "import importlib\nimportlib.import_module('aetherflow.core.api')",
        "NAME = 'aetherflow.core.runner'",
        "# import aetherflow.core.runner\nx = 'import aetherflow.core.runner'",
        "def import_module(name): ...\nimport_module('aetherflow.core.runner')",
        "import other as aetherflow\naetherflow.core.runner",
        "def f(aetherflow): aetherflow.core.runner",
    ],
)
def test_the_api_and_what_only_looks_like_internals_are_fine(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, text + "\n") == []


@pytest.mark.parametrize(
    "guard",
    [
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n",
        "import typing as t\nif t.TYPE_CHECKING:\n",
        "# a program too\nif __name__ == '__main__':\n",
        "# a program too\nif '__main__' == __name__:\n",
    ],
)
def test_internals_that_no_plugin_ever_imports_are_a_warning(guard: str, tmp_path: Path) -> None:
    text = guard + "    from aetherflow.core.runner import plan\n"
    place = "steps.py:3:10 'aetherflow.core.runner'"
    assert told(tmp_path, text) == [f'{place} warning AF-P306: "aetherflow.core.runner" {RUNNER}']


def test_the_other_branch_of_a_guard_runs(tmp_path: Path) -> None:
    text = "import typing\nif typing.TYPE_CHECKING: ...\nelse:\n    import aetherflow.cli\n"
    assert [finding.severity for finding in examined(write(tmp_path / "p", {"a.py": text}))] == ["error"]


def test_internals_in_tests_of_a_plugin_are_its_own_affair(tmp_path: Path) -> None:
    files = {"steps.py": "", "tests/test_a.py": "import aetherflow.cli", "conftest.py": "import aetherflow.testing"}
    assert told(tmp_path, files) == []


OLD = {"OldStep": Deprecation(since="1.4", removal="2.0", instead="Step")}
WORDS = 'warning AF-P305: "OldStep" is deprecated since 1.4, and goes with 2.0'


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("from aetherflow.core.api import OldStep\nclass A(OldStep): ...", "1:33 'OldStep'"),
        ("from aetherflow.core.api import (\n    Step,\n    OldStep as S,\n)\nS()", "3:5 'OldStep as S'"),
        ("from aetherflow.core.api import *\nclass A(OldStep): ...", "2:9 'OldStep'"),
        ("from aetherflow.core import api as a\na.OldStep().run", "2:1 'a.OldStep'"),
        ("import aetherflow.core.api\nx = aetherflow.core.api.OldStep", "2:5 'aetherflow.core.api.OldStep'"),
    ],
)
def test_a_deprecated_name_is_told_where_it_is_named(text: str, place: str, tmp_path: Path) -> None:
    assert told(tmp_path, text + "\n", deprecated=OLD) == [f"steps.py:{place} {WORDS}"]


def test_the_hint_of_a_deprecated_name_is_what_replaces_it(tmp_path: Path) -> None:
    path = write(tmp_path / "p", {"a.py": "from aetherflow.core.api import OldStep"})
    assert [finding.hint for finding in examined(path, deprecated=OLD)] == ["use Step"]


@pytest.mark.parametrize(
    "text",
    [
        "from aetherflow.core.api import Step",
        "from other import OldStep\nOldStep()",
        "class OldStep: ...\nOldStep()",
        "from aetherflow.core import api\napi.Step().OldStep",
        "x = 'OldStep'  # OldStep",
    ],
)
def test_other_names_are_not_deprecated(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, text + "\n", deprecated=OLD) == []
