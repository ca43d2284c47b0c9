"""Which dialect a connection speaks, and an error is said in: the driver tells, whoever opened the connection."""

from collections.abc import Callable
from typing import Any

from aetherflow.core.builtins.databases.dialect import Dialect
from aetherflow.core.builtins.resource_use import Trouble


def dialect_of(connection: Any, another: Callable[[], Any] | None = None) -> Dialect:
    """Give the dialect of a PEP 249 connection; ``another`` opens a further connection to the same database."""
    driver = getattr(connection, "driver_connection", connection)  # SQLAlchemy's pool wraps the driver's own
    match _package_of(driver):
        case "sqlite3":
            from aetherflow.core.builtins.databases.sqlite import SqliteDialect  # deferred: one of them is wanted

            return SqliteDialect(connection, driver)
        case "psycopg":
            from aetherflow.core.builtins.databases.postgres import PostgresDialect  # deferred, as above

            return PostgresDialect(connection, driver)
        case "duckdb" | "_duckdb":
            from aetherflow.core.builtins.databases.duckdb import DuckdbDialect  # deferred, as above

            return DuckdbDialect(connection, driver)
        case "pymysql":
            from aetherflow.core.builtins.databases.mysql import MysqlDialect  # deferred, as above

            dialect = MysqlDialect(connection, driver)
            dialect.another = another
            return dialect
    return Dialect(connection, driver)


def explain(error: Exception) -> Trouble | None:
    """Give the words for what a driver raised, None where its own will do."""
    raised = getattr(error, "orig", None) or error  # SQLAlchemy wraps it
    match _package_of(raised):
        case "sqlite3":
            from aetherflow.core.builtins.databases import sqlite  # deferred: only wanted when something is wrong

            return sqlite.explain(raised)
        case "psycopg":
            from aetherflow.core.builtins.databases import postgres  # deferred, as above

            return postgres.explain(raised)
        case "duckdb" | "_duckdb":
            from aetherflow.core.builtins.databases import duckdb  # deferred, as above

            return duckdb.explain(raised)
        case "pymysql":
            from aetherflow.core.builtins.databases import mysql  # deferred, as above

            return mysql.explain(raised)
    return None


def _package_of(value: object) -> str:
    return type(value).__module__.partition(".")[0]
