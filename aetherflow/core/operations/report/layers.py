"""Layers of a graph without cycles: everyone behind all who come before, few crossings between the layers.

Layering by the longest way, then sweeps that put each where its neighbours are on average (Sugiyama, Tagawa and Toda,
1981, https://doi.org/10.1109/TSMC.1981.4308636). The library that does this in Python, grandalf, is under the GPL.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

_SWEEPS = 8
_MOST_BENDS = 2_000

Pair = tuple[str, str]


class Layout(Struct, frozen=True):
    """The layers in order, and the way of each edge: its two ends, and a bend in each layer between them."""

    layers: list[list[str]]
    ways: dict[Pair, list[str]]


def layered(names: Sequence[str], edges: Sequence[Pair]) -> Layout:
    """Lay out a graph; ``names`` are such that who comes before another stands before it. Bends are named ``\\0…``."""
    depth = _depths(names, edges)
    layers: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for name in names:
        layers[depth[name]].append(name)
    bends = sum(depth[after] - depth[before] - 1 for before, after in edges)
    ways = {edge: _way(edge, number, depth, layers, bends) for number, edge in enumerate(edges)}
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for way in ways.values():
        for first, second in pairwise(way):
            before.setdefault(second, []).append(first)
            after.setdefault(first, []).append(second)
    for sweep in range(_SWEEPS):
        if sweep % 2 == 0:
            _sweep(layers, before)
        else:
            _sweep(layers[::-1], after)
    return Layout(layers, ways)


def _depths(names: Sequence[str], edges: Sequence[Pair]) -> dict[str, int]:
    before: dict[str, list[str]] = {name: [] for name in names}
    for first, second in edges:
        before[second].append(first)
    depth: dict[str, int] = {}
    for name in names:
        depth[name] = 1 + max((depth.get(other, -1) for other in before[name]), default=-1)
    return depth


def _way(edge: Pair, number: int, depth: Mapping[str, int], layers: list[list[str]], bends: int) -> list[str]:
    """Bend an edge once in each layer that it passes, in a place of its own, unless there were too many bends."""
    between = range(depth[edge[0]] + 1, depth[edge[1]]) if bends <= _MOST_BENDS else ()
    way = [f"\0{number}.{layer}" for layer in between]
    for layer, bend in zip(between, way, strict=True):
        layers[layer].append(bend)
    return [edge[0], *way, edge[1]]


def _sweep(layers: list[list[str]], neighbours: Mapping[str, Sequence[str]]) -> None:
    """Order each layer, in place, by the places of the neighbours in the layers before it."""
    places: dict[str, float] = {}
    for layer in layers:
        own = _places(layer)
        wanted = {name: _average(neighbours.get(name, ()), places, own[name]) for name in layer}
        layer.sort(key=wanted.__getitem__)
        places |= _places(layer)


def _places(layer: Sequence[str]) -> dict[str, float]:
    return {name: (place + 0.5) / len(layer) for place, name in enumerate(layer)}


def _average(neighbours: Sequence[str], places: Mapping[str, float], own: float) -> float:
    known = [places[name] for name in neighbours if name in places]
    return sum(known) / len(known) if known else own
