import pytest

from aetherflow.core.diagnostics.folding import folded


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("short", ["short"]),
        ("one two three four five", ["one two three", "four five"]),
        ("at /srv/flows/plugins/orders/steps.py:3", ["at /srv/flows/", "plugins/orders/", "steps.py:3"]),
        ("a sha256:0123456789abcdef now", ["a", "sha256:0123456789abcdef", "now"]),
        ("", [""]),
    ],
)
def test_lines_are_broken_between_words_and_behind_slashes(text: str, lines: list[str]) -> None:
    assert folded(text, 15, 15) == lines


def test_the_first_line_may_have_less_room() -> None:
    assert folded("one two three", 4, 20) == ["one", "two three"]


def test_wide_signs_count_twice() -> None:
    assert folded("日本 日本", 8, 8) == ["日本", "日本"]
