"""The order of jobs, or of plugins, of which some must come after others."""

import heapq
from collections.abc import Collection, Mapping

#: Whom each must come after, each once. Everybody is a key; the keys' order settles what the graph does not.
Graph = Mapping[str, Collection[str]]


def dependency_order(graph: Graph) -> list[str]:
    """Sort so that each comes after those it must; of those that may come next, always the first of the graph.

    Those in a cycle, and those who must come after them, are not given. Linear but for a logarithm.
    """
    names = list(graph)
    waiting = {name: len(graph[name]) for name in names}
    dependents = _dependents(graph)
    ready = [number for number, name in enumerate(names) if not waiting[name]]  # sorted, and so a heap
    order = []
    while ready:
        name = names[heapq.heappop(ready)]
        order.append(name)
        for number in dependents[name]:
            waiting[names[number]] -= 1
            if not waiting[names[number]]:
                heapq.heappush(ready, number)
    return order


def everything_behind(start: str, graph: Graph) -> set[str]:
    """Give all that one must come after, by itself or because of others."""
    found: set[str] = set()
    pending = [start]
    while pending:
        new = [other for other in graph.get(pending.pop(), ()) if other not in found]
        found.update(new)
        pending += new
    return found


def _dependents(graph: Graph) -> dict[str, list[int]]:
    dependents: dict[str, list[int]] = {name: [] for name in graph}
    for number, name in enumerate(graph):
        for other in graph[name]:
            dependents[other].append(number)
    return dependents
