"""What may be registered as a name, and what is said of what may not: on loading, reading, and in a manifest."""

from pathlib import Path

import pytest

from aetherflow.core.api import ConnectorBase, Step, register_connector, register_step
from aetherflow.core.contracts.marking import NotRegistrable
from aetherflow.core.contracts.names import name_problem
from tests.plugin_order.ordering import known, write_plugin

ZERO_WIDTH, BIDI, FILLER = "\u200b", "\u202e", "\u3164"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("step", "load_orders"),
        ("step", "team/orders.load-v2:eu"),
        ("step", "x" * 200),
        ("step", "größe"),
        ("step", "注文を読む"),
        ("step", "हिन्दी"),
        ("step", "२"),
        ("connector", "db:mssql+2"[:-2]),
        ("connector", "db:a:b"),
        ("compiler", "git+https"),
    ],
)
def test_names_that_people_can_read_and_type_are_allowed(kind: str, name: str) -> None:
    assert name_problem(kind, name) is None


@pytest.mark.parametrize(
    ("kind", "name", "problem"),
    [
        ("step", "", "it is empty"),
        ("step", "  ", "it is empty"),
        ("step", " log", "a blank stands in it, as character 1"),
        ("step", "log ", "a blank stands in it, as character 4"),
        ("step", "lo g", "a blank stands in it, as character 3"),
        ("step", "log\n", "U+000A stands in it, as character 4"),
        ("step", "log\x00", "U+0000 stands in it, as character 4"),
        ("step", "lo\u00a0g", "U+00A0 NO-BREAK SPACE stands in it, as character 3"),
        ("step", f"lo{ZERO_WIDTH}g", "U+200B ZERO WIDTH SPACE stands in it, as character 3"),
        ("step", f"{BIDI}log", "U+202E RIGHT-TO-LEFT OVERRIDE stands in it, as character 1"),
        ("step", f"log{FILLER}", "U+3164 HANGUL FILLER stands in it, as character 4"),
        ("step", "log\ufe0f", "U+FE0F VARIATION SELECTOR-16 stands in it, as character 4"),
        ("step", "log\ud800", "U+D800 stands in it, as character 4"),
        ("step", "\u0301log", "it begins with a mark that stands on no letter"),
        ("step", "a+b", "'+' stands in it, as character 2"),
        ("step", "lo²", "U+00B2 SUPERSCRIPT TWO stands in it, as character 3"),
        ("step", "x" * 201, "it has 201 characters, and 200 are the most"),
        ("connector", ":sqlite", "a kind or a driver is missing"),
        ("connector", "db:", "a kind or a driver is missing"),
    ],
)
def test_other_names_are_not(kind: str, name: str, problem: str) -> None:
    assert name_problem(kind, name) == problem


def step(ctx: object, inputs: object) -> dict[str, object]:
    """Do nothing."""
    return {}


def test_the_decorator_of_steps_refuses_them() -> None:
    with pytest.raises(NotRegistrable) as refused:
        register_step(f"lo{ZERO_WIDTH}g")(step)
    assert str(refused.value) == (
        "the step cannot be called 'lo\\u200bg': U+200B ZERO WIDTH SPACE stands in it, as character 3"
    )


@pytest.mark.parametrize(
    ("kind", "driver", "words"),
    [
        ("db ", "x", "the connector cannot be called 'db :x': a blank stands in it, as character 3"),
        ("db", f"x{BIDI}", "the connector cannot be called 'db:x\\u202e': U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("db", "x" * 200, f"the connector cannot be called 'db:{'x' * 47}\\u2026': it has 203 characters"),
        ("db:x", "y", "the kind of a connector cannot be 'db:x': a ':' ends it"),
        ("", "y", "register_connector wants a text as kind, found ''"),
    ],
)
def test_the_decorator_of_connectors_refuses_kinds_and_drivers(kind: str, driver: str, words: str) -> None:
    with pytest.raises(NotRegistrable) as refused:
        register_connector(kind=kind, driver=driver)(type("Mine", (ConnectorBase,), {}))
    assert str(refused.value).startswith(words)


def test_a_text_of_a_type_of_its_own_is_taken_for_what_it_is() -> None:
    class Sly(str):
        def strip(self, *_: object) -> str:
            return "fine"

        def __format__(self, _: str) -> str:
            return "db:sqlite3"

        def __str__(self) -> str:
            return "log"

    with pytest.raises(NotRegistrable, match="cannot be called ' greet'"):
        register_step(Sly(" greet"))(type("Mine", (Step,), {}))
    with pytest.raises(NotRegistrable, match="cannot be called 'x y:z'"):
        register_connector(kind=Sly("x y"), driver="z")(type("Mine", (ConnectorBase,), {}))


def code(name: str) -> str:
    return (
        f"from aetherflow.core.api import register_step\n\n@register_step({name!r})\ndef s(ctx, inputs): return {{}}\n"
    )


def test_the_text_of_a_plugin_tells_it_without_a_run(tmp_path: Path) -> None:
    write_plugin(tmp_path, "p", code=code("lo\u200bg") + code("fine").partition("\n")[2])
    (plugin,) = known(tmp_path, "p")
    (finding,) = plugin.contents.diagnostics
    assert finding.span
    assert (finding.code, finding.severity, finding.span.line) == ("AF-P504", "error", 3)
    assert finding.message.startswith("the step cannot be called 'lo\\u200bg': U+200B")
    assert finding.hint == 'a name is letters, digits, "_", ".", "-", ":" and "/", at most 200 characters'
    assert [each.name for each in plugin.contents.provides] == ["fine"]


def test_a_manifest_declares_no_such_name(tmp_path: Path) -> None:
    write_plugin(
        tmp_path, "p", 'provides:\n  - {kind: step, name: "log "}\n  - {kind: step, name: fine}\n', code("fine")
    )
    (plugin,) = known(tmp_path, "p")
    (finding,) = plugin.source.diagnostics
    assert finding.span
    assert (finding.code, finding.span.line, finding.message) == (
        "AF-P213",
        4,
        "the step cannot be called 'log ': a blank stands in it, as character 4",
    )
    assert [each.name for each in plugin.contents.provides] == ["fine"]
