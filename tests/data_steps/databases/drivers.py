"""The databases that the steps are tried on: the same tables in each, through each connector."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aetherflow.core.api import ConnectorBase, Step, StepFailed, StepResult
from aetherflow.core.builtins.connectors.duckdb import DuckdbConnector
from aetherflow.core.builtins.connectors.mysql import MysqlConnector
from aetherflow.core.builtins.connectors.postgres import PostgresConnector
from aetherflow.core.builtins.connectors.sqlalchemy import SqlalchemyConnector
from aetherflow.core.builtins.connectors.sqlite3 import Sqlite3Connector
from aetherflow.core.builtins.steps.db_execute import DbExecute
from tests.data_steps.services.mariadb import MariadbServer
from tests.data_steps.services.postgres import PostgresServer


class Database:
    """A resource named "shop", and steps on it as a flow would run them."""

    def __init__(self, name: str, connector: ConnectorBase, ctx: Any) -> None:
        self.name = name
        self.connector = connector
        self.ctx: Any = ctx
        self.ctx.connectors = {"shop": connector}

    def run(self, step: type[Step], **inputs: Any) -> dict[str, Any]:
        """Give the outputs of a step that does not fail."""
        returned = step().run(self.ctx, msgspec.convert({"resource": "shop", **inputs}, step.input_schema))
        return returned.outputs if isinstance(returned, StepResult) else returned or {}

    def result(self, step: type[Step], **inputs: Any) -> StepResult:
        """Give the result of a step that does not fail."""
        returned = step().run(self.ctx, msgspec.convert({"resource": "shop", **inputs}, step.input_schema))
        assert isinstance(returned, StepResult)
        return returned

    def failure(self, step: type[Step], **inputs: Any) -> StepFailed:
        """Give why a step fails."""
        with pytest.raises(StepFailed) as raised:
            self.run(step, **inputs)
        return raised.value

    def sql(self, *statements: str) -> list[dict[str, Any]]:
        """Run statements, each committed; give the rows of the last."""
        rows: list[dict[str, Any]] = []
        for statement in statements:
            rows = self.run(DbExecute, sql=statement)["rows"]
        return rows

    def empty_orders(self) -> None:
        """Make the table orders anew."""
        self.sql(
            "DROP TABLE IF EXISTS orders",
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, name VARCHAR(200), total DECIMAL(12, 2))",
        )


Maker = Callable[[Path, PostgresServer, MariadbServer], ConnectorBase]


def _url(scheme: str, server: Any) -> str:
    return f"{scheme}://{server.user}:{server.password}@{server.host}:{server.port}/{server.database}"


MAKERS: dict[str, Maker] = {
    "sqlite3": lambda folder, _pg, _my: Sqlite3Connector(config={"path": str(folder / "shop.db")}, options={}),
    "duckdb": lambda folder, _pg, _my: DuckdbConnector(config={"path": str(folder / "shop.duckdb")}, options={}),
    "postgres": lambda _folder, pg, _my: PostgresConnector(config=pg.config(), options={}),
    "mysql": lambda _folder, _pg, my: MysqlConnector(config=my.config(), options={}),
    "sqlalchemy, psycopg": lambda _folder, pg, _my: SqlalchemyConnector(
        config={"url": _url("postgresql+psycopg", pg)}, options={}
    ),
    "sqlalchemy, mysql": lambda _folder, _pg, my: SqlalchemyConnector(
        config={"url": _url("mysql+pymysql", my)}, options={}
    ),
    "sqlalchemy, sqlite": lambda folder, _pg, _my: SqlalchemyConnector(
        config={"url": f"sqlite:///{folder / 'shop.db'}"}, options={}
    ),
}


@contextmanager
def opened(name: str, ctx: Any, pg: PostgresServer, my: MariadbServer) -> Iterator[Database]:
    """Give a database through one connector, and close that afterwards."""
    connector = MAKERS[name](ctx.job_dir, pg, my)
    try:
        yield Database(name, connector, ctx)
    finally:
        connector.close()
