"""What the tests of the data steps share: a context with real folders, and real servers, started once."""

from collections.abc import Iterator

import pytest

from tests.builtins.conftest import ctx, steps
from tests.data_steps.services.mariadb import MariadbServer, mariadb_server
from tests.data_steps.services.postgres import PostgresServer, postgres_server

__all__ = ["ctx", "steps"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Give a real PostgreSQL server."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariadbServer]:
    """Give a real MariaDB server."""
    with mariadb_server() as server:
        yield server
