"""What is wrong with the YAML itself is shown at its place, all of it in one go."""

import pytest

from aetherflow.core.documents.reader import read_document
from aetherflow.core.documents.source import Source
from tests.documents.reading import codes, findings, shown


def only(text: str) -> str:
    """Render the only finding of a text."""
    found = findings(text)
    assert len(found) == 1
    return shown(found, text).removesuffix("\n\n1 error")


def test_a_duplicate_key_is_shown_with_the_first_place() -> None:
    text = "flow:\n  id: a\n  id: b\n"
    assert (
        only(text)
        == """\
error[AF-Y201]: the key "id" stands twice in this mapping
 --> flow.yaml:3:3
  |
3 |   id: b
  |   ^^ first defined at line 2
  |
  = remove one of the two, or give it another name"""
    )


def test_every_duplicate_key_is_a_finding_and_the_first_value_stays() -> None:
    text = "a: 1\na: 2\na: {b: 1, b: 2}\n"
    assert [(finding.span.line, finding.label) for finding in findings(text) if finding.span] == [
        (2, "first defined at line 1"),
        (3, "first defined at line 1"),
        (3, "first defined at line 3"),
    ]


def test_a_finding_has_the_path_of_its_value() -> None:
    assert [finding.path for finding in findings("jobs:\n  - steps:\n      - {id: a, id: b, x: .inf}\n")] == [
        ("jobs", 0, "steps", 0, "id"),
        ("jobs", 0, "steps", 0, "x"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("1: a", "AF-Y202", 'the key "1" is an integer, not a string'),
        ("true: a", "AF-Y202", 'the key "true" is a boolean, not a string'),
        ("null: a", "AF-Y202", 'the key "null" is nothing, not a string'),
        ("1.5: a", "AF-Y202", 'the key "1.5" is a decimal number, not a string'),
        ("?\n: a", "AF-Y202", "a key is missing"),
        ("? [a]\n: b", "AF-Y203", "a list or mapping cannot be a key"),
        ("a: .inf", "AF-Y204", '".inf" is not a finite number'),
        ("a: 9223372036854775808", "AF-Y204", 'the integer "9223372036854775808" does not fit into 64 bits'),
        ("a: !!int x", "AF-Y204", "the tag !!int does not fit a string"),
        ("a: !!python/object:os.system x", "AF-Y205", 'the tag "!!python/object:os.system" cannot be read on a string'),
        ("a: !mine {}", "AF-Y205", 'the tag "!mine" cannot be read on a mapping'),
        ("a: !!set {}", "AF-Y205", 'the tag "!!set" cannot be read on a mapping'),
        ("a: !!timestamp 2024-01-01", "AF-Y205", 'the tag "!!timestamp" cannot be read on a string'),
        ("a: !!map []", "AF-Y205", 'the tag "!!map" cannot be read on a list'),
        ("a: *b", "AF-Y301", 'no anchor "&b" stands before this alias'),
        ("a: &b [*b]", "AF-Y302", 'the alias "*b" stands inside its own anchor'),
        ("a: {<<: 5}", "AF-Y206", '"<<" merges a mapping or a list of mappings, found an integer'),
        ("a: {<<: [5]}", "AF-Y206", '"<<" merges a mapping or a list of mappings, found a list'),
        ("a: {<<: {}, <<: {}}", "AF-Y201", 'the key "<<" stands twice in this mapping'),
        ("a: 1\n---\nb: 2", "AF-Y104", "a second document begins here; a file holds one"),
        ("a: \x07", "AF-Y005", "the character U+0007 cannot stand in YAML"),
        ("a: \ud800", "AF-Y005", "the character U+D800 cannot stand in YAML"),
    ],
)
def test_what_is_no_plain_data_is_named(text: str, code: str, message: str) -> None:
    assert [(finding.code, finding.message) for finding in findings(text)] == [(code, message)]


def test_every_control_character_is_a_finding() -> None:
    assert [
        (finding.span.line, finding.span.column) for finding in findings("a: \x07\nb: x\x00y\n") if finding.span
    ] == [
        (1, 4),
        (2, 5),
    ]


def test_an_unknown_alias_has_a_suggestion() -> None:
    assert findings("a: &defaults 1\nb: *default\n")[0].label == 'did you mean "defaults"?'


def test_an_unquoted_template_says_to_quote_it() -> None:
    text = "message: {{params.name}}\n"
    assert (
        only(text)
        == """\
error[AF-Y103]: a value that begins with {{ must be quoted: YAML reads the braces as a mapping
 --> flow.yaml:1:10
  |
1 | message: {{params.name}}
  |          ^^^^^^^^^^^^^^^ put it in quotes
  |
  = write "{{params.name}}\""""
    )


def test_every_unquoted_template_is_found_in_one_go() -> None:
    text = (
        "a: {{x}}/y\nb: {{x}} and {{y}}   # comment\nc: [{{x}}, {{y}}/z, d]\n"
        "d: {k: {{x}}.csv}\ne:\n  - {{ x }} - y\n  - {{x}}\n"
    )
    assert codes(text) == ["AF-Y103"] * 7
    assert [finding.hint for finding in findings(text)] == [
        'write "{{x}}/y"',
        'write "{{x}} and {{y}}"',
        'write "{{x}}"',
        'write "{{y}}/z"',
        'write "{{x}}.csv"',
        'write "{{ x }} - y"',
        'write "{{x}}"',
    ]


def test_an_unquoted_template_is_read_on_as_the_string_that_was_meant() -> None:
    document = read_document(Source("f", "a: {{x}}/y\nb: {{x}}\nc: 1\n")).document
    assert document is not None
    assert document.data == {"a": "{{x}}/y", "b": "{{x}}", "c": 1}


def test_an_unquoted_template_has_the_path_of_its_value() -> None:
    assert [finding.path for finding in findings("a: {b: [{{x}}/y]}\nc: {{z}}\n")] == [("a", "b", 0), ("c",)]
