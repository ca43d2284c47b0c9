"""Goes on reading behind an error of the parser, where the error is one that can be stepped over."""

from aetherflow.core.documents.attempt import Attempt, attempt_reading
from aetherflow.core.documents.blanking import cover, uncover
from aetherflow.core.documents.lines import LineIndex
from aetherflow.core.documents.source import Source
from aetherflow.core.documents.syntax import explain_error, located
from aetherflow.core.documents.syntax_rules import UNQUOTED_TEMPLATE, Explanation

_MOST_ATTEMPTS = 30
_MOST_CHARACTERS = 2_000_000  # read again in all, so that a large file with many errors ends soon


def read_on(attempt: Attempt, source: Source, lines: LineIndex) -> Attempt:
    """Cover what the parser stumbled over and try again; the findings of the last try and of all errors remain."""
    text = source.text
    steps: list[Explanation] = []
    for _ in range(min(_MOST_ATTEMPTS, _MOST_CHARACTERS // (len(text) + 1) + 1)):
        if attempt.error is None:
            break
        explained = explain_error(attempt.error, text, lines)
        steps += explained
        if not _can_be_covered(explained):
            break
        text = cover(text, explained[0].start, explained[0].end)
        attempt = attempt_reading(text, source, lines)
    places = [(step.start, step.end) for step in steps]
    paths = uncover(attempt.tree, places, source.text) if attempt.tree else {}
    told = [located(step, lines, paths.get(place, ())) for step, place in zip(steps, places, strict=True)]
    return Attempt(attempt.tree, [*attempt.found, *told])


def _can_be_covered(explained: list[Explanation]) -> bool:
    first = explained[0]
    return first.code == UNQUOTED_TEMPLATE and first.end > first.start
