"""What a plugin provides, put together from its manifest, its text and what a load recorded."""

from pathlib import Path

import pytest

from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.inventory import KnownPlugin, read_plugins
from aetherflow.core.plugins.module_reading import Provided
from aetherflow.core.plugins.origins import OriginRequest, resolve_origins
from aetherflow.core.plugins.plugin_index import PluginIndex
from aetherflow.core.plugins.site_scan import scan_site
from tests.plugins.installing import install

API = "from aetherflow.core.api import *\n"


def step(name: str) -> str:
    return f"{API}@register_step('{name}')\ndef f(ctx, inputs): ...\n"


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def known(root: Path, files: dict[str, str], *, recorded: tuple[Provided, ...] | None = None) -> KnownPlugin:
    """Read the plugin with these files; what was recorded is so for its digest."""
    write(root / "p", files)
    readings = FileReadings(PluginIndex(reader="1"), lambda: 0)
    origins = resolve_origins(OriginRequest(mode="internal_fast", cwd=str(root), flag_paths=("p",))).accepted
    (plugin,) = read_plugins(origins, readings)
    if recorded is None:
        return plugin
    readings.record(plugin.digest, recorded)
    return read_plugins(origins, readings)[0]


def provided(plugin: KnownPlugin) -> list[str]:
    return [f"{each.kind} {each.name} {each.file}:{each.line}" for each in plugin.contents.provides]


def codes(plugin: KnownPlugin) -> list[str]:
    return [finding.code for finding in plugin.contents.diagnostics]


def test_every_module_that_is_loaded_counts(tmp_path: Path) -> None:
    plugin = known(tmp_path, {"b.py": step("b"), "a.py": step("a"), "deep/c.py": step("c"), "tests/t.py": step("t")})
    assert provided(plugin) == ["step a a.py:2", "step b b.py:2", "step c deep/c.py:2"]
    assert (plugin.contents.is_complete, codes(plugin)) == (True, [])


@pytest.mark.parametrize(
    "statement",
    [
        "from . import _own",
        "from ._own import thing",
        "from ._own import *",
        "import _own",
        "import _own as o",
        "from _own import thing",
        "try:\n    import _own\nexcept ImportError: ...",
        "if x:\n    from . import _own",
    ],
)
def test_a_private_module_counts_where_another_imports_it(statement: str, tmp_path: Path) -> None:
    assert provided(known(tmp_path, {"a.py": statement, "_own.py": step("x"), "_other.py": step("y")})) == [
        "step x _own.py:2"
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "from . import _own",
        "from p import _own",
        "import p._own",
        "from p._own import a",
        "import _own",
        "from ._own import f",
    ],
)
def test_a_package_may_import_its_own_in_every_form(statement: str, tmp_path: Path) -> None:
    files = {"__init__.py": "", "steps.py": statement, "_own.py": step("x")}
    assert provided(known(tmp_path, files)) == ["step x _own.py:2"]


def test_imports_go_up_and_down_in_packages(tmp_path: Path) -> None:
    files = {
        "__init__.py": "",
        "_a/__init__.py": step("a"),
        "_a/deep.py": step("deep"),
        "_b.py": step("b"),
        "sub/__init__.py": "",
        "sub/x.py": "from .._b import f\nfrom ..._beyond import f",
        "y.py": "import p._a.deep",
    }
    assert sorted(each.name for each in known(tmp_path, files).contents.provides) == ["a", "b", "deep"]


@pytest.mark.parametrize(
    "statement", ["def f():\n    import _own", "import json", "import os, sys", "from nowhere import *"]
)
def test_an_import_that_registers_nothing(statement: str, tmp_path: Path) -> None:
    assert provided(known(tmp_path, {"a.py": statement, "_own.py": step("x"), "_json.py": step("y")})) == []


def test_a_name_of_the_standard_library_is_never_a_sibling(tmp_path: Path) -> None:
    files = {"__init__.py": "", "a.py": "import json", "json/_x.py": "", "_private/json.py": step("x")}
    assert provided(known(tmp_path, files)) == []


def test_imports_in_a_circle_end(tmp_path: Path) -> None:
    files = {"a.py": "from . import b\n" + step("a"), "b.py": "from . import a\n" + step("b")}
    assert [each.name for each in known(tmp_path, files).contents.provides] == ["a", "b"]


def test_of_a_distribution_what_the_entry_point_imports_counts(tmp_path: Path) -> None:
    contents = {
        "orders_plugin/__init__.py": "from .steps import *\nfrom orders_plugin.more import x",
        "orders_plugin/steps.py": step("load"),
        "orders_plugin/more.py": step("more"),
        "orders_plugin/cli.py": step("never"),
    }
    install(tmp_path, files=contents)
    distributions = scan_site(str(tmp_path)).distributions
    request = OriginRequest(mode="internal_fast", cwd="/", distributions=distributions)
    readings = FileReadings(PluginIndex(reader="1"), lambda: 0)
    (plugin,) = read_plugins(resolve_origins(request).accepted, readings)
    assert provided(plugin) == ["step load steps.py:2", "step more more.py:2"]


def test_a_broken_module_breaks_nothing_but_itself(tmp_path: Path) -> None:
    plugin = known(tmp_path, {"a.py": step("a"), "b.py": "def (", "c.py": step("c")})
    assert (provided(plugin), plugin.contents.is_complete) == (["step a a.py:2", "step c c.py:2"], False)
    assert codes(plugin) == ["AF-P141"]


def test_a_name_that_only_a_run_knows_leaves_the_plugin_incomplete(tmp_path: Path) -> None:
    plugin = known(tmp_path, {"a.py": step("a") + "register_step(make())(f)\n"})
    (finding,) = plugin.contents.diagnostics
    assert (provided(plugin), plugin.contents.is_complete) == (["step a a.py:2"], False)
    assert (finding.code, finding.severity, finding.message) == (
        "AF-P140",
        "note",
        'what is registered here is only known when the plugin "p" runs: its name is no literal',
    )
    assert finding.span is not None
    assert (finding.span.file, finding.span.line) == (f"{tmp_path}/p/a.py", 4)


def test_what_a_load_recorded_stands_for_what_the_text_does_not_tell(tmp_path: Path) -> None:
    recorded = (Provided(kind="step", name="made", file="a.py", line=4),)
    plugin = known(tmp_path, {"a.py": step("a") + "register_step(make())(f)\n"}, recorded=recorded)
    assert (provided(plugin), plugin.contents.is_complete, codes(plugin)) == (["step made a.py:4"], True, [])


def test_what_the_text_tells_needs_no_record(tmp_path: Path) -> None:
    recorded = (Provided(kind="step", name="old", file="a.py", line=1),)
    assert provided(known(tmp_path, {"a.py": step("a")}, recorded=recorded)) == ["step a a.py:2"]


MANIFEST = "author: a\ndescription: b\nprovides:\n- {kind: step, name: a, description: Does a., effects: once}\n"


def test_a_manifest_adds_to_what_the_text_tells(tmp_path: Path) -> None:
    files = {"a.py": step("a") + "register_step(make())(f)\n", "aetherflow-plugin.yaml": MANIFEST}
    plugin = known(tmp_path, files)
    (a,) = plugin.contents.provides
    assert (a.file, a.line, a.target, a.summary, a.effects) == ("a.py", 2, "f", "Does a.", "once")
    assert (plugin.contents.is_complete, codes(plugin)) == (True, [])


def test_what_is_declared_and_absent_is_not_provided(tmp_path: Path) -> None:
    plugin = known(tmp_path, {"a.py": "", "aetherflow-plugin.yaml": MANIFEST})
    assert (provided(plugin), plugin.contents.is_complete) == ([], True)
    assert [(each.name, each.file, each.line) for each in plugin.contents.unregistered] == [
        ("a", "aetherflow-plugin.yaml", 4)
    ]
    assert [finding.message for finding in plugin.contents.diagnostics] == [
        'the plugin "p" declares the step "a", which its code does not register'
    ]


def test_what_is_declared_may_be_where_the_text_does_not_tell(tmp_path: Path) -> None:
    files = {"a.py": f"{API}register_step(make())(f)\n", "aetherflow-plugin.yaml": MANIFEST}
    plugin = known(tmp_path, files)
    assert (provided(plugin), codes(plugin)) == (["step a aetherflow-plugin.yaml:4"], [])


def test_what_is_not_declared_is_provided_all_the_same_and_told(tmp_path: Path) -> None:
    plugin = known(tmp_path, {"a.py": step("a"), "b.py": step("b"), "aetherflow-plugin.yaml": MANIFEST})
    assert provided(plugin) == ["step a a.py:2", "step b b.py:2"]
    assert [finding.message for finding in plugin.contents.diagnostics] == [
        'the step "b" is not declared under `provides` of aetherflow-plugin.yaml'
    ]


def test_the_digest_is_that_of_all_files(tmp_path: Path) -> None:
    first = known(tmp_path, {"a.py": step("a"), "data.txt": "1"})
    second = known(tmp_path, {"data.txt": "2"})
    assert (set(first.file_digests), first.digest == second.digest) == ({"a.py", "data.txt"}, False)


def test_nothing_is_executed(tmp_path: Path) -> None:
    text = f"open({str(tmp_path / 'ran')!r}, 'w')\n" + step("a")
    assert provided(known(tmp_path, {"__init__.py": text, "a.py": text})) == ["step a __init__.py:3", "step a a.py:3"]
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "text",
    [
        "@register_tool('')\ndef f(params, ctx): ...\n",
        "@register_plugin('box')\nclass Box(BaseToolPlugin):\n    tools = [ToolDefinition('', 'Opens.')]\n",
    ],
)
def test_a_tool_without_a_name_is_no_tool(text: str, tmp_path: Path) -> None:
    plugin = known(tmp_path, {"a.py": API + text})
    assert [each for each in plugin.contents.provides if each.kind == "tool"] == []
    assert [(each.code, each.message) for each in plugin.contents.diagnostics] == [
        ("AF-P504", "the tool cannot be called '': it is empty")
    ]


def observer(name: str, base: str = "ObserverPlugin") -> str:
    return f'{API}class {name}({base}):\n    """Counts."""\n    def on_event(self, event): ...\n'


def test_an_observer_is_provided_by_the_name_that_plugins_yaml_has_for_it(tmp_path: Path) -> None:
    plugin = known(tmp_path, {"obs.py": observer("Tally"), "deep/more.py": observer("_Base") + "class A(_Base): ...\n"})
    assert provided(plugin) == ["observer deep.more.A deep/more.py:5", "observer obs.Tally obs.py:2"]
    assert (plugin.contents.registers_nothing, codes(plugin)) == (False, [])
    assert plugin.contents.provides[1].summary == "Counts."


@pytest.mark.parametrize(
    "text",
    [
        "from aetherflow.core.api import ObserverPlugin as Base\nclass Tally(Base): ...\n",
        "from aetherflow.core.api import PluginBase\nclass Tally(PluginBase): ...\n",
        "from aetherflow.core import api\nclass Tally(api.ObserverPlugin): ...\n",
        "import aetherflow.core.api as af\nif True:\n    class Tally(af.PluginBase): ...\n",
    ],
)
def test_an_observer_is_known_by_whatever_name_its_base_was_imported(text: str, tmp_path: Path) -> None:
    plugin = known(tmp_path, {"__init__.py": "", "obs.py": text})
    assert [each.name for each in plugin.contents.provides] == ["p.obs.Tally"]


@pytest.mark.parametrize("text", ["from pluginbase import PluginBase\nclass A(PluginBase): ...\n", "class A: ...\n"])
def test_a_class_of_another_sort_is_no_observer(text: str, tmp_path: Path) -> None:
    assert known(tmp_path, {"a.py": text}).contents.registers_nothing


DECLARES_AN_OBSERVER = "author: a\ndescription: b\nprovides: [{kind: observer, name: obs.Tally}]\n"


@pytest.mark.parametrize(
    "text", [observer("Tally"), "from base import Base\nclass Tally(Base): ...\n", "from library import Tally\n"]
)
def test_a_manifest_may_declare_an_observer(text: str, tmp_path: Path) -> None:
    plugin = known(tmp_path, {"obs.py": text, "aetherflow-plugin.yaml": DECLARES_AN_OBSERVER})
    assert ([each.name for each in plugin.contents.provides], codes(plugin)) == (["obs.Tally"], [])


@pytest.mark.parametrize("text", ["", "def Tally(): ...\n", "class Tally: ...\n", observer("Tall")])
def test_an_observer_that_is_declared_and_in_no_module_is_told(text: str, tmp_path: Path) -> None:
    plugin = known(tmp_path, {"obs.py": text, "a.py": "", "aetherflow-plugin.yaml": DECLARES_AN_OBSERVER})
    assert [(each.code, each.message, each.hint) for each in plugin.contents.diagnostics] == [
        (
            "AF-P211",
            'the plugin "p" declares the observer "obs.Tally", which its code does not have',
            "name a class of one of its modules as plugins.yaml does, MODULE.CLASS, or take it out",
        )
    ]


def test_an_observer_in_a_module_that_plugins_yaml_cannot_name_is_none(tmp_path: Path) -> None:
    assert provided(known(tmp_path, {"by day.py": observer("Tally"), "obs.py": observer("Tally")})) == [
        "observer obs.Tally obs.py:2"
    ]


def test_an_observer_need_not_be_declared_beside_what_is(tmp_path: Path) -> None:
    plugin = known(tmp_path, {"a.py": step("a"), "obs.py": observer("Tally"), "aetherflow-plugin.yaml": MANIFEST})
    assert (provided(plugin), codes(plugin)) == (["step a a.py:2", "observer obs.Tally obs.py:2"], [])


def test_observers_are_known_beside_what_a_load_recorded(tmp_path: Path) -> None:
    recorded = (Provided(kind="step", name="made", file="a.py", line=4),)
    files = {"a.py": step("a") + "register_step(make())(f)\n", "obs.py": observer("Tally")}
    assert provided(known(tmp_path, files, recorded=recorded)) == ["step made a.py:4", "observer obs.Tally obs.py:2"]
