"""A module is parsed, whatever else the process does meanwhile."""

import ast
import gc
from collections.abc import Iterator

import pytest

from aetherflow.core.plugins.parsed_module import parsed_module


class _ParsesWhenCollected:
    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        ast.parse("x = 1")


@pytest.fixture
def eager_collector() -> Iterator[None]:
    """Collect garbage often, so that it comes in the midst of a parse."""
    before = gc.get_threshold()
    gc.set_threshold(50, 1, 1)
    yield
    gc.set_threshold(*before)


def test_a_destructor_that_parses_upsets_no_parse(eager_collector: None) -> None:
    gc.collect()
    for _ in range(3):
        _ParsesWhenCollected()
    tree = parsed_module(b"\n".join(b"x = f(%d)" % number for number in range(2000)))
    assert len(tree.body) == 2000
