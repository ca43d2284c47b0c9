"""Gives the database steps each kind of database in turn."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.data_steps.databases.drivers import MAKERS, Database, opened
from tests.data_steps.services.mariadb import MariadbServer
from tests.data_steps.services.postgres import PostgresServer


@pytest.fixture(params=MAKERS)
def database(
    request: pytest.FixtureRequest, ctx: Any, postgres: PostgresServer, mariadb: MariadbServer
) -> Iterator[Database]:
    """Give each kind of database, with an empty table orders."""
    with opened(request.param, ctx, postgres, mariadb) as found:
        found.empty_orders()
        yield found


@pytest.fixture
def postgres_database(ctx: Any, postgres: PostgresServer, mariadb: MariadbServer) -> Iterator[Database]:
    """Give PostgreSQL, with an empty table orders."""
    with opened("postgres", ctx, postgres, mariadb) as found:
        found.empty_orders()
        yield found


@pytest.fixture
def mysql_database(ctx: Any, postgres: PostgresServer, mariadb: MariadbServer) -> Iterator[Database]:
    """Give MariaDB, with an empty table orders."""
    with opened("mysql", ctx, postgres, mariadb) as found:
        found.empty_orders()
        yield found
