"""What the YAML parser cannot read is told in words that say what to change."""

import pytest
import yaml

from aetherflow.core.documents import parsing
from tests.documents.reading import findings, shown, under

MISTAKES = [
    ("a:\n\t- b\n", "AF-Y102", "a tab cannot indent a line", "\t"),
    ("\ta: b\n", "AF-Y102", "a tab cannot indent a line", "\t"),
    ("a: @x\n", "AF-Y105", 'a value cannot begin with "@"', "@"),
    ("a: `x`\n", "AF-Y105", 'a value cannot begin with "`"', "`"),
    ("a: 'x\nb: 1\n", "AF-Y106", "this quote is never closed", "'"),
    ('a: "x\nb: 1\n', "AF-Y106", "this quote is never closed", '"'),
    ("a: [1, 2\nb: 3\n", "AF-Y107", 'this "[" is not closed', "["),
    ("a: {b: 1\n", "AF-Y107", 'this "{" is not closed', "{"),
    ("a: b: c\n", "AF-Y108", 'a ":" with a space behind it cannot stand in a plain value', ":"),
    ("a: 1\n b: 2\n", "AF-Y108", "a new key cannot begin here", ":"),
    ("key without colon\nb: 1\n", "AF-Y108", "a new key cannot begin here", ":"),
    ("a: - b\n", "AF-Y109", "a list cannot begin on the line of its key", "-"),
    ("a: 'it's'\n", "AF-Y110", "the value has ended, and more text follows it", "s'"),
    ('a: "x" y\n', "AF-Y110", "the value has ended, and more text follows it", "y"),
    ("a: [x] y\n", "AF-Y110", "the value has ended, and more text follows it", "y"),
    ("a:\n  b: 1\n c: 2\n", "AF-Y111", "this line is indented by 1 space, which fits no line above it", "c: 2"),
    (
        "jobs:\n  - id: a\n   steps: []\n",
        "AF-Y111",
        "this line is indented by 3 spaces, which fits no line above it",
        "steps: []",
    ),
    ("a: 1\n- b\n", "AF-Y117", '"key: value" was expected here, as in the lines above', "- b"),
    ("- a\nb: 1\n", "AF-Y117", '"- item" was expected here, as in the lines above', "b: 1"),
    ("a: b\nfoo\n", "AF-Y112", 'a key without ":"', "foo"),
    ("a: }\n", "AF-Y114", 'a value was expected, found "}"', "}"),
    ("a: [1,,2]\n", "AF-Y114", 'a value was expected, found ","', ","),
    ("a: *.csv\n", "AF-Y115", 'a plain value cannot begin with "*": YAML reads the name of an anchor behind it', "*"),
    ("a: |echo hello\n", "AF-Y116", 'the line must end after "|" or ">"', "e"),
    ('a: "\\d+"\n', "AF-Y113", '"\\d" is no escape that YAML knows', "\\d"),
]


@pytest.mark.parametrize(("text", "code", "message", "marked"), MISTAKES)
def test_a_mistake_is_told_at_its_exact_place(text: str, code: str, message: str, marked: str) -> None:
    (finding,) = findings(text)
    assert finding.span is not None
    assert (finding.code, finding.message, under(finding.span, text)) == (code, message, marked)
    assert finding.hint


@pytest.mark.parametrize(("text", "code"), [(text, code) for text, code, _, _ in MISTAKES])
def test_the_pure_python_parser_finds_the_mistake_too(text: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "EventParser", yaml.SafeLoader)
    (finding,) = findings(text)
    assert finding.code == code


def test_a_tab_in_the_indentation_reads_well() -> None:
    text = "jobs:\n\t- id: a\n"
    assert (
        shown(findings(text), text)
        == """\
error[AF-Y102]: a tab cannot indent a line
 --> flow.yaml:2:1
  |
2 |     - id: a
  | ^^^^
  |
  = indent with spaces, two for each level; most editors can convert tabs

1 error"""
    )


def test_what_stands_before_a_syntax_error_is_found_too() -> None:
    assert [finding.code for finding in findings("a: 1\na: 2\nb: 'x\n")] == ["AF-Y201", "AF-Y106"]


def test_a_mistake_without_a_rule_of_its_own_gives_the_parsers_words() -> None:
    (finding,) = findings("%YAML 9.9\n---\na: 1\n")
    assert (finding.code, finding.message) == ("AF-Y101", "this is not YAML: found incompatible YAML document")
