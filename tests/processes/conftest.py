"""Holds every test of this folder to its word: no descriptor and no child is left behind."""

from collections.abc import Iterator

import pytest

from tests.processes.running import children, open_descriptors


@pytest.fixture(autouse=True)
def nothing_is_left_behind() -> Iterator[None]:
    """Compare descriptors and children before and after."""
    before = open_descriptors(), children()
    yield
    assert (open_descriptors(), children()) == before
