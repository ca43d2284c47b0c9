"""Flows as text, judged as `validate` judges them; plugins besides the built-ins are described, not loaded."""

import textwrap
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.registry import Contribution, Registry
from aetherflow.core.diagnostics.text import render_text
from aetherflow.core.documents.flow_reader import LoadedFlow, load_flow
from aetherflow.core.documents.profiles import LoadedProfiles, load_profiles
from aetherflow.core.documents.reader import read_document
from aetherflow.core.documents.source import Source
from aetherflow.core.plugins.builtin_index import builtin_registry
from aetherflow.core.validation.validate import Surroundings, validate_flow

HEADER = "flow: {id: test}\n"


def loaded(text: str) -> LoadedFlow:
    """Load a flow whose structure may be wrong, but which can be read; a missing header is put before it."""
    text = textwrap.dedent(text).lstrip("\n")
    text = text if "flow:" in text else HEADER + text
    document = read_document(Source("flow.yaml", text)).document
    assert document is not None
    flow = load_flow(document).flow
    assert flow is not None
    return flow


def job(*steps: str, job_id: str = "main", more: str = "") -> str:
    """Write a flow of one job with these steps, each given in flow style."""
    listed = "".join(f"\n      - {step}" for step in steps)
    return f"jobs:\n  - id: {job_id}\n{f'    {more}{chr(10)}' if more else ''}    steps:{listed}\n"


def log(step_id: str, text: str = "x") -> str:
    """Write a log step whose message is this text."""
    return f"{{id: {step_id}, type: log, inputs: {{message: '{text}'}}}}"


def findings(text: str, **around: Any) -> list[Diagnostic]:
    """Give the findings of validation alone."""
    return validate_flow(loaded(text), surroundings(**around))


def told(text: str, **around: Any) -> list[str]:
    """Give each finding in one line: code, place, what stands there, message, label, hint."""
    flow = loaded(text)
    return [_line(finding, flow) for finding in validate_flow(flow, surroundings(**around))]


def messages(text: str, **around: Any) -> list[str]:
    """Give each finding's code and message."""
    return [f"{finding.code}: {finding.message}" for finding in findings(text, **around)]


def report(text: str, **around: Any) -> str:
    """Give what a person would see."""
    flow = loaded(text)
    found = validate_flow(flow, surroundings(**around))
    return render_text(found, {"flow.yaml": flow.document.source.text})


def surroundings(
    steps: Mapping[str, Contribution] | None = None,
    connectors: Mapping[str, Contribution] | None = None,
    profiles: str | None = None,
    **others: Any,
) -> Surroundings:
    """Give the built-ins, and whatever a test puts beside them."""
    registry = builtin_registry()
    registry = Registry(
        steps={**registry.steps, **(steps or {})}, connectors={**registry.connectors, **(connectors or {})}
    )
    return Surroundings(registry=registry, profiles=_profiles(profiles), **others)


def plugin_step(name: str, **schemas: Any) -> dict[str, Contribution]:
    """Describe a step type of a plugin that must not be loaded."""
    return {name: replace(_UNLOADED, name=name, **schemas)}


def _must_not_load() -> None:
    raise AssertionError("validation loads no plugin")


_UNLOADED = Contribution(
    kind="step",
    name="",
    plugin="mine",
    version="1",
    digest="",
    origin="folder",
    file="mine.py",
    line=1,
    load=_must_not_load,
)


def _profiles(text: str | None) -> LoadedProfiles:
    if text is None:
        return LoadedProfiles()
    document = read_document(Source("profiles.yaml", textwrap.dedent(text).lstrip("\n"))).document
    assert document is not None
    return load_profiles(document).profiles


def _line(finding: Diagnostic, flow: LoadedFlow) -> str:
    span = finding.span
    assert span is not None
    line = flow.document.source.text.split("\n")[span.line - 1] if span.file == "flow.yaml" else ""
    there = line[span.column - 1 : span.end_column - 1 if span.end_line == span.line else len(line)]
    parts = [f"{finding.code} `{there}` {finding.message}", finding.label, finding.hint]
    return " | ".join(part for part in parts if part)
