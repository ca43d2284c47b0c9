"""Finds the cycles of a graph: one, the shortest through its first member, for every knot. Iterative and linear."""

from collections import deque
from collections.abc import Iterator, Mapping

from aetherflow.core.validation.dependency_graph import Graph


def cycles_in(graph: Graph) -> list[list[str]]:
    """Give one cycle for every strongly connected part, in the graph's order; the first member stands at both ends."""
    rank = {name: number for number, name in enumerate(graph)}
    knots = [part for part in _connected_parts(graph) if len(part) > 1]
    firsts = sorted(((min(knot, key=rank.__getitem__), knot) for knot in knots), key=lambda found: rank[found[0]])
    return [_through(first, knot, graph) for first, knot in firsts]


def _through(start: str, knot: frozenset[str], graph: Graph) -> list[str]:
    cycle = shortest_cycle(start, {name: [other for other in graph[name] if other in knot] for name in knot})
    if cycle is None:
        raise AssertionError(f"{start} is in no cycle")
    return cycle


def shortest_cycle(start: str, graph: Graph) -> list[str] | None:
    """Give the shortest way from a member back to itself, which stands at both ends; None where there is none."""
    came_from: dict[str, str] = {}
    pending = deque([start])
    while pending:
        name = pending.popleft()
        for other in graph[name]:
            if other == start:
                return [*_way_back(name, start, came_from), start]
            if other not in came_from:
                came_from[other] = name
                pending.append(other)
    return None


def _way_back(name: str, start: str, came_from: Mapping[str, str]) -> list[str]:
    way = [name]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


def _connected_parts(graph: Graph) -> Iterator[frozenset[str]]:
    """Tarjan's algorithm with a stack of its own: chains of thousands of jobs must not meet a recursion limit."""
    return _Tarjan(graph).parts()


class _Tarjan:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._number: dict[str, int] = {}
        self._lowest: dict[str, int] = {}
        self._open: list[str] = []
        self._is_open: set[str] = set()
        self._walk: list[tuple[str, Iterator[str]]] = []

    def parts(self) -> Iterator[frozenset[str]]:
        for root in self._graph:
            if root not in self._number:
                self._enter(root)
            while self._walk:
                yield from self._step()

    def _enter(self, name: str) -> None:
        self._number[name] = self._lowest[name] = len(self._number)
        self._open.append(name)
        self._is_open.add(name)
        self._walk.append((name, iter(self._graph[name])))

    def _step(self) -> Iterator[frozenset[str]]:
        name, others = self._walk[-1]
        for other in others:
            if other not in self._number:
                self._enter(other)
                return
            if other in self._is_open:
                self._lowest[name] = min(self._lowest[name], self._number[other])
        self._walk.pop()
        if self._walk:
            parent = self._walk[-1][0]
            self._lowest[parent] = min(self._lowest[parent], self._lowest[name])
        if self._lowest[name] == self._number[name]:
            yield self._close(name)

    def _close(self, name: str) -> frozenset[str]:
        part = set()
        while name not in part:
            part.add(self._open.pop())
        self._is_open -= part
        return frozenset(part)
