import pytest
from inline_snapshot import snapshot

from aetherflow.core.resolution.tokens import UNSUPPORTED, TemplateSyntaxError, parse_template


def error_of(text: str) -> TemplateSyntaxError:
    with pytest.raises(TemplateSyntaxError) as caught:
        parse_template(text)
    return caught.value


def test_the_message_begins_with_the_promised_words() -> None:
    assert error_of("{{x|y}}").message == snapshot(
        'Unsupported templating syntax. Use {{VAR}} or {{VAR:DEFAULT}}: "{{x|y}}" has a filter ("|")'
    )


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        ("{{ x | upper }}", '"{{ x | upper }}" has a filter ("|")', "compute the value in a step"),
        ("{{ x | default('a') }}", '"{{ x | default(\'a\') }}" has a filter ("|")', "write {{x:'a'}}"),
        ("{{f(x)}}", '"{{f(x)}}" has a call', "compute the value in a step"),
        ("{{a[0]['b'].c}}", "\"{{a[0]['b'].c}}\" has brackets", "write {{a.0.b.c}}"),
        ("{{a[b c]}}", '"{{a[b c]}}" has brackets', "keys and indices stand after dots"),
        ("{{a + b}}", '"{{a + b}}" is an expression', "a token is one path: compute the value in a step"),
        ("{{a b}}", '"{{a b}}" is more than one path', "a token is one path, without spaces"),
        ("{{}}", '"{{}}" names nothing', r"write a path, as in {{params.day}}; literal braces are written \{{"),
        ("{{.Names}}", '"{{.Names}}" begins with a dot', r"literal braces are written \{{"),
        ("{{x.}}", '"{{x.}}" lacks a name beside a dot', None),
        ("{{x..y}}", '"{{x..y}}" lacks a name beside a dot', None),
        ("{{1x}}", '"{{1x}}" begins with a digit', "a path begins with a name"),
        ("{{ x", '"{{ x" has no closing "}}"', r"literal braces are written \{{"),
        ("{{x}", '"{{x}" lacks a "}"', "write {{x}}"),
        ("{{params.n} rows", '"{{params.n} rows" lacks a "}"', "write {{params.n}}"),
        ("{{params.n} {{steps.x}}", '"{{params.n} {{steps.x}}" lacks a "}"', "write {{params.n}}"),
        ("{{a:b} {{c}}", '"{{a:b} {{c}}" lacks a "}"', "write {{a:b}}"),
        ("{{{x}}}", '"{{{x}}" begins with three braces', "put a space between a brace of your own and the token's"),
        ("{{a {{b}} }}", '"{{a {{b}}" has braces inside braces', "tokens cannot be nested"),
        ("{{a:{{b}}}}", '"{{a:{{b}}" has braces inside braces', "tokens cannot be nested"),
        ("{{a:{{b}} }}", '"{{a:{{b}}" has braces inside braces', "tokens cannot be nested"),
        ("{{a,b},{c,d}}", '"{{a,b},{c,d}}" has braces inside braces', "tokens cannot be nested"),
        ("{{a:{}}}", '"{{a:{}}" has a DEFAULT that its first "}}" cuts short', 'put a space before the closing "}}"'),
        (
            "{{$x}}",
            '"{{$x}}" is no path',
            "a path is names and indices with dots between them, as in {{steps.pull.rows}}",
        ),
        ("{{x:.inf}}", '"{{x:.inf}}" has a DEFAULT that cannot be read: ".inf" is not a finite number', None),
        (
            '{{x:"a}}',
            '"{{x:"a}}" has a DEFAULT that cannot be read: the text that begins with " does not end with it',
            None,
        ),
    ],
)
def test_a_mistake_is_named_with_what_to_write_instead(text: str, reason: str, hint: str | None) -> None:
    error = error_of(text)
    assert error.message == f"{UNSUPPORTED}: {reason}"
    assert error.hint == hint


def test_the_offsets_are_those_of_the_would_be_token() -> None:
    error = error_of("ab {{x}} {{y|z}} c")
    assert (error.start, error.end) == (9, 16)


def test_an_open_token_reaches_to_the_end_of_the_text() -> None:
    error = error_of("ab {{x")
    assert (error.start, error.end) == (3, 6)


def test_a_long_mistake_is_quoted_in_part() -> None:
    error = error_of("{{" + "x " * 10_000 + "}}")
    assert error.message == f'{UNSUPPORTED}: "{{{{{"x " * 18}x…" is more than one path'


def test_numbers_that_no_document_holds_are_text_inside_a_longer_string() -> None:
    assert parse_template("a {{x:.inf}}").tokens[0].default == ".inf"


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text",
    [
        "{{" * 500_000,
        "{{" + "a." * 500_000 + "}}",
        "{{ a" + " " * 1_000_000 + "b}}",
        "{{a" + "[0]" * 300_000 + "}}",
        "{{a" + "[" * 1_000_000 + "}}",
        "{{a|default( " + " " * 1_000_000 + "}}",
        '{{x:"' + '\\"' * 500_000 + "}}",
    ],
)
def test_a_mistake_of_megabytes_is_named_in_a_moment(text: str) -> None:
    error = error_of(text)
    assert len(error.message) + len(error.hint or "") < 300
