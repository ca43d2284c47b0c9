"""Finds secrets, in all their forms, in a text: fast where there are none, exact where they overlap."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from aetherflow.core.environment.secret_forms import forms_of
from aetherflow.core.environment.shortest_secret import SHORTEST_SECRET


class SecretRef(Struct, frozen=True):
    """Where a secret comes from (``env:DB_PASSWORD``) and how it is written (``plain``, ``line/2/url/0``)."""

    origin: str
    form: str


class Piece(Struct, frozen=True):
    """A form that was found; its first ``skip`` characters are covered by the piece before it."""

    ref: SecretRef
    skip: int


class Occurrence(Struct, frozen=True):
    """A stretch of text that is made of secrets, which may overlap."""

    start: int
    end: int
    pieces: tuple[Piece, ...]


class SecretIndex:
    """All forms of a set of secrets, ready to be looked for.

    One regular expression knows the first six characters of every form, which is all that a text without secrets
    costs; what it finds is looked up by those characters, longest form first.
    """

    def __init__(self, secrets: Iterable[tuple[str, str]]) -> None:
        refs: dict[str, SecretRef] = {}
        for origin, value in secrets:
            for form, text in forms_of(value):
                refs.setdefault(text, SecretRef(origin, form))
        self._by_beginning: dict[str, list[tuple[str, SecretRef]]] = {}
        for text in sorted(refs, key=len, reverse=True):
            self._by_beginning.setdefault(text[:SHORTEST_SECRET], []).append((text, refs[text]))
        self._beginning = re.compile(_any_of(self._by_beginning))

    def occurs_in(self, text: str) -> bool:
        """Tell whether any secret stands in the text."""
        return self._next(text, 0) is not None

    def occurrences(self, text: str) -> Iterator[Occurrence]:
        """Give the stretches of the text that are secret, in order, each as long as overlapping secrets make it."""
        position = 0
        while found := self._next(text, position):
            start, length, ref = found
            end, pieces = self._extend(text, start, start + length)
            yield Occurrence(start, end, (Piece(ref, 0), *pieces))
            position = end

    def _extend(self, text: str, start: int, end: int) -> tuple[int, list[Piece]]:
        pieces = []
        while (found := self._next(text, start + 1, end)) is not None:
            start, length, ref = found
            if start + length > end:
                pieces.append(Piece(ref, end - start))
                end = start + length
        return end, pieces

    def _next(self, text: str, position: int, before: int | None = None) -> tuple[int, int, SecretRef] | None:
        """Find the first secret that begins at ``position`` or later (and before ``before``): start, length, ref."""
        limit = len(text) if before is None else min(len(text), before + SHORTEST_SECRET - 1)
        while match := self._beginning.search(text, position, limit):
            start = match.start()
            for form, ref in self._by_beginning[match.group()]:
                if text.startswith(form, start):
                    return start, len(form), ref
            position = start + 1
        return None


def _any_of(beginnings: Iterable[str]) -> str:
    """Build a pattern of the texts grouped by first character, which the engine skips over quickly."""
    groups: dict[str, list[str]] = {}
    for text in beginnings:
        groups.setdefault(text[0], []).append(re.escape(text[1:]))
    alternatives = [f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in groups.items()]
    return "|".join(alternatives) or r"(?!)"
