"""Cuts the text of a condition into words: names, literals, operators, brackets."""

import math
import re
from typing import Any, Literal

from msgspec import Struct

from aetherflow.core.resolution.quoting import QuotingError, unescape
from aetherflow.core.resolution.when.foreign_signs import FOREIGN_SIGNS
from aetherflow.core.resolution.when.syntax_error import ConditionSyntaxError

WordKind = Literal["name", "segment", "literal", "operator", "keyword", "end"]

KEYWORDS = frozenset(["and", "or", "not", "in"])
_CONSTANTS = {"true": True, "false": False, "null": None, "none": None}
_WORD = re.compile(
    r"""(?P<space>\s+)
    |(?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))
    |(?P<name>[^\W\d][\w-]*)
    |(?P<segment>\.\w[\w-]*)
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<operator>==(?!=)|!=(?!=)|<=(?!>)|>=|<(?![<>=])|>(?!>)|[()\[\],])""",
    re.VERBOSE | re.DOTALL,
)


class Word(Struct, frozen=True):
    """One word: ``text`` as written, ``value`` of a literal, offsets in the condition."""

    kind: WordKind
    text: str
    start: int
    end: int
    value: Any = None


def read_words(text: str) -> list[Word]:
    """Cut a condition into words, a last one of kind ``end`` included; raises ConditionSyntaxError."""
    words: list[Word] = []
    at = 0
    while at < len(text):
        found = _WORD.match(text, at)
        if not found:
            raise _foreign_sign(text, at)
        if found.lastgroup != "space":
            words.append(_word(found))
        at = found.end()
    return [*words, Word("end", "", len(text), len(text))]


class WordStream:
    """The words of a condition, read one after another."""

    def __init__(self, text: str) -> None:
        self._words = read_words(text)
        self._at = 0
        self.last_end = 0

    @property
    def next(self) -> Word:
        """The word that comes next; at the end the one of kind ``end``, again and again."""
        return self._words[self._at]

    def advance(self) -> Word:
        """Go past the next word and give it."""
        word = self._words[self._at]
        self._at = min(self._at + 1, len(self._words) - 1)
        self.last_end = word.end
        return word

    def is_next(self, kind: WordKind, text: str) -> bool:
        """Tell whether this very word comes next."""
        return self.next.kind == kind and self.next.text == text

    def take(self, kind: WordKind, text: str) -> Word | None:
        """Go past this very word if it comes next."""
        return self.advance() if self.is_next(kind, text) else None

    def take_pair(self, first: str, second: str) -> bool:
        """Go past two keywords if they come next, one after the other."""
        pair = self._words[self._at : self._at + 2]
        if [(word.kind, word.text) for word in pair] != [("keyword", first), ("keyword", second)]:
            return False
        self.advance()
        self.advance()
        return True


def _word(found: re.Match[str]) -> Word:
    text, start, end = found[0], found.start(), found.end()
    match found.lastgroup:
        case "number":
            return Word("literal", text, start, end, _number(text, start))
        case "string":
            return Word("literal", text, start, end, _string(text, start))
        case "segment":
            return Word("segment", text, start, end)
        case "name":
            return _name_or_keyword(text, start, end)
        case _:
            return Word("operator", text, start, end)


def _name_or_keyword(text: str, start: int, end: int) -> Word:
    if text in KEYWORDS:
        return Word("keyword", text, start, end)
    if text.lower() in _CONSTANTS:
        return Word("literal", text, start, end, _CONSTANTS[text.lower()])
    return Word("name", text, start, end)


def _number(text: str, start: int) -> int | float:
    number = float(text) if set(text) & set(".eE") else int(text)
    fits = math.isfinite(number) if isinstance(number, float) else -(2**63) <= number < 2**63
    if not fits:
        raise ConditionSyntaxError("the number is too large", start, start + len(text))
    return number


def _string(text: str, start: int) -> str:
    try:
        return unescape(text[1:-1])
    except QuotingError as error:
        raise ConditionSyntaxError(str(error), start, start + len(text)) from None


def _foreign_sign(text: str, at: int) -> ConditionSyntaxError:
    for sign, message, hint in FOREIGN_SIGNS:
        if text.startswith(sign, at):
            return ConditionSyntaxError(message, at, at + len(sign), hint)
    if text[at] in "\"'":
        return ConditionSyntaxError(f"the string that begins with {text[at]} does not end", at, len(text))
    if text[at].isdecimal():
        end = next((i for i in range(at, len(text)) if not (text[i].isalnum() or text[i] in "._")), len(text))
        return ConditionSyntaxError(f'"{text[at:end]}" is no number', at, end, "a name begins with a letter")
    return ConditionSyntaxError(f'unexpected "{text[at]}"', at, at + 1)
