"""Reads on behind unquoted templates: each is covered, so that the parser passes over it, and put back afterwards."""

from collections.abc import Iterable, Mapping
from typing import Any

from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.positions import pack_place
from aetherflow.core.documents.tree import Tree

_COVER = "x"  # as long as what it covers: places stay true

Extent = tuple[int, int]


def cover(text: str, start: int, end: int) -> str:
    """Put a plain scalar of the same length in the place of a piece of text."""
    return text[:start] + _COVER * (end - start) + text[end:]


def uncover(tree: Tree, covered: Iterable[Extent], text: str) -> dict[Extent, DocumentPath]:
    """Give the values that were covered their own text, and tell the path of each."""
    extents = {pack_place(start, end): (start, end) for start, end in covered}
    paths: dict[Extent, DocumentPath] = {}
    seen: set[int] = set()
    waiting: list[tuple[DocumentPath, Any]] = [((), tree.data)]
    while waiting:
        path, container = waiting.pop()
        if isinstance(container, dict | list) and id(container) not in seen:
            seen.add(id(container))
            for slot, extent in _covered_slots(container, tree.places[id(container)], extents):
                container[slot] = text[slice(*extent)]
                paths[extent] = (*path, slot)
            waiting += [((*path, slot), value) for slot, value in _entries(container)]
    return paths


def _covered_slots(container: Any, places: list[int], extents: Mapping[int, Extent]) -> list[tuple[Any, Extent]]:
    own = places[1::2] if isinstance(container, dict) else places
    slots = [slot for slot, _ in _entries(container)]
    return [(slot, extents[place]) for slot, place in zip(slots, own, strict=True) if place in extents]


def _entries(container: Any) -> list[tuple[Any, Any]]:
    return list(container.items() if isinstance(container, dict) else enumerate(container))
