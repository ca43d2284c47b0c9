from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.resolution.render import TemplateError, render
from aetherflow.core.resolution.scope import Scope

VALUES: dict[str, Any] = {
    "text": "a",
    "number": 5,
    "decimal": 2.5,
    "yes": True,
    "nothing": None,
    "empty": "",
    "list": [1, "é", None],
    "mapping": {"a": {"b": True}},
}
SCOPE = Scope({"params": VALUES, "env": {"HOME": "/root", "EMPTY": ""}})

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=12,
)
PLAIN = st.text().filter(lambda text: "{{" not in text)


@pytest.mark.parametrize("name", VALUES)
def test_a_string_that_is_one_token_keeps_the_value_and_its_type(name: str) -> None:
    rendered = render(f"{{{{params.{name}}}}}", SCOPE)
    assert rendered == VALUES[name]
    assert type(rendered) is type(VALUES[name])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("text", "a"),
        ("number", "5"),
        ("decimal", "2.5"),
        ("yes", "true"),
        ("nothing", "null"),
        ("empty", ""),
        ("list", '[1,"é",null]'),
        ("mapping", '{"a":{"b":true}}'),
    ],
)
def test_a_token_inside_a_longer_string_is_written_as_text(name: str, text: str) -> None:
    assert render(f"<{{{{params.{name}}}}}>", SCOPE) == f"<{text}>"


def test_structures_are_rendered_at_any_depth_and_keys_are_not() -> None:
    value = {"{{params.text}}": ["{{params.number}}", {"b": "x{{params.text}}"}], "c": 1.5, "d": None}
    assert render(value, SCOPE) == {"{{params.text}}": [5, {"b": "xa"}], "c": 1.5, "d": None}


def test_indices_count_from_zero() -> None:
    assert render("{{params.list.0}}", SCOPE) == 1


def test_literal_braces_lose_their_backslash() -> None:
    assert render(r"\{{params.text}} {{params.text}}", SCOPE) == "{{params.text}} a"


def test_what_is_rendered_is_a_copy() -> None:
    rendered = render({"a": "{{params.mapping}}"}, SCOPE)
    rendered["a"]["a"]["b"] = "changed"
    assert VALUES["mapping"] == {"a": {"b": True}}


def test_the_rendered_structure_itself_is_not_changed() -> None:
    value = {"a": ["{{params.text}}"]}
    render(value, SCOPE)["a"].append("more")
    assert value == {"a": ["{{params.text}}"]}


def test_wrong_syntax_names_the_place_and_the_token() -> None:
    with pytest.raises(TemplateError) as caught:
        render({"a": ["x", "b {{x|y}}"]}, SCOPE)
    assert caught.value.path == ("a", 1)
    assert caught.value.token_text == "{{x|y}}"
    assert str(caught.value) == (
        'Unsupported templating syntax. Use {{VAR}} or {{VAR:DEFAULT}}: "{{x|y}}" has a filter ("|") (in a[1])'
    )


@given(st.recursive(PLAIN, lambda children: st.lists(children) | st.dictionaries(st.text(), children), max_leaves=8))
def test_plain_text_comes_out_as_it_went_in(value: Any) -> None:
    assert render(value, SCOPE) == value


@given(st.text())
def test_escaped_text_comes_out_as_it_was(text: str) -> None:
    assert render(text.replace("{{", r"\{{"), SCOPE) == text


@given(JSON)
def test_any_value_passes_a_single_token_unchanged(value: Any) -> None:
    assert render("{{params.x}}", Scope({"params": {"x": value}})) == value


@given(st.sampled_from(["{{params.x}}", "{{params.y}}", r"\{{", "{{", "{{env.A|b}}"]), PLAIN, PLAIN)
def test_what_was_rendered_is_never_rendered_again(value: str, before: str, after: str) -> None:
    before = before.rstrip("\\{")
    scope = Scope({"params": {"x": value, "y": "again"}})
    assert render("{{params.x}}", scope) == value
    assert render(f"{before}{{{{params.x}}}}{after}", scope) == f"{before}{value}{after}"


@given(st.lists(st.sampled_from(["{{", "}}", "{", "}", "\\", "params", ".", "list", "0", ":", '"', " ", "env"])))
def test_rendering_raises_template_errors_only(parts: list[str]) -> None:
    text = "".join(parts)
    try:
        render(text, SCOPE)
    except TemplateError as error:
        assert error.token_text in text
