"""Text from flows and children cannot steer the terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.events.segments import harmless


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;a new title\x07after", "after"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b[2J\x1b[Hcleared", "cleared"),
        ("\x9b31mred", "red"),
        ("10%\r50%\r100%", "100%"),
        ("done\r\n", "done\n"),
        ("bell\x07", "bell\N{REPLACEMENT CHARACTER}"),
        ("a\tb\nc", "a\tb\nc"),
        ("abc\u202edcba", "abc\N{REPLACEMENT CHARACTER}dcba"),
        ("\x1b]0;a title without an end", ""),
        ("äöü ✓ 日本", "äöü ✓ 日本"),
    ],
)
def test_escape_sequences_and_controls_are_taken_out(text: str, shown: str) -> None:
    assert harmless(text) == shown


@given(st.text(alphabet=st.sampled_from("ab\x1b[]0;m\x07\\\r\n\t\x9b\u202e\ud800P_^X31"), max_size=40))
def test_nothing_is_left_that_is_not_printable(text: str) -> None:
    assert all(sign.isprintable() or sign in "\n\t" for sign in harmless(text))
