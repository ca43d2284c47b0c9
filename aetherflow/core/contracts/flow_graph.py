"""The graph of a flow's jobs, to be drawn."""

from msgspec import Struct

from aetherflow.core.contracts.graph_parts import GraphEdge, GraphJob


class FlowGraph(Struct, frozen=True, kw_only=True):
    """Jobs in the order of a run, and an edge for every job that must come before another.

    Example::

        graph = create_compiler("flow.yaml").compile("flow.yaml").get_graph()
        print([job.id for job in graph.jobs], graph.to_mermaid())
    """

    flow_id: str
    jobs: tuple[GraphJob, ...]
    edges: tuple[GraphEdge, ...] = ()

    def to_mermaid(self) -> str:
        """Draw the graph as a Mermaid flowchart."""
        from aetherflow.core.contracts.graph_mermaid import mermaid_of  # deferred: plugins import this, few draw

        return mermaid_of(self.jobs, self.edges)

    def to_dot(self) -> str:
        """Draw the graph in DOT, for Graphviz."""
        from aetherflow.core.contracts.graph_dot import dot_of  # deferred: plugins import this, few draw

        return dot_of(self.flow_id, self.jobs, self.edges)

    def to_text(self) -> str:
        """Draw the graph as an outline for a terminal, in plain ASCII but for what the flow's author wrote."""
        from aetherflow.core.contracts.graph_text import text_of  # deferred: plugins import this, few draw

        return text_of(self.flow_id, self.jobs, self.edges)
