"""Texts for a report: harmless, masked, and cut to a length, in this order, so that no secret comes out of a cut."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from aetherflow.core.events.segments import harmless
from aetherflow.core.events.wording import counted
from aetherflow.core.operations.report.values import Pair

Mask = Callable[[str], str]

_ALL_TEXT = 8_000_000  # characters that the details of all steps may take together
_SHORTEST_CUT, _LONGEST_CUT = 200, 4_000
_MOST_PAIRS = 40
_ONE_LINE = 100
_LONGEST_LINE = 300


def longest_for(entries: int) -> int:
    """Say how long a text may be where there are so many steps and items: the page keeps a size that browsers like."""
    return max(_SHORTEST_CUT, min(_LONGEST_CUT, _ALL_TEXT // max(1, entries)))


class Texts:
    """Makes texts of what is recorded; ``longest`` is the length in characters beyond which they are cut."""

    def __init__(self, mask: Mask, longest: int) -> None:
        self._mask = mask
        self._longest = longest

    def text(self, text: object) -> str:
        """Give a text without what steers a terminal or a reader's eye, masked, and cut where it is long."""
        return self._cut(self._clean(str(text))) if text else ""

    def line(self, text: object) -> str:
        """Give the first line of a text, cut to what a row can show; an ellipsis stands for what is missing."""
        first, *more = self.text(text).strip("\n").split("\n")
        short = first[:_LONGEST_LINE]
        return f"{short}…" if more or len(first) > _LONGEST_LINE else short

    def value(self, value: Any) -> str:
        """Give a JSON value: a text as it is, everything else as JSON, in lines where it is long."""
        return self.text(value) if isinstance(value, str) else self._cut(self._clean(_json(value)))

    def pairs(self, values: Any) -> tuple[Pair, ...]:
        """Give the named values of an object; what is no object is one value without a name."""
        if not isinstance(values, Mapping):
            return () if values in (None, []) else (Pair("", self.value(values)),)
        shown: list[Pair] = []
        room = 2 * self._longest  # for all of them together
        for name, value in values.items():
            if room < 0 or len(shown) == _MOST_PAIRS:
                return (*shown, Pair("…", f"and {counted(len(values) - len(shown), 'more value')}"))
            shown.append(Pair(self.line(name), self.value(value)))
            room -= len(shown[-1].text)
        return tuple(shown)

    def _clean(self, text: str) -> str:
        return self._mask(harmless(text))

    def _cut(self, text: str) -> str:
        more = len(text) - self._longest
        return text if more <= 0 else f"{text[: self._longest]}… and {more:,} more characters"


def _json(value: Any) -> str:
    written = msgspec.json.encode(value)
    if len(written) > _ONE_LINE:
        written = msgspec.json.format(written, indent=2)
    return written.decode()
