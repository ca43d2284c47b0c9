"""The graph of a flow: its jobs in the order of a run, and its edges with their kinds."""

from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.flow_graph import FlowGraph
from aetherflow.core.operations.graph_flow import graph
from aetherflow.core.operations.requests import FlowRequest

STEPS = "    steps: [{id: s, type: log, inputs: {message: hi}, outputs: {files: '{{result.message}}'}}]\n"


def graph_of(folder: Path, *jobs: str, **env: str) -> FlowGraph:
    text = "version: 1\nflow: {id: daily}\njobs:\n" + "".join(f"  - {job}\n{STEPS}" for job in jobs)
    path = folder / "flow.yaml"
    path.write_text(text, encoding="utf-8")
    return graph(FlowRequest(flow=str(path), environ=env))


def edges(drawn: FlowGraph) -> set[tuple[str, str, str]]:
    return {(edge.before, edge.kind, edge.after) for edge in drawn.edges}


def test_jobs_stand_in_the_order_of_a_run(tmp_path: Path) -> None:
    drawn = graph_of(tmp_path, "id: last\n    depends_on: [first]", "id: first")
    assert [job.id for job in drawn.jobs] == ["first", "last"]


def test_a_dependency_and_a_mention_are_edges_of_different_kinds(tmp_path: Path) -> None:
    drawn = graph_of(tmp_path, "id: a", "id: b\n    depends_on: [a]", "id: c\n    when: jobs.a.status == 'FAILED'")
    assert edges(drawn) == {("a", "depends_on", "b"), ("a", "order", "c")}


def test_what_is_depended_on_and_mentioned_is_one_edge(tmp_path: Path) -> None:
    drawn = graph_of(tmp_path, "id: a", "id: b\n    depends_on: [a]\n    when: jobs.a.outputs.files != null")
    assert edges(drawn) == {("a", "depends_on", "b")}


def test_jobs_tell_their_condition_and_their_items(tmp_path: Path) -> None:
    loop = "id: b\n    for_each: '{{jobs.a.outputs.files}}'\n    when: true"
    (a, b) = graph_of(tmp_path, "id: a\n    description: first", loop).jobs
    assert (a.description, a.steps, a.when, a.for_each) == ("first", 1, None, None)
    assert (b.when, b.for_each) == ("true", "{{jobs.a.outputs.files}}")


def test_secrets_are_masked_in_what_authors_wrote(tmp_path: Path) -> None:
    drawn = graph_of(tmp_path, "id: a\n    description: uses correct-horse", API_TOKEN="correct-horse")
    assert drawn.jobs[0].description == "uses ***"


def test_a_flow_that_cannot_run_is_refused_with_its_findings(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        graph_of(tmp_path, "id: a\n    depends_on: [b]", "id: b\n    depends_on: [a]")
    assert [finding.code for finding in refused.value.diagnostics] == ["AF-F114"]
