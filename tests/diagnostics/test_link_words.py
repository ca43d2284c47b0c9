"""What a terminal shows of a sentence with Markdown's links."""

import pytest

from aetherflow.core.diagnostics.link_words import without_links


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("What [the file](../../data-files.md) is.", "What the file is."),
        ("[A](a.md) and [`b`](https://example.com/b#c).", "A and `b`."),
        ("A list [a, b] (or none) and [x] (y).", "A list [a, b] (or none) and [x] (y)."),
        ("As in `[text](target)`, and [so](on.md).", "As in `[text](target)`, and so."),
        ("An end [of](", "An end [of]("),
        ("[outer [inner](a.md)](b.md)", "[outer inner](b.md)"),
    ],
)
def test_the_words_of_a_link_are_shown_and_not_where_it_leads(written: str, shown: str) -> None:
    assert without_links(written) == shown
