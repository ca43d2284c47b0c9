"""Reads on behind unquoted templates: each is covered, so that the parser passes over it, and put back afterwards."""

from collections.abc import Iterable
from typing import Any

from aetherflow.core.documents.positions import pack_place
from aetherflow.core.documents.tree import Tree

_COVER = "x"  # as long as what it covers: places stay true


def cover(text: str, start: int, end: int) -> str:
    """Put a plain scalar of the same length in the place of a piece of text."""
    return text[:start] + _COVER * (end - start) + text[end:]


def uncover(tree: Tree, covered: Iterable[tuple[int, int]], text: str) -> None:
    """Give the values that were covered their own text."""
    originals = {pack_place(start, end): text[start:end] for start, end in covered}
    seen: set[int] = set()
    waiting = [tree.data]
    while waiting:
        container = waiting.pop()
        if isinstance(container, dict | list) and id(container) not in seen:
            seen.add(id(container))
            _restore(container, tree.places[id(container)], originals)
            waiting.extend(container.values() if isinstance(container, dict) else container)


def _restore(container: Any, places: list[int], originals: dict[int, str]) -> None:
    is_mapping = isinstance(container, dict)
    slots = zip(list(container), places[1::2], strict=True) if is_mapping else enumerate(places)
    for slot, place in slots:
        if place in originals:
            container[slot] = originals[place]
