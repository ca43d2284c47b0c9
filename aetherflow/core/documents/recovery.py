"""Goes on reading behind an error of the parser, where the error is one that can be stepped over."""

from collections.abc import Callable

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.documents.blanking import cover, uncover
from aetherflow.core.documents.lines import LineIndex
from aetherflow.core.documents.source import Source
from aetherflow.core.documents.syntax import explain_error, located
from aetherflow.core.documents.syntax_rules import UNQUOTED_TEMPLATE, Explanation
from aetherflow.core.documents.tree import Tree

_MOST_ATTEMPTS = 30
_MOST_CHARACTERS = 2_000_000  # read again in all, so that a large file with many errors ends soon

Attempt = tuple[Tree | None, list[Diagnostic], Exception | None]


def read_on(
    error: Exception | None,
    found: list[Diagnostic],
    source: Source,
    lines: LineIndex,
    attempt: Callable[[str, Source, LineIndex], Attempt],
) -> tuple[Tree | None, list[Diagnostic]]:
    """Cover what the parser stumbled over and try again; gives the tree, if there came to be one, and all findings."""
    text, tree, steps = source.text, None, []
    for _ in range(min(_MOST_ATTEMPTS, _MOST_CHARACTERS // (len(text) + 1) + 1)):
        if error is None:
            break
        explained = explain_error(error, text, lines)
        steps += explained
        if not _can_be_covered(explained):
            break
        text = cover(text, explained[0].start, explained[0].end)
        tree, found, error = attempt(text, source, lines)
    if tree is not None:
        uncover(tree, [(step.start, step.end) for step in steps], source.text)
    return tree, [*found, *(located(step, lines) for step in steps)]


def _can_be_covered(explained: list[Explanation]) -> bool:
    first = explained[0]
    return first.code == UNQUOTED_TEMPLATE and first.end > first.start
