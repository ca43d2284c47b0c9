import pytest
from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.resolution.tokens import (
    Template,
    TemplateSyntaxError,
    Token,
    parse_template,
    templates_in,
)


def only_token(text: str) -> Token:
    token = parse_template(text).single
    assert token
    return token


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("{{x}}", ("x",)),
        ("{{ params.day }}", ("params", "day")),
        ("{{jobs.my-job.outputs.files.0}}", ("jobs", "my-job", "outputs", "files", "0")),
        ("{{\n  _a.b_2\t}}", ("_a", "b_2")),
        ("{{env.größe}}", ("env", "größe")),
    ],
)
def test_a_token_names_a_path(text: str, path: tuple[str, ...]) -> None:
    assert only_token(text).path == path
    assert only_token(text).default is None


@pytest.mark.parametrize(
    ("text", "default", "typed"),
    [
        ("{{x:5}}", "5", 5),
        ("{{ x : 5 }}", "5", 5),
        ('{{x:"5"}}', "5", "5"),
        ("{{x:'it''s'}}", "it's", "it's"),
        (r'{{x:"a\tb"}}', "a\tb", "a\tb"),
        ('{{x:" "}}', " ", " "),
        ("{{x:}}", "", ""),
        ("{{x:  }}", "", ""),
        ("{{x:true}}", "true", True),
        ("{{x:null}}", "null", None),
        ("{{x:0x10}}", "0x10", 16),
        ("{{x:no}}", "no", "no"),
        ("{{x:http://host:80/a}}", "http://host:80/a", "http://host:80/a"),
        ("{{x:it's}}", "it's", "it's"),
        ("{{x:{a} }}", "{a}", "{a}"),
        ("{{x:a\nb}}", "a\nb", "a\nb"),
    ],
)
def test_a_default_stands_after_the_first_colon(text: str, default: str, typed: object) -> None:
    token = only_token(text)
    assert (token.default, token.typed_default) == (default, typed)
    assert type(token.typed_default) is type(typed)


def test_a_longer_string_is_cut_into_text_and_tokens() -> None:
    template = parse_template("a {{x}}{{y:1}} b")
    assert template.parts == (
        "a ",
        Token(("x",), None, "{{x}}", 2, 7),
        Token(("y",), "1", "{{y:1}}", 7, 14),
        " b",
    )
    assert template.single is None


def test_a_token_with_anything_beside_it_is_not_the_whole_string() -> None:
    assert parse_template("{{x}} ").single is None


@pytest.mark.parametrize(
    "text",
    [
        "${HOME}",
        r"find . -exec rm {} \;",
        '{"a": {"b": 1}}',
        "a }} b",
        "{%if%}",
        "{ {x} }",
        "",
    ],
)
def test_other_braces_are_plain_text(text: str) -> None:
    assert "".join(map(str, parse_template(text).parts)) == text
    assert not parse_template(text).tokens


def test_a_token_may_stand_inside_json_and_behind_a_dollar_sign() -> None:
    assert parse_template('{"a": {{x}}}').parts[::2] == ('{"a": ', "}")
    assert parse_template("${{ x }}").parts[0] == "$"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"\{{", "{{"),
        (r"\{{x}}", "{{x}}"),
        (r"a \{{.Names}} b", "a {{.Names}} b"),
        (r"\\{{x}}", r"\{{x}}"),
        (r"\{{{", "{{{"),
        (r"\{{\{{", "{{{{"),
    ],
)
def test_a_backslash_makes_braces_literal(text: str, plain: str) -> None:
    assert parse_template(text).parts == (plain,)


def test_tokens_may_follow_literal_braces() -> None:
    assert [str(part) for part in parse_template(r"\{{a}} {{x}}").parts[:1]] == ["{{a}} "]
    assert parse_template(r"\{{a}} {{x}}").tokens[0].start == 7


def test_templates_are_found_at_any_depth_in_document_order() -> None:
    value = {"a": ["plain", "{{x}}"], "{{key}}": {"b": "{{y"}, "c": 5, "d": None, "e": "{{z}}"}
    found = [(path, text, type(parsed)) for path, text, parsed in templates_in(value)]
    assert found == [
        (("a", 1), "{{x}}", Template),
        (("{{key}}", "b"), "{{y", TemplateSyntaxError),
        (("e",), "{{z}}", Template),
    ]


def test_a_string_alone_is_found_at_the_empty_path() -> None:
    assert [path for path, _, _ in templates_in("{{x}}")] == [()]


def test_a_structure_of_any_depth_is_walked() -> None:
    value: object = "{{x}}"
    for _ in range(5000):
        value = [value]
    assert len(list(templates_in(value))) == 1


TEMPLATE_LIKE = st.lists(
    st.sampled_from(["{{", "}}", "{", "}", "\\", "x", "a.b", ":", "5", '"', "'", " ", "|", "[0]", "\n", "é"])
).map("".join)


@given(st.one_of(st.text(), TEMPLATE_LIKE))
def test_any_text_parses_to_its_own_parts_or_says_where_it_cannot(text: str) -> None:
    try:
        template = parse_template(text)
    except TemplateSyntaxError as error:
        assert 0 <= error.start < error.end <= len(text)
        assert error.message.startswith("Unsupported templating syntax. Use {{VAR}} or {{VAR:DEFAULT}}")
        return
    written = (part.text if isinstance(part, Token) else part.replace("{{", r"\{{") for part in template.parts)
    assert "".join(written) == text
    assert all(text[token.start : token.end] == token.text for token in template.tokens)


@given(st.text())
def test_any_text_can_be_written_literally(text: str) -> None:
    assert "".join(map(str, parse_template(text.replace("{{", r"\{{")).parts)) == text
