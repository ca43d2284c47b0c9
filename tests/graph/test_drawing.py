"""A graph as an outline, as Mermaid and as DOT, each within the grammar of its reader."""

import re

from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from aetherflow.core.contracts.flow_graph import FlowGraph
from aetherflow.core.contracts.graph_parts import GraphEdge, GraphJob

ORDERS = FlowGraph(
    flow_id="orders",
    jobs=(
        GraphJob(id="probe", steps=1),
        GraphJob(id="extract", steps=2, for_each="{{jobs.probe.outputs.files}}"),
        GraphJob(id="end", steps=1, when='jobs.extract.status == "SUCCESS"'),
        GraphJob(id="node", steps=1),
    ),
    edges=(
        GraphEdge(before="probe", after="extract", kind="depends_on"),
        GraphEdge(before="extract", after="end", kind="order"),
        GraphEdge(before="probe", after="end", kind="depends_on"),
    ),
)

# A text between quotes, in which nothing ends the text, begins HTML or Markdown, or is an entity that we did not write.
MERMAID_LABEL = r'"(?:[^"#<>&`\n]|#(?:quot|lt|gt|amp|35|96);|<br/>)*"'
MERMAID_BOX = rf"\[{MERMAID_LABEL}\]|\[\[{MERMAID_LABEL}\]\]|\{{\{{{MERMAID_LABEL}\}}\}}"
MERMAID_LINE = re.compile(rf"    job\d+(?:{MERMAID_BOX})|    job\d+ (?:-->|-\.->) job\d+")
DOT_QUOTED = r'"(?:[^"\\\n&]|\\\\|\\"|\\n|&amp;)*"'
DOT_ATTRIBUTES = rf"(?: \[(?:label={DOT_QUOTED}|shape=hexagon|peripheries=2|style=dashed|, )+\])?"
DOT_LINE = re.compile(rf"    node \[shape=box\];|    {DOT_QUOTED}(?: -> {DOT_QUOTED})?{DOT_ATTRIBUTES};")

TEXTS = st.none() | st.text(max_size=80)


@st.composite
def graphs(draw: st.DrawFn) -> FlowGraph:
    texts = draw(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6))
    jobs = tuple(GraphJob(id=f"j{n}", when=when, for_each=items) for n, (when, items) in enumerate(texts))
    pairs = [(a.id, b.id) for n, a in enumerate(jobs) for b in jobs[n + 1 :]]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    kinds = st.sampled_from(["depends_on", "order"])
    edges = tuple(GraphEdge(before=a, after=b, kind=draw(kinds)) for a, b in chosen)  # type: ignore[arg-type]
    return FlowGraph(flow_id="any", jobs=jobs, edges=edges)


def test_the_outline_reads_from_top_to_bottom() -> None:
    assert ORDERS.to_text() == snapshot("""\
orders: 4 jobs, 3 edges, in the order of a run

  1  probe
  2    extract  <- probe              for each {{jobs.probe.outputs.files}}
  3      end    <- probe  <~ extract  when jobs.extract.status == "SUCCESS"
  4  node

<-  runs after these jobs, if they ended well (depends_on)
<~  runs after these jobs, however they ended (named in a when or a template)
""")


def test_a_single_job_needs_no_legend() -> None:
    assert FlowGraph(flow_id="one", jobs=(GraphJob(id="a"),)).to_text() == (
        "one: 1 job, 0 edges, in the order of a run\n\n  1  a\n"
    )


def test_the_outline_of_a_long_chain_grows_no_wider() -> None:
    jobs = tuple(GraphJob(id=f"j{number}") for number in range(300))
    edges = tuple(GraphEdge(before=f"j{n}", after=f"j{n + 1}", kind="order") for n in range(299))
    lines = FlowGraph(flow_id="chain", jobs=jobs, edges=edges).to_text().splitlines()
    assert max(map(len, lines[:-2])) < 60


def test_of_many_predecessors_the_first_are_named() -> None:
    jobs = (*(GraphJob(id=f"j{number}") for number in range(20)), GraphJob(id="all"))
    edges = tuple(GraphEdge(before=f"j{n}", after="all", kind="depends_on") for n in range(20))
    assert "<- j0, j1, j2, j3, j4, j5, j6, j7, 12 more" in FlowGraph(flow_id="f", jobs=jobs, edges=edges).to_text()


def test_mermaid_numbers_its_nodes_since_ids_may_be_words_of_its_own() -> None:
    assert ORDERS.to_mermaid() == snapshot("""\
flowchart TD
    job1["probe"]
    job2[["extract<br/>for each {{jobs.probe.outputs.files}}"]]
    job3{{"end<br/>when jobs.extract.status == #quot;SUCCESS#quot;"}}
    job4["node"]
    job1 --> job2
    job2 -.-> job3
    job1 --> job3
""")


def test_dot_quotes_every_id() -> None:
    assert ORDERS.to_dot() == snapshot("""\
digraph "orders" {
    node [shape=box];
    "probe";
    "extract" [label="extract\\nfor each {{jobs.probe.outputs.files}}", peripheries=2];
    "end" [label="end\\nwhen jobs.extract.status == \\"SUCCESS\\"", shape=hexagon];
    "node";
    "probe" -> "extract";
    "extract" -> "end" [style=dashed];
    "probe" -> "end";
}
""")


@given(graphs())
def test_mermaid_is_well_formed_whatever_authors_write(graph: FlowGraph) -> None:
    first, *lines = graph.to_mermaid().removesuffix("\n").split("\n")
    assert first == "flowchart TD"
    assert [line for line in lines if not MERMAID_LINE.fullmatch(line)] == []
    assert len(lines) == len(graph.jobs) + len(graph.edges)


@given(graphs())
def test_dot_is_well_formed_whatever_authors_write(graph: FlowGraph) -> None:
    first, *lines, last = graph.to_dot().removesuffix("\n").split("\n")
    assert (first, last) == ('digraph "any" {', "}")
    assert [line for line in lines if not DOT_LINE.fullmatch(line)] == []


@given(graphs())
def test_the_outline_has_a_line_for_each_job(graph: FlowGraph) -> None:
    assert all(character.isprintable() for character in graph.to_text().replace("\n", ""))
    lines = graph.to_text().split("\n")[2:]
    assert [line.split()[1] for line in lines[: len(graph.jobs)]] == [job.id for job in graph.jobs]
