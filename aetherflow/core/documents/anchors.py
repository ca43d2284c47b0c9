"""Anchors and aliases: an alias shares its anchor's value, within a bound on what all aliases would expand to."""

from itertools import islice
from typing import Any

from msgspec import Struct

MAX_ALIASED_NODES = 1_000_000
_MOST_NAMES = 50  # that an unknown alias is compared with


class Anchored(Struct, frozen=True):
    """The value under an anchor, once it is complete."""

    value: Any


class Extent(Struct, frozen=True):
    """How many nodes a value has, itself included, and how many levels of containers."""

    nodes: int
    height: int


_LEAF = Extent(1, 0)


class Anchors:
    """The anchors met so far, and the nodes that aliases have added."""

    def __init__(self) -> None:
        self._values: dict[str, Anchored | None] = {}
        # Extents are kept by identity, so what was measured must stay alive even where an anchor is defined anew.
        self._extents: dict[int, Extent] = {}
        self._measured: list[Any] = []
        self.aliased_nodes = 0

    def begin(self, name: str) -> None:
        """Note that the value of an anchor has begun: an alias to it would be recursive."""
        self._values[name] = None

    def define(self, name: str, value: Any) -> None:
        """Note the complete value of an anchor."""
        self._values[name] = Anchored(value)

    def latest_names(self) -> list[str]:
        """Give the names of the latest anchors, the last first."""
        return list(islice(reversed(self._values), _MOST_NAMES))

    def is_open(self, name: str) -> bool:
        """Tell whether the anchor's value has begun and not ended."""
        return name in self._values and self._values[name] is None

    def get(self, name: str) -> Anchored | None:
        """Give what stands under an anchor; None where there is no such anchor or its value is not complete."""
        return self._values.get(name)

    def count_alias(self, value: Any) -> Extent:
        """Add an alias's nodes to the total and give the extent of what it stands for."""
        extent = self._measure(value)
        self.aliased_nodes += extent.nodes
        return extent

    def _measure(self, value: Any) -> Extent:
        if not isinstance(value, dict | list):
            return _LEAF
        known = self._extents.get(id(value))
        if known:
            return known
        inner = [self._measure(child) for child in (value.values() if isinstance(value, dict) else value)]
        nodes = 1 + sum(extent.nodes for extent in inner)
        extent = Extent(nodes, 1 + max((extent.height for extent in inner), default=0))
        self._extents[id(value)] = extent
        self._measured.append(value)
        return extent
