from types import MappingProxyType
from typing import Any

import pytest

from aetherflow.core.resolution.scope import MISSING, NullOutputs, Scope

SCOPE = Scope(MappingProxyType({"a": {"b": [{"c": None}], "0": "zero"}, "n": NullOutputs({"x": {"y": 1}})}))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a.b.0.c", None),
        ("a.0", "zero"),
        ("n.x.y", 1),
        ("n.q", None),
        ("n.q.r.s", None),
        ("a.b.1", MISSING),
        ("a.b.x", MISSING),
        ("a.b.99999999999999999999", MISSING),
        ("a.b.0.c.d", MISSING),
        ("n.x.z", MISSING),
        ("a.b.__len__", MISSING),
        ("z", MISSING),
    ],
)
def test_a_path_is_walked_by_keys_and_indices(path: str, value: Any) -> None:
    assert SCOPE.lookup(tuple(path.split("."))) is value or SCOPE.lookup(tuple(path.split("."))) == value


def test_null_outputs_have_every_key_and_it_is_null() -> None:
    outputs = NullOutputs()
    assert "anything" in outputs
    assert outputs["anything"] is None
    assert dict(outputs) == {}


def test_null_outputs_keep_what_was_produced() -> None:
    outputs = NullOutputs({"rows": 3})
    assert (outputs["rows"], outputs["other"], dict(outputs)) == (3, None, {"rows": 3})
