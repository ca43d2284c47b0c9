"""A plugin that fails is a finding at its own line, and breaks nothing but itself."""

import builtins
from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import Interrupted
from aetherflow.core.diagnostics.text import render_text
from aetherflow.core.plugins.loading.loaded_plugin import refusal
from tests.plugin_loading.plugin_files import findings, load, load_files, names, target, write
from tests.support.decorators import REGISTERING_DECORATORS

GOOD = """
    from aetherflow.core.api import register_step

    @register_step("good")
    def good(ctx, inputs):
        return {}
"""


def test_a_module_that_raises_is_refused_with_its_own_line(tmp_path: Path) -> None:
    files = {"steps.py": "import json\n\ndef read():\n    return json.loads('no')\n\nLIMITS = read()\n"}
    loaded = load_files(tmp_path, files)
    refused = refusal(loaded)
    assert refused is not None
    assert refused.exit_code == 3
    assert render_text(refused.diagnostics, refused.sources) == (
        'error[AF-P501]: the module "steps.py" could not be imported: '
        "JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n"
        f" --> {tmp_path}/steps.py:4:5\n"
        "  |\n"
        "4 |     return json.loads('no')\n"
        "  |     ^^^^^^^^^^^^^^^^^^^^^^^\n\n"
        "1 error"
    )


def test_a_sound_plugin_is_not_refused(tmp_path: Path) -> None:
    assert refusal(load_files(tmp_path, {"steps.py": GOOD})) is None


@pytest.mark.parametrize("raised", ["SystemExit(1)", "RecursionError()", "MemoryError()", "GeneratorExit()", "Odd()"])
def test_whatever_a_module_raises_is_a_finding(tmp_path: Path, raised: str) -> None:
    text = f"class Odd(BaseException):\n    def __str__(self): raise ValueError\nraise {raised}\n"
    ((code, place, message),) = findings(load_files(tmp_path, {"steps.py": text}))
    words = "SystemExit: 1" if "1" in raised else raised.removesuffix("()")
    assert (code, place) == ("AF-P501", "steps.py:3:1")
    assert message == f'the module "steps.py" could not be imported: {words}'


def test_an_endless_recursion_is_a_finding(tmp_path: Path) -> None:
    ((code, _, message),) = findings(load_files(tmp_path, {"steps.py": "def f(): f()\nf()\n"}))
    assert (code, "RecursionError" in message) == ("AF-P501", True)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), Interrupted(15)])
def test_a_persons_interrupt_goes_through(
    tmp_path: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builtins, "interruption", error, raising=False)
    plugin = write(tmp_path, {"steps.py": "raise interruption\n"})
    with pytest.raises(type(error)):
        load(plugin)


def test_python_that_cannot_be_compiled_is_shown_where_it_is_wrong(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, {"steps.py": "def run(self, ctx, inputs)\n    return {}\n"})
    assert findings(loaded) == [
        ("AF-P502", "steps.py:1:27", """the module "steps.py" is not valid Python: expected ':'""")
    ]


@pytest.mark.parametrize("content", [b"NAME = '\xff'\n", b"# coding: nonsense\n", b"NAME = 1\0\n"])
def test_a_module_that_is_no_text_is_a_finding(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "steps.py").write_bytes(content)
    ((code, place, _),) = findings(load(tmp_path))
    assert code in ("AF-P501", "AF-P502")
    assert place.startswith("steps.py:1:")


def test_a_module_that_is_nowhere_is_named_with_its_nearest(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, {"steps.py": "import my_helpr\n", "my_helper.py": ""})
    (finding,) = [failure.diagnostic for failure in loaded.failures]
    assert finding.message == 'there is no module "my_helpr": neither in the plugin, nor installed'
    assert (finding.code, finding.label) == ("AF-P503", 'did you mean "my_helper"?')


def test_a_missing_sibling_is_called_by_the_name_that_its_author_knows(tmp_path: Path) -> None:
    loaded = load_files(
        tmp_path / "acme", {"__init__.py": "", "steps.py": "\nfrom .sub.part import x\n", "sub/__init__.py": ""}
    )
    assert findings(loaded) == [("AF-P503", "steps.py:2:1", 'there is no module "sub.part" in the plugin')]


def test_a_library_that_misses_a_module_itself_is_told_apart(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, {"steps.py": "import runpy\nrunpy.run_module('nowhere_at_all')\n"})
    ((code, place, message),) = findings(loaded)
    assert (code, place) == ("AF-P501", "steps.py:2:1")
    assert "No module named nowhere_at_all" in message


def test_each_module_of_a_folder_fails_for_itself(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, {"bad.py": "raise ValueError('bad')\n", "good.py": GOOD, "sub/bad.py": "1 / 0\n"})
    assert names(loaded) == ["good"]
    assert [place for _, place, _ in findings(loaded)] == ["bad.py:1:1", "bad.py:1:1"]
    assert target(loaded, "good")(None, {}) == {}


def test_what_a_failing_module_registered_is_taken_back(tmp_path: Path) -> None:
    assert names(load_files(tmp_path, {"steps.py": GOOD + "\n    1 / 0\n"})) == []


def test_a_package_fails_as_a_whole(tmp_path: Path) -> None:
    files = {"__init__.py": "", "bad.py": "1 / 0\n", "good.py": GOOD}
    loaded = load_files(tmp_path / "acme", files)
    assert names(loaded) == []
    assert [place for _, place, _ in findings(loaded)] == ["bad.py:1:1"]


def test_a_module_that_needs_a_failed_one_says_so_at_its_own_import(tmp_path: Path) -> None:
    files = {"a.py": "\nimport broken\n", "broken.py": "raise ValueError('why')\n", "z.py": "\n\nimport a\n"}
    assert findings(load_files(tmp_path, files)) == [
        ("AF-P501", "a.py:2:1", 'the module "a.py" could not be imported: it needs "broken.py", which failed'),
        ("AF-P501", "broken.py:1:1", 'the module "broken.py" could not be imported: ValueError: why'),
        ("AF-P501", "z.py:3:1", 'the module "z.py" could not be imported: it needs "broken.py", which failed'),
    ]


def test_a_module_that_failed_is_not_run_again(tmp_path: Path) -> None:
    log = tmp_path / "log"
    broken = f"with open({str(log)!r}, 'a') as log:\n    log.write('ran ')\n1 / 0\n"
    files = {"a.py": "import broken\n", "b.py": "import broken\n", "broken.py": broken}
    assert len(load_files(tmp_path / "plugin", files).failures) == 3
    assert log.read_text() == "ran "


def test_a_module_may_catch_that_another_one_failed(tmp_path: Path) -> None:
    files = {
        "steps.py": f"try:\n    import _fast\nexcept ImportError:\n    _fast = None\n{GOOD}",
        "_fast.py": "import nowhere_at_all\n",
    }
    write(tmp_path, files)
    (tmp_path / "steps.py").write_text("try:\n    import _fast\nexcept ImportError:\n    _fast = None\n")
    assert findings(load(tmp_path)) == []


def test_the_private_names_of_modules_do_not_show(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, {"steps.py": "from util import nothing\n", "util.py": ""})
    ((_, _, message),) = findings(loaded)
    assert "aetherflow_plugins" not in message


def test_a_syntax_error_is_told_once_and_where_it_is(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, {"a.py": "import b\n", "b.py": "def\n"})
    assert findings(loaded) == [
        ("AF-P501", "a.py:1:1", 'the module "a.py" could not be imported: it needs "b.py", which failed'),
        ("AF-P502", "b.py:1:4", 'the module "b.py" is not valid Python: invalid syntax'),
    ]


@pytest.mark.parametrize("form", [{"__init__.py": ""}, {}], ids=["package", "folder"])
def test_what_is_wrong_in_a_private_module_is_told_by_who_needs_it(tmp_path: Path, form: dict[str, str]) -> None:
    files = {**form, "a.py": "from . import _b\n", "_b.py": "\nraise ValueError('why')\n"}
    assert findings(load_files(tmp_path / "acme", files)) == [
        ("AF-P501", "_b.py:2:1", 'the module "a.py" could not be imported: ValueError: why')
    ]


def test_each_that_needs_a_private_module_says_what_is_wrong_in_it(tmp_path: Path) -> None:
    files = {"a.py": "import _c\n", "b.py": "import _c\n", "_c.py": "import nowhere_at_all\n"}
    loaded = load_files(tmp_path, files)
    message = 'there is no module "nowhere_at_all": neither in the plugin, nor installed'
    assert findings(loaded) == [("AF-P503", "_c.py:1:1", message)] * 2


def test_a_module_of_a_failed_sub_package_needs_it(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, {"sub/__init__.py": "1 / 0\n", "sub/steps.py": "\n"})
    assert [message for _, _, message in findings(loaded)] == [
        'the module "sub/__init__.py" could not be imported: ZeroDivisionError: division by zero',
        'the module "sub/steps.py" could not be imported: it needs "sub/__init__.py", which failed',
    ]


@pytest.mark.parametrize(
    ("text", "code", "message", "label", "hint"),
    [
        (
            "class Greet(Step): ...\n",
            "AF-P501",
            "NameError: name 'Step' is not defined",
            None,
            "write `from aetherflow.core.api import Step`",
        ),
        (
            "from aetherflow import register_step\n",
            "AF-P501",
            "ImportError: cannot import name 'register_step' from 'aetherflow'",
            None,
            "write `from aetherflow.core.api import register_step`",
        ),
        (
            "from aetherflow.core.api import register_steps\n",
            "AF-P501",
            "ImportError: cannot import name 'register_steps' from 'aetherflow.core.api'",
            'did you mean "register_step"?',
            f"take what you need from aetherflow.core.api: it registers by {REGISTERING_DECORATORS}",
        ),
        (
            "from aetherflow.plugins.steps import register_step\n",
            "AF-P503",
            'there is no module "aetherflow.plugins"',
            None,
            "import what you need from aetherflow.core.api: nothing else of aetherflow is for plugins",
        ),
        (
            "from aetherflow.core.api import register_step\n@register_step()\ndef f(ctx, inputs): ...\n",
            "AF-P504",
            "register_step() missing 1 required positional argument: 'name'",
            None,
            'write `@register_step("name")` above a class or a function',
        ),
        (
            "from aetherflow.core.api import *\n@register_connector('shop', 'json')\nclass A(ConnectorBase): ...\n",
            "AF-P504",
            "register_connector() takes 0 positional arguments but 2 were given",
            None,
            'write `@register_connector(kind="db", driver="mydb")` above a class',
        ),
    ],
)
def test_what_is_wanted_of_aetherflow_in_the_wrong_way_is_told_with_the_right_one(
    tmp_path: Path, text: str, code: str, message: str, label: str | None, hint: str
) -> None:
    (failure,) = load_files(tmp_path, {"steps.py": text}).failures
    finding = failure.diagnostic
    assert (finding.code, finding.label, finding.hint) == (code, label, hint)
    assert message in finding.message


def test_other_names_that_are_not_defined_are_told_as_they_are(tmp_path: Path) -> None:
    (failure,) = load_files(tmp_path, {"steps.py": "LIMIT = limits\n"}).failures
    assert (failure.diagnostic.code, failure.diagnostic.hint) == ("AF-P501", None)
