"""Explains flows that tests write, and finds the piece that a test asks for."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from aetherflow.core.operations.explain_flow import explain
from aetherflow.core.operations.explanation.values import (
    FlowExplanation,
    JobExplanation,
    LeafExplanation,
    TextExplanation,
    TokenExplanation,
)
from aetherflow.core.operations.requests import FlowRequest


class Bench:
    """A folder with a flow and its profiles."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> Path:
        """Write a file, its common indentation removed."""
        path = self.folder / name
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    def explain(
        self, flow: str, params: Mapping[str, str] = {}, *, plugins: Sequence[object] = (), **env: str
    ) -> FlowExplanation:
        """Explain a flow; without a header it gets one of two lines, with the id `f`."""
        text = textwrap.dedent(flow).lstrip("\n")
        header = "" if text.startswith("version:") else "version: 1\nflow: {id: f}\n"
        path = self.write("flow.yaml", header + text)
        return explain(FlowRequest(flow=str(path), environ=env, params=params, plugins=plugins))

    def explain_inputs(
        self, message: str, params: Mapping[str, str] = {}, before: str = "", **env: str
    ) -> TextExplanation:
        """Explain the message of the step `s`, in the last line of a flow."""
        job = f"jobs:\n  - id: j\n    steps: [{{id: s, type: log, inputs: {{message: '{message}'}}}}]\n"
        told = self.explain(textwrap.dedent(before).lstrip("\n") + job, params, **env)
        (text,) = told.jobs[-1].steps[-1].texts
        return text

    def explain_resource(self, resource: str, **env: str) -> dict[str, LeafExplanation]:
        """Explain the resource `db`, whose values begin in line 5, by the paths of its leaves."""
        inner = textwrap.indent(textwrap.dedent(resource).strip("\n"), "    ")
        told = self.explain(
            f"resources:\n  db:\n{inner}\n    kind: db\n    driver: sqlite3\n"
            "jobs:\n  - id: j\n    steps: [{id: s, type: log, inputs: {message: hi}}]\n",
            **env,
        )
        return {leaf.path: leaf for leaf in told.resources[0].values}


def reasons(job: JobExplanation) -> list[tuple[str, str, int]]:
    """Give what a job comes after: the other job, why, in which line."""
    return [(reason.job, reason.because, reason.site.line) for reason in job.after]


def only_token(text: TextExplanation | LeafExplanation) -> TokenExplanation:
    """Give the one token of a string."""
    (token,) = text.tokens
    return token


def all_strings(value: object) -> Iterator[str]:
    """Give every string of a JSON value, keys too."""
    if isinstance(value, dict):
        yield from value
        for child in value.values():
            yield from all_strings(child)
    elif isinstance(value, list):
        for child in value:
            yield from all_strings(child)
    elif isinstance(value, str):
        yield value
