"""A YAML text becomes plain data."""

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.documents import parsing
from tests.documents.reading import codes, data, findings

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")))
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdef_", max_size=4), inner, max_size=4),
    max_leaves=20,
)


@pytest.fixture(params=["libyaml", "pure Python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if request.param == "pure Python":
        monkeypatch.setattr(parsing, "EventParser", yaml.SafeLoader)
    yield


def test_plain_scalars_are_typed_and_quoted_ones_are_strings(parser: None) -> None:
    text = "a: [no, on, 12:30, 2024-01-31, 0x10, 0o17, 1.5, ~, true]\nb: ['1', \"true\", '', '~']\nc: |\n  12\nd:\n"
    assert data(text) == {
        "a": ["no", "on", "12:30", "2024-01-31", 16, 15, 1.5, None, True],
        "b": ["1", "true", "", "~"],
        "c": "12\n",
        "d": None,
    }


def test_the_key_on_is_a_string(parser: None) -> None:
    assert data("on: 1\nno: 2\n") == {"on": 1, "no": 2}


def test_core_tags_are_honoured(parser: None) -> None:
    text = "[!!str 12, !!int '12', !!float 3, !!bool 'true', !!null '', ! 12, !!seq [1], !!map {a: 1}]"
    assert data(text) == ["12", 12, 3.0, True, None, "12", [1], {"a": 1}]


def test_an_alias_is_its_anchors_value(parser: None) -> None:
    assert data("a: &x [1, 2]\nb: *x\nc: &y text\nd: [*y]\n") == {"a": [1, 2], "b": [1, 2], "c": "text", "d": ["text"]}


def test_an_anchor_may_be_defined_anew(parser: None) -> None:
    assert data("[&a 1, *a, &a 2, *a]") == [1, 1, 2, 2]


def test_a_merge_adds_what_is_missing_and_never_overrides(parser: None) -> None:
    text = "base: &base {a: 1, b: 2}\nuse:\n  b: 3\n  <<: *base\n  c: 4\n"
    assert data(text)["use"] == {"b": 3, "c": 4, "a": 1}


def test_of_several_merged_mappings_the_first_wins(parser: None) -> None:
    assert data("x: {<<: [{a: 1}, {a: 2, b: 2}], c: 3}")["x"] == {"c": 3, "a": 1, "b": 2}


def test_a_merged_mapping_may_itself_be_merged(parser: None) -> None:
    assert data("a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b, z: 3}\n")["c"] == {"z": 3, "y": 2, "x": 1}


def test_a_quoted_merge_key_is_a_key(parser: None) -> None:
    assert data("'<<': 1") == {"<<": 1}


def test_windows_line_ends_are_read(parser: None) -> None:
    assert data("a: 1\r\nb:\r\n  - x\r\n") == {"a": 1, "b": ["x"]}


def test_a_document_mark_is_allowed(parser: None) -> None:
    assert data("%YAML 1.2\n---\na: 1\n...\n" if parsing.EventParser is yaml.SafeLoader else "---\na: 1\n...\n") == {
        "a": 1
    }


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "~"])
def test_an_empty_document_is_a_finding(text: str, parser: None) -> None:
    assert [finding.message for finding in findings(text)] == ["the document is empty"]


@given(TREES)
def test_what_a_yaml_writer_writes_is_read_back(tree: object) -> None:
    text = yaml.safe_dump({"root": tree}, allow_unicode=True, default_style='"')
    assert data(text) == {"root": tree}


@given(st.text())
def test_no_text_makes_the_reader_raise(text: str) -> None:
    assert all(code.startswith("AF-Y") for code in codes(text))


@given(
    st.lists(
        st.sampled_from([*"ab:-,[]{}'\"&*!|>%@#?\n\t 1<~.\\", "{{x}}", "<<: ", "- ", ": ", "\n  "]), max_size=30
    ).map("".join)
)
def test_no_yaml_like_text_makes_the_reader_raise(text: str) -> None:
    assert all(code.startswith("AF-Y") for code in codes(text))
