"""Puts a piece of a flow into a whole one, by what the piece is; keys and their parts are those of the schema."""

from collections.abc import Callable
from typing import Any

from aetherflow.core.documents.schemas import json_schema

Value = Any  # of a YAML document

#: What pieces name without showing it: params, a resource, jobs and steps that come before.
PARAMS: Value = {"day": {"type": "string", "default": "2026-01-31"}}
RESOURCES: Value = {"orders": {"kind": "db", "driver": "sqlite3", "config": {"path": "orders.db"}}}
_PROBE: Value = {
    "id": "look",
    "type": "check_items",
    "inputs": {"items": ["a.csv", "b.csv"]},
    "outputs": {"count": "{{result.count}}", "files": "{{result.items}}"},
}
_JSON: Value = {"command": ["echo", '{"rows": 3}'], "parse": "json"}
_PULL: Value = {"id": "pull", "type": "external.process", "inputs": _JSON, "outputs": {"rows": "{{result.value.rows}}"}}
JOBS_BEFORE: list[Value] = [{"id": "probe", "steps": [_PROBE]}, {"id": "extract", "steps": [_PULL]}]
STEPS_BEFORE: list[Value] = [
    {"id": "pull", "type": "external.process", "inputs": _JSON},
    {"id": "load", "type": "external.process", "inputs": _JSON},
    {"id": "list_files", "type": "external.process", "inputs": {"command": ["ls"], "parse": "lines"}},
    {"id": "check", "type": "check_items", "inputs": {"items": [1, 2]}},
]
_SAID: Value = {"id": "said", "type": "log", "inputs": {"message": "hello"}}
#: A step that only some inputs make sense for, with what it cannot do without.
_BY_INPUT: dict[str, Value] = {
    "success": {"type": "external.process", "inputs": {"command": ["true"]}},
    "idempotency": {"type": "external.process", "inputs": {"command": ["true"]}},
    "command": {"type": "external.process"},
    "items": {"type": "check_items"},
}


def flow_around(piece: Value) -> Value:
    """Give a whole flow with the piece in its place: of the flow itself, of a job, a resource, a step or its inputs."""
    if isinstance(piece, list):
        return _with_steps(piece) if any("type" in item for item in piece) else _with_jobs(piece)
    if set(piece) & (keys_of("FlowDefinition") | keys_of("WorkflowsDocument")):
        return _whole(piece)
    for part, place in _PLACES:
        if set(piece) <= keys_of(part):
            return place(piece)
    return _with_steps([{"inputs": piece}])


def keys_of(part: str) -> frozenset[str]:
    """Give the keys that a part of a flow takes."""
    return frozenset(json_schema("flow")["$defs"][part]["properties"])


def _with_jobs(jobs: list[Value]) -> Value:
    ids = {job.get("id") for job in jobs}
    before = [job for job in JOBS_BEFORE if job["id"] not in ids]
    return _whole({"jobs": [*before, *({"steps": [_SAID], **job} for job in jobs)]})


def _with_steps(steps: list[Value]) -> Value:
    ids = {step.get("id") for step in steps}
    before = [step for step in STEPS_BEFORE if step["id"] not in ids]
    return _with_jobs([{"id": "load", "steps": [*before, *map(_step, steps)]}])


def _step(step: Value) -> Value:
    inputs = step.get("inputs", {})
    needed = next((found for name, found in _BY_INPUT.items() if name in inputs), {} if inputs else _SAID)
    return {**_SAID, **needed, **step, "inputs": {**needed.get("inputs", {}), **inputs}}


def _whole(piece: Value) -> Value:
    if "workflows" in piece:
        return {"version": 1, **piece}
    given = {"version": 1, "flow": {"id": "daily"}, "params": PARAMS, "resources": RESOURCES, **piece}
    return given if "jobs" in piece else {**given, "jobs": [{"id": "load", "steps": [_SAID]}]}


def _job(piece: Value) -> Value:
    return _with_jobs([{"id": "load", **piece}])


def _resource(piece: Value) -> Value:
    using = {"id": "count", "type": "db_execute", "inputs": {"resource": "orders", "sql": "select 1"}}
    kind = {"kind": "db", "driver": "any"}  # of a plugin, which takes whatever is configured
    return {**_with_steps([using]), "resources": {"orders": {**kind, **piece}}}


_PLACES: tuple[tuple[str, Callable[[Value], Value]], ...] = (
    ("StepDefinition", lambda piece: _with_steps([piece])),
    ("JobDefinition", _job),
    ("Resource", _resource),
)
