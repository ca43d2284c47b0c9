"""The order of jobs, which the runner follows."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.validation.cycles import cycles_in
from aetherflow.core.validation.order import execution_order, order_edges
from tests.validation.flows import loaded

STEPS = "steps: [{id: s, type: log, inputs: {message: x}}]"


def jobs(*entries: str) -> str:
    """Write a flow whose jobs do nothing of interest."""
    return "jobs:\n" + "".join(f"  - {{{entry}, {STEPS}}}\n" for entry in entries)


def test_jobs_without_constraints_run_in_file_order() -> None:
    assert list(execution_order(loaded(jobs("id: c", "id: a", "id: b")))) == ["c", "a", "b"]


def test_a_dependency_that_stands_later_is_taken_first() -> None:
    flow = jobs("id: load, depends_on: [extract]", "id: probe", "id: extract", "id: report")
    assert list(execution_order(loaded(flow))) == ["probe", "extract", "load", "report"]


def test_a_job_named_in_a_when_is_an_order_edge() -> None:
    flow = loaded(jobs('id: a, when: jobs.b.status == "SUCCESS"', "id: b"))
    assert order_edges(flow) == {"a": frozenset({"b"})}
    assert list(execution_order(flow)) == ["b", "a"]


def test_jobs_named_in_templates_of_any_part_are_order_edges() -> None:
    flow = loaded("""
    jobs:
      - id: a
        for_each: "{{jobs.b.outputs.files}}"
        steps:
          - id: s
            type: log
            when: jobs.c.outputs.x
            inputs: {message: ["{{jobs.d.outputs.x}}"]}
            outputs: {x: "{{jobs.e.outputs.x}}"}
      - {id: b, steps: [{id: s, type: log, inputs: {message: x}}]}
      - {id: c, steps: [{id: s, type: log, inputs: {message: x}}]}
      - {id: d, steps: [{id: s, type: log, inputs: {message: x}}]}
      - {id: e, steps: [{id: s, type: log, inputs: {message: x}}]}
    """)
    assert order_edges(flow) == {"a": frozenset("bcde")}


def test_a_dependency_an_unknown_job_and_the_job_itself_are_no_order_edges() -> None:
    flow = loaded(jobs("id: a", "id: b, depends_on: [a], when: jobs.a.outputs.x or jobs.b.outputs.x or jobs.zz.status"))
    assert order_edges(flow) == {}


def test_jobs_of_a_cycle_come_last() -> None:
    flow = loaded(jobs("id: a, depends_on: [b]", "id: b, depends_on: [a]", "id: c"))
    assert list(execution_order(flow)) == ["c", "a", "b"]


@given(st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=40))
def test_every_order_keeps_every_constraint(pairs: list[tuple[int, int]]) -> None:
    needs: dict[int, list[int]] = {}
    for one, other in pairs:
        if one != other:
            needs.setdefault(max(one, other), []).append(min(one, other))  # from high to low: never a cycle
    entries = [f"id: j{n}, depends_on: [{', '.join(f'j{m}' for m in set(needs.get(n, ())))}]" for n in range(15)]
    order = list(execution_order(loaded(jobs(*reversed(entries)))))
    assert sorted(order) == sorted(f"j{n}" for n in range(15))
    assert all(order.index(f"j{m}") < order.index(f"j{n}") for n, ms in needs.items() for m in ms)


@given(st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=4), min_size=1))
def test_cycles_are_found_exactly_where_there_are_any(edges: dict[int, list[int]]) -> None:
    graph = {str(n): [str(m) for m in edges.get(n, ()) if m != n] for n in range(10)}
    found = cycles_in(graph)
    for cycle in found:
        assert cycle[0] == cycle[-1]
        assert all(after in graph[before] for before, after in pairwise(cycle))
    left = dict(graph)
    while free := [name for name, others in left.items() if not any(other in left for other in others)]:
        for name in free:
            del left[name]
    assert bool(found) == bool(left)
