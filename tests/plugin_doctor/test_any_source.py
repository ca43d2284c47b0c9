"""No check raises, whatever the source; and code that is as it should be has no findings."""

import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.builtin_index import PACKAGE_ROOT
from aetherflow.core.plugins.doctor.checks import check_code, check_plugin
from aetherflow.core.plugins.doctor.module_code import ModuleCode, parse_code
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.inventory import known_plugin
from aetherflow.core.plugins.origins import Origin
from aetherflow.core.plugins.plugin_index import PluginIndex
from aetherflow.core.plugins.plugin_manifest import PluginManifest
from aetherflow.core.plugins.plugin_source import PluginSource, Unit, module_files
from aetherflow.core.plugins.plugin_tree import read_tree
from aetherflow.core.plugins.units import units_of
from tests.plugin_doctor.examining import examined, shown, write
from tests.support.project import REPOSITORY

LIBRARY = Path(sysconfig.get_path("stdlib"))
#: A part of the standard library: all of it takes half a minute, and finds nothing more.
CORPUS = [*sorted(LIBRARY.glob("*.py"))[::4], *sorted(LIBRARY.glob("test/test_*.py"))[::16]]
MANIFEST = PluginManifest(required_permissions=["read:/a", "network:a:1"])
SPANS = {"required_permissions": Span("x", 1, 1, 1, 1)}


def check(content: bytes) -> list[Diagnostic]:
    """Examine a module as the only one of a plugin that declares permissions."""
    code = parse_code("m", "/m.py", content)
    return [] if code is None else list(check_code(_plugin(code), {}))


def _plugin(code: ModuleCode) -> PluginCode:
    source = PluginSource(
        id="m",
        name="m",
        version="0",
        form="file",
        origin=Origin(kind="flag", named="m"),
        root="/",
        package="",
        files=(),
        modules={"m": "m.py"},
        units=(Unit("m", "m.py"),),
        manifest=MANIFEST,
        manifest_spans=SPANS,
    )
    return PluginCode(source, {"m": code}, frozenset({"m"}), True)


def test_no_check_raises_on_the_standard_library_and_every_place_is_in_the_text() -> None:
    for path in CORPUS:
        content = path.read_bytes()
        lines = content.decode("utf-8", "replace").splitlines()
        for finding in check(content):
            if finding.span and finding.span.file == "/m.py":
                span = finding.span
                assert 1 <= span.line <= span.end_line <= len(lines) + 1, path
                assert 1 <= span.column <= len(lines[span.line - 1]) + 1, path
                assert span.end_column <= len(lines[span.end_line - 1]) + 1, path


PIECES = """import os
import os as o, sys
from os import environ as e
from . import x
from .. import *
from aetherflow.core.api import *
from aetherflow.core import api as a
global x
nonlocal x
x = os.environ
x = x
y, *z = x = e
e["a"] = 1
del e["a"], x
@register_step("x")
@a.register_connector(kind="k", driver="d")
class A(Step): ...
class B(A, metaclass=B): run = lambda self: (yield)
def f(x, /, y=os.getenv("A"), *z, w: e = 1, **k): return [x for x in x if (n := x)]
async def g(): await f(); yield x
if __name__ == "__main__": print(x)
match x:
  case {"a": b, **r}: open(b, "w")
  case [c, *d] | A(e=c) as d: pass
try: pass
except* E as x: x.write_text()
with open("a", mode) as x, y as (z, w): pass
lambda x: x.y().z[0](open)
x.y.z += f(*x, **y)
for x.y in z: (Path("/a") / b).unlink()
f"{os.environ['A']!r:{x}}"
subprocess.run([], args=x)
import_module("." * 9, "a.b")
socket.create_connection((1, 2), host=3)
type(x)(*[])
""".splitlines()


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.booleans())
def test_no_check_raises_on_pieces_in_any_order(pieces: list[str], in_function: bool) -> None:
    text = "\n".join(pieces)
    if in_function:
        text = "def outer(ctx, inputs):\n" + "\n".join(f"    {line}" for line in pieces)
    check(text.encode())


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_no_check_raises_on_anything(content: str | bytes) -> None:
    check(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "a." * 5000 + "b",
        "x = " + "a(" * 80 + ")" * 80,
        "x = f" + "()" * 3000,
        "x = " + "+".join(["1"] * 3000),
        "x = a / " + " / ".join(["b"] * 3000),
        "\n".join(f"x{number + 1} = x{number}" for number in range(2000)) + "\nx2000.append(1)",
        "def f():\n" + "".join("    " * depth + "    def f():\n" for depth in range(18)) + "    " * 19 + "    f()",
    ],
    ids=["attributes", "nested calls", "calls", "sum", "path", "aliases", "functions"],
)
def test_long_and_deep_code_is_examined(text: str) -> None:
    check(text.encode())


def test_our_own_builtins_have_no_findings(tmp_path: Path) -> None:
    own = PACKAGE_ROOT / "core/builtins"
    root = write(tmp_path / "builtins", {str(each.relative_to(own)): each.read_bytes() for each in own.rglob("*.py")})
    tree = read_tree(str(root))
    package = "aetherflow.core.builtins"
    modules = module_files(tree.files, package)
    source = PluginSource(
        id="aetherflow",
        name="aetherflow",
        version="0",
        form="distribution",  # as what is installed: the modules import each other by their full names
        origin=Origin(kind="built-in", named="aetherflow"),
        root=str(root),
        package=package,
        files=tree.files,
        modules=modules,
        units=units_of(modules),
    )
    plugin = known_plugin(source, FileReadings(PluginIndex(reader="1"), lambda: 0))
    owner = root.stat().st_uid
    assert [shown(finding) for finding in check_plugin(plugin, mode="enterprise", user_id=owner)] == []


@pytest.mark.parametrize(
    "path", ["folder_plugin", "my-org-aetherflow-plugin/src/my_org_aetherflow_plugin"], ids=["folder", "package"]
)
def test_the_examples_have_no_findings(path: str, tmp_path: Path) -> None:
    folder = REPOSITORY / "plugins_example" / path
    copied = write(
        tmp_path / folder.name, {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}
    )
    assert [shown(finding) for finding in examined(copied)] == []
