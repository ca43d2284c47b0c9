"""The order of plugins of which some require others; apart from `load_order`, since mostly nobody requires anything."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.plugins.inventory import KnownPlugin, by_id
from aetherflow.core.plugins.requirement_findings import cycle_finding, required_is_disabled, required_is_left_out
from aetherflow.core.plugins.requirements import Need, needs_of, waits_of
from aetherflow.core.validation.cycles import shortest_cycle
from aetherflow.core.validation.dependency_graph import Graph, dependency_order

_Found = dict[str, list[Diagnostic]]


def required_order(
    plugins: Sequence[KnownPlugin], faults: Mapping[str, Sequence[Diagnostic]], disabled: Container[str] = ()
) -> tuple[list[str], dict[str, list[Diagnostic]]]:
    """Give the ids of the plugins that may load, each behind those it requires, and what is wrong with each plugin."""
    known = by_id(plugins)
    needs = {each: [] if each in disabled else own for each, own in needs_of(plugins).items()}
    graph = waits_of(needs)
    found: _Found = {each: [*faults.get(each, ()), *_unmet(needs[each])] for each in known}
    cycles = _cycles(graph)
    told: dict[frozenset[str], Diagnostic] = {}  # one finding for all in a cycle, told where it begins
    for each, cycle in cycles.items():
        members = frozenset(cycle)
        if members not in told:
            told[members] = cycle_finding(known[each], _number_of(cycle[1], needs[each]), cycle)
        found[each].append(told[members])
    for each in dependency_order(_only(graph, graph.keys() - cycles.keys())):
        found[each] += _left_without(known[each], needs[each], found, disabled)
    return dependency_order(_only(graph, {each for each, why in found.items() if not why})), found


def _unmet(needs: Iterable[Need]) -> Iterator[Diagnostic]:
    return (need.fault for need in needs if need.fault)


def _cycles(graph: Graph) -> dict[str, list[str]]:
    """Give everybody's way back to themselves, for those who have one."""
    stuck = _only(graph, graph.keys() - set(dependency_order(graph)))
    return {each: cycle for each in stuck if (cycle := shortest_cycle(each, stuck))}


def _number_of(other: str, needs: Iterable[Need]) -> int:
    return next(need.number for need in needs if other in need.ids)


def _left_without(
    plugin: KnownPlugin, needs: Iterable[Need], found: _Found, disabled: Container[str]
) -> Iterator[Diagnostic]:
    """Say which needs only those could meet that are left out."""
    for need in needs:
        if need.ids and all(found[other] for other in need.ids):
            other = need.ids[0]
            if other in disabled:
                yield required_is_disabled(plugin, need.number, other)
            else:
                yield required_is_left_out(plugin, need.number, other, found[other][0])


def _only(graph: Graph, kept: Set[str]) -> Graph:
    return {each: [other for other in graph[each] if other in kept] for each in graph if each in kept}
