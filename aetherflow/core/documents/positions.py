"""Where each value of a document stands: packed integers beside the plain data.

A place is one integer: the offset of the first character, shifted, and the offset after the last one. Each container
has one flat list of places, found by its identity: a list's values in order; a mapping's key, value, key, value… in the
order of its keys. An alias shares the container of its anchor, and so its places.
"""

from typing import Any

from aetherflow.core.contracts.span import DocumentPath

PLACE_SHIFT = 32
_MASK = (1 << PLACE_SHIFT) - 1

#: Flat lists of places by the identity of their container, which the document's data keep alive.
Places = dict[int, list[int]]


def pack_place(start: int, end: int) -> int:
    """Make one integer of two offsets."""
    return start << PLACE_SHIFT | end


def unpack_place(place: int) -> tuple[int, int]:
    """Give back the offsets of the first character and of the one after the last."""
    return place >> PLACE_SHIFT, place & _MASK


class PositionIndex:
    """Finds the place of any path of a document."""

    def __init__(self, data: Any, root: int, places: Places) -> None:
        self._data = data
        self._root = root
        self._places = places
        self._key_numbers: dict[int, dict[str, int]] = {}

    def place(self, path: DocumentPath, *, key: bool = False) -> int:
        """Give the place of a path's value, or of its key; of the nearest existing ancestor where it is absent."""
        place, value = self._root, self._data
        for depth, part in enumerate(path, start=1):
            slot = self._slot(value, part)
            if slot is None:
                return place
            places = self._places[id(value)]
            if key and depth == len(path) and isinstance(value, dict):
                return places[slot - 1]
            place, value = places[slot], value[part]
        return place

    def _slot(self, value: Any, part: str | int) -> int | None:
        if isinstance(value, list):
            return part if isinstance(part, int) and 0 <= part < len(value) else None
        if isinstance(value, dict) and part in value:
            return 2 * self._key_numbers_of(value)[str(part)] + 1
        return None

    def _key_numbers_of(self, mapping: dict[str, Any]) -> dict[str, int]:
        numbers = self._key_numbers.get(id(mapping))
        if numbers is None:
            numbers = self._key_numbers[id(mapping)] = {name: number for number, name in enumerate(mapping)}
        return numbers
