"""Builds plain data and places from parser events: one pass, an explicit stack, everything bounded."""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from msgspec import Struct
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from aetherflow.core.documents.anchors import MAX_ALIASED_NODES, Anchors
from aetherflow.core.documents.merging import merge_into, merge_sources
from aetherflow.core.documents.positions import PLACE_SHIFT, Places, pack_place, unpack_place
from aetherflow.core.documents.scalars import TYPED_BEGINNINGS, ScalarError, parse_scalar
from aetherflow.core.documents.tags import UnknownTag, apply_scalar_tag, fits_container
from aetherflow.core.documents.tree_problems import TreeProblems

MAX_DEPTH = 100
MAX_NODES = 1_000_000
_MAX_EVENTS = 2 * MAX_NODES  # a mapping of n entries is 2n + 2 events

# An anchor and a tag stand before the value that they belong to.
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")
_TAG = re.compile(r"!\S*")


class _Slot:
    """What the next node is going to be, where it is not the value of a named key."""


_ITEM, _KEY, _MERGED, _IGNORED = _Slot(), _Slot(), _Slot(), _Slot()


class Tree(Struct, frozen=True):
    """The plain data of a document, the place of its root, and the places inside every container."""

    data: Any
    root: int
    places: Places


class TreeBuilder:
    """Takes events one by one; what is wrong goes to ``problems`` and building goes on where it can.

    Every node costs a call here, so this class spends words on speed: state in slots, places packed by hand.
    """

    __slots__ = (
        "_anchors",
        "_braces",
        "_container",
        "_documents",
        "_here",
        "_merges",
        "_places",
        "_problems",
        "_slot",
        "_stack",
        "_text",
        "places",
    )

    def __init__(self, text: str, problems: TreeProblems) -> None:
        self.places: Places = {}
        self._text = text
        self._problems = problems
        self._anchors = Anchors()
        self._braces: set[int] = set()  # offsets of mappings that look like an unquoted template
        self._merges: dict[int, list[dict[str, Any]]] = {}
        self._documents = 0
        # The containers around the open one, as (container, its places, slot, offset of the inner one, its anchor).
        self._stack: list[tuple[Any, list[int], Any, int, str | None]] = []
        # The open container; the root is the only item of a list of our own.
        self._container: Any = []
        self._here: list[int] = []
        self._slot: Any = _ITEM

    def build(self, events: Iterable[Any]) -> Tree | None:
        """Consume a whole stream of events; None for a stream without a node."""
        handlers = {
            ScalarEvent: self._on_scalar,
            MappingStartEvent: self._on_mapping,
            MappingEndEvent: self._on_end,
            SequenceStartEvent: self._on_sequence,
            SequenceEndEvent: self._on_end,
            AliasEvent: self._on_alias,
            DocumentStartEvent: self._on_document,
            DocumentEndEvent: _ignore,
            StreamStartEvent: _ignore,
            StreamEndEvent: _ignore,
        }
        remaining = iter(events)
        for event in islice(remaining, _MAX_EVENTS):
            handlers[event.__class__](event)
        for event in remaining:
            self._problems.too_many_nodes(MAX_NODES, event.start_mark.index, self._path())
        return Tree(self._container[0], self._here[0], self.places) if self._container else None

    def _on_scalar(self, event: Any) -> None:
        value = event.value
        place = event.start_mark.index << PLACE_SHIFT | event.end_mark.index
        if event.anchor is not None or event.tag is not None:
            self._put_marked(event, self._without_properties(place))
        elif not event.implicit[0]:
            self._put(value, place)
        elif value[:1] in TYPED_BEGINNINGS:
            self._put(self._typed(value, place), place)
        elif value == "<<" and self._slot is _KEY:
            self._put_merge_key(place)
        else:
            self._put(value, place)

    def _put_marked(self, event: Any, place: int) -> None:
        """Put a scalar that has an anchor or a tag."""
        value = event.value
        if event.tag is not None:
            value = self._tagged(event, place)
        elif event.implicit[0]:
            value = self._typed(value, place)
        if event.anchor is not None:
            self._anchors.define(event.anchor, value)
        self._put(value, place)

    def _on_mapping(self, event: Any) -> None:
        self._open({}, _KEY, event)

    def _on_sequence(self, event: Any) -> None:
        self._open([], _ITEM, event)

    def _open(self, container: Any, slot: _Slot, event: Any) -> None:
        start = event.start_mark.index
        anchor = event.anchor
        stack = self._stack
        stack.append((self._container, self._here, self._slot, start, anchor))
        if len(stack) > MAX_DEPTH:
            self._problems.too_deep(MAX_DEPTH, start, self._path()[:-1])
        if anchor is not None:
            self._anchors.begin(anchor)
        if event.tag is not None and not fits_container(event.tag, container):
            self._problems.bad_tag(event.tag, container, *self._tag_place(event), self._path())
        self._container = container
        self._slot = slot
        self._here = self.places[id(container)] = []

    def _on_end(self, event: Any) -> None:
        value = self._container
        if self._merges:
            self._merge(value)
        self._container, self._here, self._slot, start, anchor = self._stack.pop()
        if self._braces and start in self._braces:
            value = self._unquoted_template(start, event.end_mark.index)
        if anchor is not None:
            self._anchors.define(anchor, value)
        self._put(value, start << PLACE_SHIFT | event.end_mark.index)

    def _on_alias(self, event: Any) -> None:
        place = pack_place(event.start_mark.index, event.end_mark.index)
        anchored = self._anchors.get(event.anchor)
        if anchored is None:
            self._problems.bad_alias(event.anchor, self._anchors, place, self._path())
            self._put_nothing(place)
            return
        extent = self._anchors.count_alias(anchored.value)
        if self._anchors.aliased_nodes > MAX_ALIASED_NODES:
            self._problems.too_many_aliases(MAX_ALIASED_NODES, place, self._path())
        if len(self._stack) + extent.height > MAX_DEPTH:
            self._problems.too_deep(MAX_DEPTH, event.start_mark.index, self._path())
        self._put(anchored.value, place)

    def _on_document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            self._problems.second_document(event.start_mark.index, event.end_mark.index)

    def _put(self, value: Any, place: int) -> None:
        slot = self._slot
        if slot is _ITEM:
            self._container.append(value)
            self._here.append(place)
        elif slot is _KEY:
            if type(value) is not str or value in self._container:
                value = self._refused_key(value, place)
            else:
                self._here.append(place)
            self._slot = value
        else:
            if type(slot) is str:
                self._container[slot] = value
                self._here.append(place)
            elif slot is _MERGED:
                self._note_merge(value, place)
            self._slot = _KEY

    def _put_nothing(self, place: int) -> None:
        """Go on where a node was expected and cannot be had."""
        if self._slot is _KEY:
            self._slot = _IGNORED
        elif self._slot is _MERGED:
            self._slot = _KEY
        else:
            self._put(None, place)

    def _refused_key(self, key: Any, place: int) -> Any:
        """Note what is wrong with a key and give the slot for its value."""
        if isinstance(key, dict | list):
            self._refuse_container_as_key(place)
            return _IGNORED
        start, end = unpack_place(place)
        if not isinstance(key, str):
            self._problems.key_is_no_string(key, start, end, self._path())
            key = self._text[start:end]
        if key in self._container:
            first = self._here[2 * list(self._container).index(key)]
            self._problems.duplicate_key(key, place, first, (*self._path(), key))
            return _IGNORED
        self._here.append(place)
        return key

    def _refuse_container_as_key(self, place: int) -> None:
        outer = self._stack[-1][3]
        if self._text.startswith("{{", outer):
            self._braces.add(outer)  # the finding comes at its end, when all of it is known
        else:
            self._problems.container_as_key(*unpack_place(place), self._path())

    def _unquoted_template(self, start: int, end: int) -> str:
        self._braces.discard(start)
        self._problems.unquoted_template(start, end, self._path())
        return self._text[start:end]

    def _put_merge_key(self, place: int) -> None:
        if id(self._container) in self._merges:
            self._problems.second_merge_key(*unpack_place(place), self._path())
            self._slot = _IGNORED
            return
        self._merges[id(self._container)] = []
        self._slot = _MERGED

    def _note_merge(self, value: Any, place: int) -> None:
        sources = merge_sources(value)
        if sources is None:
            self._problems.bad_merge(value, *unpack_place(place), self._path())
            return
        self._merges[id(self._container)] = sources

    def _merge(self, mapping: Any) -> None:
        for source in self._merges.pop(id(mapping), ()):
            merge_into(mapping, source, self.places)

    def _typed(self, text: str, place: int) -> Any:
        try:
            return parse_scalar(text)
        except ScalarError as error:
            self._problems.bad_scalar(error.message, *unpack_place(place), self._path())
            return None

    def _tagged(self, event: Any, place: int) -> Any:
        try:
            return apply_scalar_tag(event.tag, event.value)
        except ScalarError as error:
            self._problems.bad_scalar(error.message, *unpack_place(place), self._path())
        except UnknownTag:
            self._problems.bad_tag(event.tag, event.value, *self._tag_place(event), self._path())
        return event.value

    def _tag_place(self, event: Any) -> tuple[int, int]:
        found = _TAG.search(self._text, event.start_mark.index, event.end_mark.index)
        return found.span() if found else (event.start_mark.index, event.end_mark.index)

    def _without_properties(self, place: int) -> int:
        start, end = unpack_place(place)
        properties = _PROPERTIES.match(self._text, start, end)
        return pack_place(properties.end(), end) if properties else place

    def _path(self) -> tuple[str | int, ...]:
        """Give the path of the node that comes next."""
        outer = [(container, slot) for container, _, slot, _, _ in self._stack[1:]]  # without the list of the root
        open_ones = [*outer, (self._container, self._slot)] if self._stack else []
        parts = [len(container) if slot is _ITEM else slot for container, slot in open_ones]
        return tuple(part for part in parts if not isinstance(part, _Slot))


def _ignore(event: Any) -> None:
    pass
