"""Every value knows where it stands."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.contracts.span import DocumentPath, Span
from tests.documents.reading import NAME, read, under

TEXT = """\
flow:
  id: orders   # a comment
  description: "über alles"
jobs:
  - id: a
    steps:
      - {id: s, inputs: {command: [ls, -l]}}
    when: &w "{{params.x}} and {{params.x}}"
  - id: b   # the second
    when: *w
    text: |
      first {{env.A}}
      second
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("flow", "id"), "orders"),
        (("flow", "description"), '"über alles"'),
        (("jobs", 0, "id"), "a"),
        (("jobs", 0, "steps", 0), "{id: s, inputs: {command: [ls, -l]}}"),
        (("jobs", 0, "steps", 0, "inputs", "command", 1), "-l"),
        (("jobs", 0, "when"), '"{{params.x}} and {{params.x}}"'),
        (("jobs", 1, "when"), "*w"),
        (("jobs", 1, "text"), "|"),
        (("jobs", 1), "id: b"),
    ],
)
def test_a_value_has_a_span(path: DocumentPath, expected: str) -> None:
    assert under(read(TEXT).span(path), TEXT) == expected


def test_a_key_has_a_span() -> None:
    document = read(TEXT)
    assert under(document.span(("jobs", 0, "steps"), key=True), TEXT) == "steps"
    assert under(document.span(("jobs", 0, "steps", 0, "inputs"), key=True), TEXT) == "inputs"


def test_a_path_that_is_absent_has_the_span_of_what_holds_it() -> None:
    document = read(TEXT)
    assert document.span(("jobs", 0, "nothing", "here")) == document.span(("jobs", 0))
    assert document.span(("jobs", 7)) == document.span(("jobs",))
    assert document.span(("flow", "id", "deeper")) == document.span(("flow", "id"))
    assert document.span(("flow", 0)) == document.span(("flow",))


def test_columns_count_characters_from_1() -> None:
    assert read('"ü": é').span(("ü",)) == Span(NAME, 1, 6, 1, 7)


def test_windows_line_ends_count_once() -> None:
    assert read("a: 1\r\nb: 2\r\n").span(("b",)) == Span(NAME, 2, 4, 2, 5)


def test_a_text_inside_a_scalar_is_found() -> None:
    document = read(TEXT)
    first = document.find(("jobs", 0, "when"), "{{params.x}}")
    second = document.find(("jobs", 0, "when"), "{{params.x}}", 1)
    assert under(first, TEXT) == under(second, TEXT) == "{{params.x}}"
    assert (first.column, second.column) == (15, 32)


def test_a_text_inside_a_block_scalar_is_found_on_its_line() -> None:
    span = read(TEXT).find(("jobs", 1, "text"), "{{env.A}}")
    assert (span.line, under(span, TEXT)) == (12, "{{env.A}}")


def test_a_text_that_is_written_otherwise_gives_the_span_of_the_scalar() -> None:
    document = read('a: "x\\u0041y"')
    assert document.find(("a",), "A") == document.span(("a",))


def test_a_merged_value_stands_where_it_was_written() -> None:
    text = "base: &base\n  retry: 3\nuse:\n  <<: *base\n  own: 1\n"
    document = read(text)
    assert document.span(("use", "retry")).line == 2
    assert document.span(("use", "own")).line == 5
    assert document.span(("use", "retry"), key=True).line == 2


def test_what_is_inside_an_alias_stands_at_its_anchor() -> None:
    text = "a: &x\n  k: v\nb: *x\n"
    assert read(text).span(("b", "k")) == read(text).span(("a", "k"))


KEYS = st.text("abc", min_size=1, max_size=3)
LEAVES = st.integers(0, 99).map(lambda number: f"v{number}")
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=15,
)


def paths(tree: Any, path: DocumentPath = ()) -> Iterator[tuple[DocumentPath, str]]:
    """Give the path and the value of every leaf."""
    if isinstance(tree, str):
        yield path, tree
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield from paths(value, (*path, key))


@given(TREES, st.booleans())
def test_the_span_of_every_leaf_covers_its_text(tree: Any, in_block: bool) -> None:
    text = yaml.safe_dump(tree, default_flow_style=not in_block, width=1000)
    document = read(text)
    for path, leaf in paths(document.data):
        assert under(document.span(path), text) == leaf
        if path and isinstance(path[-1], str):
            assert under(document.span(path, key=True), text) == path[-1]
