"""The fast conversion, the JSON Schema and the list of findings say the same of every document."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from aetherflow.core.documents.conversion import convert_document
from aetherflow.core.documents.flow import FlowDefinition
from aetherflow.core.documents.profiles import Profile
from aetherflow.core.documents.schemas import json_schema
from tests.documents.reading import read

FLOW: dict[str, Any] = {
    "version": 1,
    "flow": {
        "id": "daily",
        "description": "d",
        "workspace": {"root": "/w", "cleanup_policy": "always", "layout": {"artifacts": "a"}},
        "state": {"backend": "sqlite", "path": "/s"},
        "locks": {"scope": "job", "ttl_seconds": 5},
    },
    "params": {"day": {"type": "string", "default": "x", "enum": ["x"], "pattern": "x"}},
    "resources": {
        "db": {"kind": "db", "driver": "sqlite3", "profile": "p", "config": {"a": 1}, "decode": {"config": {}}}
    },
    "jobs": [
        {
            "id": "a",
            "depends_on": ["b"],
            "when": "params.day == 1",
            "for_each": ["x"],
            "timeout_seconds": 5,
            "continue_on_error": True,
            "steps": [
                {
                    "id": "s",
                    "type": "log",
                    "inputs": {"x": 1},
                    "outputs": {"y": 1},
                    "on_no_data": "skip_job",
                    "effects": "once",
                    "retry": {"max_attempts": 3, "backoff_seconds": 0.5, "on_exit_codes": [1], "on_timeout": True},
                }
            ],
        },
        {"id": "b", "for_each": "{{params.day}}", "when": False, "steps": [{"id": "t", "type": "fail"}]},
    ],
    "handlers": {"on_exit": [{"id": "h", "type": "log"}]},
}
PROFILES: dict[str, Any] = {"p": {"config": {"a": 1}, "options": {}, "decode": {"config": {"a": True}}}, "q": {}}

# 1.0 is left out: JSON Schema calls it an integer, and here it is a decimal number.
SCALARS = [None, True, False, 0, 1, 2, -1, 1000, 1001, 0.5, -0.5, "", "a", "é", "my id", "1x", "a\n", "A" * 65]
WORDS = ["sqlite", "once", "job", "string", "always", "skip_job"]
CONTAINERS = [[], {}, ["a"], [1], [None], [{}], {"a": 1}, {"id": "x"}, [{"id": "x", "type": "y"}], {"config": {}}]
VALUES = st.sampled_from([*SCALARS, *WORDS, *CONTAINERS])
KEYS = st.sampled_from(["id", "type", "steps", "when", "typ", "retry", "x-note", "config", "jobs", "inputs", "a b", ""])
Mutation = Callable[[Any], Any]


def mutated(
    base: Any, keys: st.SearchStrategy[str] = KEYS, values: st.SearchStrategy[Any] = VALUES
) -> st.SearchStrategy[Any]:
    """Give documents that differ from a right one in a few places."""
    return st.builds(
        _with_changes, st.just(base), st.lists(st.tuples(st.integers(0), keys, values), min_size=0, max_size=3)
    )


def _with_changes(base: Any, changes: list[tuple[int, str, Any]]) -> Any:
    document = deepcopy(base)
    for number, key, value in changes:
        containers = list(_containers(document))
        _change(containers[number % len(containers)], number // len(containers), key, value)
    return document


def _containers(value: Any) -> list[Any]:
    if not isinstance(value, dict | list):
        return []
    inner = value.values() if isinstance(value, dict) else value
    return [value, *(found for child in inner for found in _containers(child))]


def _change(container: Any, number: int, key: str, value: Any) -> None:
    slots = list(container) if isinstance(container, dict) else list(range(len(container)))
    kind = number % 3
    if kind == 0 and isinstance(container, dict):
        container[key] = deepcopy(value)
    elif kind == 1 and slots:
        del container[slots[number // 3 % len(slots)]]
    elif slots:
        container[slots[number // 3 % len(slots)]] = deepcopy(value)


def _is_valid(schema: dict[str, Any], document: Any) -> bool:
    return Draft202012Validator(schema).is_valid(document)


FLOW_RULES = {**json_schema("flow"), "$ref": "#/$defs/FlowDefinition"}
PROFILE_RULES = json_schema("profiles")


def _converts(document: Any, record: Any) -> bool:
    try:
        msgspec.convert(document, record)
    except msgspec.ValidationError:
        return False
    return True


def _assert_agreement(document: Any, record: Any, rules: dict[str, Any]) -> None:
    converts = _converts(document, record)
    found = convert_document(read("a: 1"), document, record).diagnostics
    assert _is_valid(rules, document) == converts
    assert (found == []) == converts
    assert "AF-S100" not in [finding.code for finding in found]


def test_the_documents_that_are_changed_are_right_themselves() -> None:
    _assert_agreement(FLOW, FlowDefinition, FLOW_RULES)
    _assert_agreement(PROFILES, dict[str, Profile], PROFILE_RULES)
    assert _converts(FLOW, FlowDefinition)
    assert _converts(PROFILES, dict[str, Profile])


@given(mutated(FLOW))
def test_all_agree_on_a_changed_flow(document: Any) -> None:
    rules = {key: value for key, value in FLOW_RULES.items() if key not in ("if", "then", "else")}
    _assert_agreement(document, FlowDefinition, rules)


@given(mutated(PROFILES))
def test_all_agree_on_changed_profiles(document: Any) -> None:
    own = {name: value for name, value in document.items() if not name.startswith("x-")}
    _assert_agreement(own, dict[str, Profile], PROFILE_RULES)


@given(mutated(FLOW))
def test_a_repaired_flow_keeps_the_length_of_its_jobs(document: Any) -> None:
    flow = convert_document(read("a: 1"), document, FlowDefinition).value
    assert isinstance(flow, FlowDefinition)
    jobs = document.get("jobs")
    if isinstance(jobs, list) and jobs:
        assert len(flow.jobs) == len(jobs)
