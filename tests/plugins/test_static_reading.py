"""What a module registers is read from its text; nothing is executed."""

import ast
import textwrap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins import static_reading
from aetherflow.core.plugins.builtin_index import PACKAGE_ROOT, read_builtin_index
from aetherflow.core.plugins.literal_values import Literals, NotLiteral
from aetherflow.core.plugins.module_reading import ModuleReading
from aetherflow.core.plugins.static_reading import read_module


def read(text: str) -> ModuleReading:
    return read_module("m.py", textwrap.dedent(text).encode())


def names(text: str) -> list[str]:
    return [f"{each.kind} {each.name}" for each in read(text).registrations]


STEP = "class S(Step):\n    def run(self, ctx, inputs): ...\n"
FUNCTION = "def s(ctx, inputs): ...\n"


@pytest.mark.parametrize(
    "head",
    [
        "from aetherflow.core.api import register_step\n@register_step('x')\n",
        "from aetherflow.core.api import register_step as step\n@step('x')\n",
        "from aetherflow.core.api import *\n@register_step('x')\n",
        "from aetherflow.core import api\n@api.register_step('x')\n",
        "from aetherflow.core import api as af\n@af.register_step(name='x')\n",
        "import aetherflow.core.api\n@aetherflow.core.api.register_step('x')\n",
        "import aetherflow.core.api as af\n@af.register_step('x')\n",
        "from aetherflow import core\n@core.api.register_step('x')\n",
        "from .common import register_step\n@register_step('x')\n",
        "from common import register_step as step\n@step('x')\n",
        "import aetherflow.core.api as af\nstep = af.register_step\n@step('x')\n",
        "from aetherflow.core.api import register_step\n@other\n@register_step('x')\n@another\n",
        "try:\n    from aetherflow.core.api import register_step\nexcept ImportError: raise\n@register_step('x')\n",
        "from aetherflow.core.api import register_step\nNAME = 'x'\n@register_step(NAME)\n",
        "from aetherflow.core.api import register_step\nP = ''\n@register_step(P + f'{P}x')\n",
    ],
)
@pytest.mark.parametrize("target", [STEP, FUNCTION, "async " + FUNCTION])
def test_a_decorator_is_known_under_every_name(head: str, target: str) -> None:
    found = read(head + target)
    assert [(each.kind, each.name) for each in found.registrations] == [("step", "x")]
    assert found.unread == ()


@pytest.mark.parametrize(
    ("decorator", "registered"),
    [
        ("register_connector(kind='db', driver='mydb')", "connector db:mydb"),
        ("register_compiler('s3')", "compiler s3"),
        ("register_compiler(scheme='s3')", "compiler s3"),
        ("register_tool('query', parameters={'a': unknown})", "tool query"),
        ("register_hook('before_run')", "hook before_run"),
        ("register_command('audit')", "command audit"),
        ("register_executor('dask')", "executor dask"),
        ("register_plugin", "plugin Thing"),
        ("register_plugin('mine')", "plugin mine"),
    ],
)
def test_every_kind_of_registration_is_read(decorator: str, registered: str) -> None:
    assert names(f"from aetherflow.core.api import *\n@{decorator}\nclass Thing: ...\n") == [registered]


@pytest.mark.parametrize(
    "text",
    [
        "def register_step(name): return lambda x: x\n@register_step('x')\n" + STEP,
        "import other\n@other.register_step('x')\n" + STEP,
        "'''@register_step('x')'''\n# @register_step('y')\n",
    ],
)
def test_what_only_looks_like_a_registration_is_none(text: str) -> None:
    assert (read(text).registrations, read(text).unread) == ((), ())


def test_a_definition_may_stand_in_a_branch_or_a_class() -> None:
    text = """
        from aetherflow.core.api import register_step
        if True:
            @register_step("a")
            def a(ctx, inputs): ...
        else:
            @register_step("b")
            def b(ctx, inputs): ...
        try:
            with x:
                @register_step("c")
                def c(ctx, inputs): ...
        except Exception:
            @register_step("d")
            def d(ctx, inputs): ...
        class Outer:
            @register_step("e")
            class Inner: ...
    """
    assert names(text) == ["step a", "step b", "step c", "step d", "step e"]


def test_several_decorators_register_several_names_the_innermost_first() -> None:
    assert names("from aetherflow.core.api import *\n@register_step('b')\n@register_step('a')\n" + FUNCTION) == [
        "step a",
        "step b",
    ]


def test_a_decorator_may_be_called_on_a_definition_later() -> None:
    found = read("from aetherflow.core.api import *\n" + STEP + "S2 = register_step('a')(S)\nregister_step('b')(S)\n")
    assert [(each.name, each.target) for each in found.registrations] == [("a", "S"), ("b", "S")]
    assert found.unread == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("@register_step(make_name())\n" + FUNCTION, (2, 2)),
        ("@register_step(name)\n" + FUNCTION, (2, 2)),
        ("@register_step(*names)\n" + FUNCTION, (2, 2)),
        ("@register_step(**names)\n" + FUNCTION, (2, 2)),
        ("@register_step()\n" + FUNCTION, (2, 2)),
        ("@register_step(1)\n" + FUNCTION, (2, 2)),
        ("@register_step(f'{x!r}')\n" + FUNCTION, (2, 2)),
        ("@register_connector('db', 'x')\n" + STEP, (2, 2)),
        ("N = 'a'\nN = 'b'\n@register_step(N)\n" + FUNCTION, (4, 2)),
        ("for n in 'ab':\n    register_step(n)(f)\n", (3, 5)),
        ("for n in 'ab':\n    @register_step('x')\n    def f(): ...\n", (3, 6)),
        ("def make(n):\n    return register_step(n)\n", (3, 12)),
        ("def later():\n    @register_step('x')\n    def f(): ...\n", (3, 6)),
        ("register_step('x')(imported)\n", (2, 1)),
        ("TABLE = {'x': register_step}\n", (2, 15)),
        ("functools.partial(register_step, 'x')\n", (2, 19)),
        ("step = register_step('x')\n", (2, 8)),
        ("lambda: register_step('x')\n", (2, 9)),
        ("while True:\n    register_plugin(X)\n", (3, 5)),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, place: tuple[int, int]) -> None:
    found = read("from aetherflow.core.api import *\n" + text)
    assert found.registrations == ()
    assert [(each.line, each.column) for each in found.unread] == [place]


def test_the_place_of_what_is_unread_is_counted_in_characters() -> None:
    found = read("from aetherflow.core.api import register_step\nN = ['é', 'ü']; register_step(N[0])(run)\n")
    assert [(each.column, each.end_column) for each in found.unread] == [(17, 30)]


def attributes(body: str, before: str = "", after: str = "") -> Any:
    text = f"from aetherflow.core.api import *\n{before}\n@register_step('x')\nclass S(Step):\n"
    (found,) = read(text + textwrap.indent(textwrap.dedent(body), "    ") + f"\n{after}\n").registrations
    return found


def test_class_attributes_and_the_first_line_of_the_docstring_are_read() -> None:
    found = attributes(
        '''
        """Loads orders.

        At length."""
        effects = "once"
        input_schema: ClassVar[dict] = {"type": "object", "properties": {"n": {"minimum": -1, "enum": [1, 2.5, None]}}}
        output_schema = {"type": "object", "required": ("a",)}
        '''
    )
    assert (found.summary, found.effects, found.unread) == ("Loads orders.", "once", ())
    assert found.input_schema == {"type": "object", "properties": {"n": {"minimum": -1, "enum": [1, 2.5, None]}}}
    assert found.output_schema == {"type": "object", "required": ["a"]}


def test_constants_of_the_module_stand_for_their_values() -> None:
    found = attributes(
        "input_schema = {**BASE, 'properties': {'a': TEXT}, 'required': [*KEYS, 'b']}",
        before="TEXT = {'type': 'string'}\nBASE: dict = {'type': 'object'}\nKEYS = ['a']",
    )
    assert found.input_schema == {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a", "b"]}


@pytest.mark.parametrize(
    "change",
    [
        "BASE['a'] = 1",
        "BASE.update(x)",
        "BASE['a']['b'] = 1",
        "del BASE['a']",
        "BASE |= x",
        "BASE = {}",
        "for BASE in x: ...",
    ],
)
def test_a_constant_that_changes_is_none(change: str) -> None:
    found = attributes("input_schema = BASE", before=f"BASE = {{'type': 'object'}}\n{change}")
    assert (found.input_schema, found.unread) == (None, ("input_schema",))


@pytest.mark.parametrize(
    "value",
    [
        "schema()",
        "{'a': x}",
        "{1: 2}",
        "{**{1}}",
        "[*1]",
        "1 + 2",
        "b'x'",
        "1j",
        "...",
        "not 1",
        "1e999",
        "2**70",
        str(2**70),
        "'\\ud800'",
    ],
)
def test_what_is_no_literal_is_left_open(value: str) -> None:
    assert attributes(f"output_schema = {value}").unread == ("output_schema",)


def test_names_in_a_circle_are_no_literal() -> None:
    assert attributes("input_schema = A", before="A = B\nB = A").unread == ("input_schema",)


def test_a_typed_record_of_the_module_is_recognised() -> None:
    found = attributes("input_schema = Inputs", before="class Inputs(Struct): ...")
    assert (found.typed_inputs, found.input_schema, found.unread) == (True, None, ())


def test_attributes_are_inherited_from_classes_of_the_module() -> None:
    before = "class A(Step):\n    effects = 'pure'\nclass B(A):\n    output_schema = {}\n"
    (found,) = read(f"from aetherflow.core.api import *\n{before}\n@register_step('x')\nclass S(B): ...").registrations
    assert (found.effects, found.output_schema, found.unread) == ("pure", {}, ())


def test_attributes_of_a_base_from_elsewhere_are_left_open() -> None:
    (found,) = read(
        "from aetherflow.core.api import *\n@register_step('x')\nclass S(Base): effects = 'pure'"
    ).registrations
    assert (found.effects, found.unread) == ("pure", ("input_schema", "output_schema"))


def test_attributes_may_be_set_after_the_definition() -> None:
    text = (
        "from aetherflow.core.api import *\n@register_step('x')\n"
        + FUNCTION
        + "s.effects = 'once'\ns.input_schema = {}\n"
    )
    (found,) = read(text).registrations
    assert (found.effects, found.input_schema) == ("once", {})


def test_the_schemas_of_a_connector_are_put_together() -> None:
    text = "from aetherflow.core.api import *\n@register_connector(kind='a', driver='b')\nclass C(ConnectorBase):\n"
    (found,) = read(text + "    config_schema = {'type': 'object'}\n").registrations
    assert found.input_schema == {"type": "object", "properties": {"config": {"type": "object"}}}


def test_the_line_is_that_of_the_first_decorator() -> None:
    (found,) = read("from aetherflow.core.api import *\n\n@other\n@register_step('x')\ndef s(): ...\n").registrations
    assert found.line == 3


def test_imports_at_module_level_are_kept() -> None:
    text = "import a.b as c, d\nfrom . import e\nfrom ..f import g as h\n"
    text += "if x:\n    from i import *\ndef j():\n    import k\n"
    assert [(each.module, each.level, each.names) for each in read(text).imports] == [
        ("a.b", 0, ()),
        ("d", 0, ()),
        ("", 1, ("e",)),
        ("f", 2, ("g",)),
        ("i", 0, ("*",)),
    ]


def test_the_built_ins_say_the_same_when_read_as_when_imported() -> None:
    """A schema made of a record or of another module's is told to who imports it alone, and so are observers."""
    imported = {(entry.kind, entry.name): entry for entry in read_builtin_index().entries if entry.kind != "observer"}
    read_statically = {
        (found.kind, found.name): (
            found.line,
            found.target,
            found.summary,
            found.effects or "idempotent",
            imported[found.kind, found.name].output_schema if "output_schema" in found.unread else found.output_schema,
        )
        for file in (PACKAGE_ROOT / "core/builtins").rglob("*.py")
        for found in read_module(str(file), file.read_bytes()).registrations
    }
    assert read_statically == {
        name: (entry.line, entry.target, entry.summary, entry.effects, entry.output_schema)
        for name, entry in imported.items()
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"def f(:\n", "invalid syntax"),
        (b"x = 1\n  y = 2\n", "unexpected indent"),
        (b"a\0b", "source code string cannot contain null bytes"),
        (b"# coding: klingon\n", "unknown encoding: klingon"),
        (b"'\xff'", "(unicode error) 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b"# \xe9\n", "the byte 0xe9 is no UTF-8, and no encoding is declared that has it"),
        (b"# coding: utf-8\n# \xe9\n", "the byte 0xe9 is no UTF-8, and no encoding is declared that has it"),
        (b"print 'a'", "Missing parentheses in call to 'print'. Did you mean print(...)?"),
        (b"(" * 5000, "too many nested parentheses"),
    ],
)
def test_a_module_that_is_not_python_is_a_finding(content: bytes, message: str) -> None:
    found = read_module("m.py", content)
    (finding,) = found.diagnostics
    assert (found.is_read, finding.code, finding.message) == (
        False,
        "AF-P141",
        f'the module "m.py" is not valid Python: {message}',
    )
    assert finding.span is not None


def test_a_byte_that_nothing_can_decode_is_marked() -> None:
    (finding,) = read_module("m.py", b"x = 1\n# \xc3\xa9 caf\xe9 au lait\n").diagnostics
    assert finding.span == Span("m.py", 2, 8, 2, 9)


@pytest.mark.parametrize("text", ["-" * 100_000 + "1", "+".join("a" * 50_000), "x" + ".y" * 50_000, "a=" * 9_000 + "1"])
def test_deep_code_ends_in_no_exception(text: str) -> None:
    assert isinstance(read(text), ModuleReading)


def test_a_wrong_escape_is_no_finding() -> None:
    assert read(r"x = '\d'").diagnostics == ()


def test_other_encodings_are_read() -> None:
    found = read_module("m.py", b"\xef\xbb\xbffrom aetherflow.core.api import *\n@register_step('x')\ndef s(): ...\n")
    assert len(found.registrations) == 1
    latin = b"# coding: latin-1\nfrom aetherflow.core.api import *\n@register_step('x')\ndef s():\n    '''\xe9'''\n"
    assert read_module("m.py", latin).registrations[0].summary == "é"


def test_a_huge_module_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static_reading, "LARGEST_MODULE_BYTES", 10)
    found = read_module("m.py", b"x" * 11)
    assert (found.is_read, [each.code for each in found.diagnostics]) == (False, ["AF-P142"])


def test_nothing_is_executed() -> None:
    text = "from aetherflow.core.api import *\nraise SystemExit('executed')\n@register_step('x')\n" + FUNCTION
    assert names(text) == ["step x"]


@given(st.binary(max_size=300))
def test_whatever_stands_in_a_module_there_is_a_reading(content: bytes) -> None:
    assert isinstance(read_module("m.py", content), ModuleReading)


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON_VALUES)
def test_every_json_value_is_a_literal(value: Any) -> None:
    try:
        assert Literals({}).value(ast.parse(repr(value), mode="eval").body) == value
    except NotLiteral:
        assert any("\ud800" <= sign <= "\udfff" for sign in repr(value))


@pytest.mark.parametrize(
    "head",
    [
        "",
        "from aetherflow.core.api import Step\n",
        "from aetherflow import register_step\n",
        "from aetherflow.plugins import register_step\n",
        "from aetherflow.core.contracts.registration import register_step\n",
    ],
)
def test_a_decorator_that_is_imported_wrongly_or_not_at_all_is_meant_nevertheless(head: str) -> None:
    found = read(head + "@register_step('x')\n" + FUNCTION)
    assert [(each.kind, each.name) for each in found.registrations] == [("step", "x")]


@pytest.mark.parametrize(
    "text",
    [
        "def register_step(name): ...\n@register_step('x')\n",
        "register_step = make()\n@register_step('x')\n",
        "def f(register_step):\n    register_step('x')\n",
    ],
)
def test_a_name_of_the_module_itself_is_no_decorator_of_ours(text: str) -> None:
    found = read(text + FUNCTION)
    assert (found.registrations, found.unread) == ((), ())


@pytest.mark.parametrize(
    "text",
    [
        "from aetherflow.core.api import register_steps\n@register_steps('x')\n",
        "from aetherflow.core import api\n@api.register_stp('x')\n",
    ],
)
def test_what_looks_like_a_decorator_and_is_none_is_only_known_to_who_runs_it(text: str) -> None:
    found = read(text + FUNCTION)
    assert [each.reason for each in found.unread] == ["it is no decorator of aetherflow.core.api"]
