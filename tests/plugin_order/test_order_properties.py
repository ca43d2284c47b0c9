"""Every order respects what is required, breaks ties by precedence alone, and is the same for the same input."""

import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.load_order import LoadOrder, load_order
from tests.plugin_order.ordering import fault, in_memory, left_out, names


@st.composite
def plugins_of_any_order(draw: st.DrawFn) -> list[KnownPlugin]:
    """Give plugins whose requirements make no cycle, in an order that has nothing to do with them."""
    count = draw(st.integers(1, 9))
    earlier = [draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else set() for number in range(count)]
    plugins = [in_memory(f"p{each}", *(f"p{other}" for other in sorted(earlier[each]))) for each in range(count)]
    return draw(st.permutations(plugins))


@st.composite
def any_plugins(draw: st.DrawFn) -> list[KnownPlugin]:
    """Give plugins that require each other, themselves, and some that are not there, in any way."""
    some = st.sets(st.integers(0, 9).map("p{}".format), max_size=3)
    return [in_memory(f"p{each}", *sorted(draw(some))) for each in range(draw(st.integers(1, 8)))]


def required(plugin: KnownPlugin) -> set[str]:
    return set(plugin.source.manifest.requires) if plugin.source.manifest else set()


def come_next(plugins: Sequence[KnownPlugin], loaded: set[str]) -> list[str]:
    """Give those that may load next, in the order they came in."""
    return [each.source.id for each in plugins if each.source.id not in loaded and required(each) <= loaded]


@given(plugins_of_any_order())
def test_whoever_may_load_next_and_came_first_does(plugins: list[KnownPlugin]) -> None:
    loaded: set[str] = set()
    for name in names(load_order(plugins, {})):
        assert name == come_next(plugins, loaded)[0]
        loaded.add(name)
    assert len(loaded) == len(plugins)


@given(any_plugins(), st.sets(st.integers(0, 7).map("p{}".format)))
def test_all_that_can_load_do_after_what_they_require(plugins: list[KnownPlugin], wrong: set[str]) -> None:
    order = load_order(plugins, {name: [fault()] for name in wrong})
    loaded: set[str] = set()
    for plugin in order.plugins:
        assert required(plugin) <= loaded
        loaded.add(plugin.source.id)
    assert not set(come_next(plugins, loaded)) - wrong
    assert loaded.isdisjoint(left_out(order))
    assert loaded | left_out(order).keys() == {plugin.source.id for plugin in plugins}


@given(any_plugins())
def test_a_cycle_is_told_of_exactly_those_who_come_back_to_themselves(plugins: list[KnownPlugin]) -> None:
    graph = {plugin.source.id: required(plugin) for plugin in plugins}

    def reached(start: str) -> set[str]:
        found: set[str] = set()
        pending = [start]
        while pending:
            new = (graph[pending.pop()] & graph.keys()) - found
            found |= new
            pending += new
        return found

    told = {name for name, codes in left_out(load_order(plugins, {})).items() if "AF-P304" in codes}
    assert told == {name for name in graph if name in reached(name)}


@given(any_plugins())
def test_every_plugin_that_is_left_out_has_a_reason(plugins: list[KnownPlugin]) -> None:
    assert all(left_out(load_order(plugins, {})).values())


@given(any_plugins(), st.randoms(use_true_random=False))
def test_the_same_input_gives_the_same_answer(plugins: list[KnownPlugin], chance: random.Random) -> None:
    def told(order: LoadOrder) -> list[object]:
        return [names(order), *(each.diagnostics for each in order.left_out)]

    again = [in_memory(plugin.source.id, *sorted(required(plugin))) for plugin in plugins]
    assert told(load_order(plugins, {})) == told(load_order(again, {}))
    chance.shuffle(again)
    assert left_out(load_order(again, {})).keys() == left_out(load_order(plugins, {})).keys()
