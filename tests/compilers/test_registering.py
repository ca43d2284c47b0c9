"""Compilers are registered by a decorator or by an entry point, read without running them, and checked when loaded."""

from pathlib import Path
from textwrap import dedent

import pytest

from aetherflow.core.api import WorkflowCompilerPlugin, register_compiler
from aetherflow.core.contracts.marking import NotRegistrable, marks_of
from aetherflow.core.contracts.names import name_hint, name_problem
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.inventory import KnownPlugin, read_plugins
from aetherflow.core.plugins.loading.host import IN_PROCESS
from aetherflow.core.plugins.loading.snapshot import read_snapshot
from aetherflow.core.plugins.origins import OriginRequest, resolve_origins
from aetherflow.core.plugins.plugin_index import PluginIndex
from aetherflow.core.plugins.site_scan import scan_site
from tests.plugin_doctor.examining import told
from tests.plugin_loading.plugin_files import findings, load_files, names
from tests.plugins.test_static_reading import read

IMPORTS = "from aetherflow.core.api import WorkflowCompilerPlugin, register_compiler\n"
COMPILE = "    def compile(self, source, *, workflow_name=None, validate=True): ...\n"


def compiler(body: str, decorator: str = '@register_compiler("my")', base: str = "WorkflowCompilerPlugin") -> str:
    return f"{IMPORTS}{decorator}\nclass C({base}):\n{body or '    pass'}"


def test_a_bare_decorator_registers_every_supported_scheme() -> None:
    @register_compiler
    class Two(WorkflowCompilerPlugin):
        supported_schemes = ("one", "two+file")

    assert [(mark.kind, mark.name) for mark in marks_of(Two)] == [("compiler", "one"), ("compiler", "two+file")]


@pytest.mark.parametrize("schemes", [(), "my", None])
def test_a_bare_decorator_wants_a_list_of_schemes(schemes: object) -> None:
    two = type("Two", (WorkflowCompilerPlugin,), {"supported_schemes": schemes})
    with pytest.raises(NotRegistrable) as refused:
        register_compiler(two)
    assert str(refused.value) == f"the class Two says no schemes: its supported_schemes is {schemes!r}"


@pytest.mark.parametrize("scheme", ["my://", "my_scheme", "1st", "größe", "a b"])
def test_what_no_uri_can_begin_with_is_no_scheme(scheme: str) -> None:
    problem = 'the scheme of a URI is ASCII letters, digits, "+", "-" and ".", and begins with a letter'
    assert name_problem("compiler", scheme) == problem
    with pytest.raises(NotRegistrable):
        register_compiler(scheme)(WorkflowCompilerPlugin)


@pytest.mark.parametrize(
    ("scheme", "hint"),
    [
        ("my_scheme", '"my-scheme" would do'),
        ("my://", '"my" would do'),
        ("1st", 'give it another one, such as "my-flows"'),
        ("größe", 'give it another one, such as "my-flows"'),
    ],
)
def test_what_is_no_scheme_is_answered_with_one(scheme: str, hint: str) -> None:
    with pytest.raises(NotRegistrable) as refused:
        register_compiler(scheme)(WorkflowCompilerPlugin)
    assert (name_hint("compiler", scheme), refused.value.hint) == (hint, hint)


def test_the_schemes_of_a_bare_decorator_are_read_from_the_text() -> None:
    found = read(compiler('    supported_schemes = ["one", "two"]\n' + COMPILE, "@register_compiler"))
    assert [(each.kind, each.name, each.line) for each in found.registrations] == [
        ("compiler", "one", 2),
        ("compiler", "two", 2),
    ]
    assert found.unread == ()


def test_schemes_that_are_no_literals_are_known_to_who_runs_the_code() -> None:
    (unread,) = read(compiler("    supported_schemes = made()\n" + COMPILE, "@register_compiler")).unread
    assert (unread.line, unread.reason) == (2, "its supported_schemes are no list of literals")


BROKEN = {
    "no sub-class": (
        compiler(COMPILE, base="object"),
        'AF-P527 3: the compiler "my" is no sub-class of WorkflowCompilerPlugin',
    ),
    "no compile": (
        compiler("    supported_schemes = ['my']\n"),
        'AF-P526 3: the compiler "my" has no compile: the class C defines none',
    ),
    "another compile": (
        compiler("    def compile(self, source): ...\n"),
        'AF-P527 4: the compiler "my" has a compile that is not compile(self, source, *, workflow_name=None, '
        "validate=True): got an unexpected keyword argument 'workflow_name'",
    ),
    "another key": (
        compiler(COMPILE + "    def get_cache_key(self): ...\n"),
        'AF-P527 5: the compiler "my" has get_cache_key that is not get_cache_key(self, source): '
        "too many positional arguments",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_contract_is_refused_when_it_is_loaded(name: str, tmp_path: Path) -> None:
    text, finding = BROKEN[name]
    loaded = load_files(tmp_path, {"plugin.py": text})
    assert [f"{code} {place.split(':')[1]}: {message}" for code, place, message in findings(loaded)] == [finding]


@pytest.mark.parametrize("name", BROKEN)
def test_doctor_says_the_same_without_loading_it(name: str, tmp_path: Path) -> None:
    text, finding = BROKEN[name]
    code, line, message = finding.split(" ", 2)
    (one,) = told(tmp_path, text)
    assert one.startswith(f"steps.py:{line.rstrip(':')}:") and one.endswith(f"error {code}: {message}")


def test_a_scheme_that_supported_schemes_leave_out_is_refused(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, {"plugin.py": compiler("    supported_schemes = ['other']\n" + COMPILE)})
    ((code, _, message),) = findings(loaded)
    assert (code, message) == (
        "AF-P527",
        'the compiler "my" is registered for a scheme that its supported_schemes leave out: other',
    )


def test_a_sound_compiler_is_registered(tmp_path: Path) -> None:
    text = compiler("    supported_schemes = ['MY', 'b']\n" + COMPILE, "@register_compiler")
    assert names(load_files(tmp_path, {"plugin.py": text})) == ["MY", "b"]


def distribution(site: Path, code: str, target: str = "orders_plugin:C") -> KnownPlugin:
    """Install a distribution whose entry point names a compiler."""
    info = site / "acme_orders-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-orders\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[aetherflow.workflow_plugins]\norders = {target}\n")
    (site / "orders_plugin").mkdir()
    (site / "orders_plugin/__init__.py").write_text(dedent(code))
    request = OriginRequest(mode="internal_fast", cwd="/", distributions=scan_site(str(site)).distributions)
    readings = FileReadings(PluginIndex(reader="1"), lambda: 0)
    (plugin,) = read_plugins(resolve_origins(request).accepted, readings)
    return plugin


UNDECORATED = compiler('    supported_schemes = ["one", "two"]\n' + COMPILE, "")


def test_a_class_that_an_entry_point_names_needs_no_decorator(tmp_path: Path) -> None:
    plugin = distribution(tmp_path, UNDECORATED)
    assert [(each.kind, each.name, each.line) for each in plugin.contents.provides] == [
        ("compiler", "one", 3),
        ("compiler", "two", 3),
    ]
    loaded = IN_PROCESS.load(read_snapshot(plugin.source))
    assert [(each.name, each.line, each.target.__name__) for each in loaded.contributions] == [
        ("one", 3, "C"),
        ("two", 3, "C"),
    ]


def test_what_is_decorated_as_well_is_registered_once(tmp_path: Path) -> None:
    plugin = distribution(tmp_path, UNDECORATED.replace("\nclass", '@register_compiler("ONE")\nclass'))
    assert [each.name for each in plugin.contents.provides] == ["ONE", "two"]
    loaded = IN_PROCESS.load(read_snapshot(plugin.source))
    assert names(loaded) == ["ONE", "two"]


def test_a_class_without_an_entry_point_and_a_decorator_is_not_registered(tmp_path: Path) -> None:
    assert names(load_files(tmp_path, {"plugin.py": UNDECORATED})) == []


def test_schemes_that_only_running_tells_are_told_as_such(tmp_path: Path) -> None:
    plugin = distribution(tmp_path, UNDECORATED.replace('["one", "two"]', '"one two".split()'))
    assert plugin.contents.provides == ()
    assert [finding.message for finding in plugin.contents.diagnostics] == [
        "what is registered here is only known when the plugin \"acme-orders\" runs: the compiler 'C', which an entry "
        "point names, and its schemes are not written here as literals"
    ]
    assert names(IN_PROCESS.load(read_snapshot(plugin.source))) == ["one", "two"]
