"""Fixtures of the tests of compilers."""

from collections.abc import Iterator

import pytest

from tests.bundles_archives.web import Web, web


@pytest.fixture
def site() -> Iterator[Web]:
    """Give a web server."""
    with web() as server:
        yield server
