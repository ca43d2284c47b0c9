"""The connectors of databases: what they take, what they say, and that no password shows."""

import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from aetherflow.core.api import ConnectorBase
from aetherflow.core.builtins.connectors.duckdb import DuckdbConnector
from aetherflow.core.builtins.connectors.mysql import MysqlConnector
from aetherflow.core.builtins.connectors.postgres import PostgresConnector
from aetherflow.core.builtins.connectors.sqlalchemy import SqlalchemyConnector
from aetherflow.core.builtins.steps.db_execute import DbExecute
from aetherflow.core.builtins.steps.db_extract import DbExtract
from aetherflow.core.builtins.steps.db_fetch_small import DbFetchSmall
from tests.data_steps.databases.drivers import Database
from tests.data_steps.services.mariadb import MariadbServer
from tests.data_steps.services.postgres import PostgresServer
from tests.support.project import Project

SERVER: dict[str, Any] = {"host": "127.0.0.1", "user": "x", "password": "hidden-word", "database": "x"}
ABSENT: list[tuple[str, ConnectorBase]] = [
    ("psycopg", PostgresConnector(config=SERVER, options={})),
    ("pymysql", MysqlConnector(config=SERVER, options={})),
    ("duckdb", DuckdbConnector(config={"path": ":memory:"}, options={})),
    ("sqlalchemy", SqlalchemyConnector(config={"url": "sqlite://"}, options={})),
]


@pytest.mark.parametrize(("library", "connector"), ABSENT, ids=lambda value: value if isinstance(value, str) else "")
def test_a_library_that_is_not_installed_is_named_with_the_command_that_brings_it(
    ctx: Any, monkeypatch: pytest.MonkeyPatch, library: str, connector: ConnectorBase
) -> None:
    monkeypatch.setitem(sys.modules, library, None)  # Python's own way to say that there is no such module
    failure = Database(library, connector, ctx).failure(DbExecute, sql="SELECT 1")
    assert failure.message == f'resource "shop": this needs the library {library}, which is not installed'
    assert failure.hint == "pip install 'aetherflow[db]'"


def test_parquet_without_its_library_is_said_too(ctx: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    database = Database("duckdb", DuckdbConnector(config={"path": ":memory:"}, options={}), ctx)
    failure = database.failure(DbExtract, sql="SELECT 1 AS a", path="x.parquet")
    assert failure.message == 'resource "shop": this needs the library pyarrow, which is not installed'
    database.connector.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("hidden-word", "its URL is none that SQLAlchemy knows"),
        ("nothing+at-all://me:hidden-word@host/x", "its URL is none that SQLAlchemy knows"),
        ("postgresql+psycopg://me:hidden-word@host:port/x", "its URL is none that SQLAlchemy knows"),
        ("oracle+oracledb://me:hidden-word@host/x", "its URL needs the library oracledb, which is not installed"),
    ],
)
def test_a_url_that_cannot_be_used_is_not_shown(ctx: Any, url: str, message: str) -> None:
    connector = SqlalchemyConnector(config={"url": url}, options={})
    failure = Database("sqlalchemy", connector, ctx).failure(DbExecute, sql="SELECT 1")
    assert failure.message == f'resource "shop": {message}'
    assert "hidden-word" not in str(failure.hint)


def test_a_password_that_the_server_repeats_is_hidden(ctx: Any, postgres: PostgresServer) -> None:
    url = f"postgresql+psycopg://{postgres.user}:{postgres.password}@{postgres.host}:{postgres.port}/postgres"
    for connector in (
        PostgresConnector(config=postgres.config(), options={}),
        SqlalchemyConnector(config={"url": url}, options={}),
    ):
        database = Database("postgres", connector, ctx)
        failure = database.failure(DbExecute, sql=f'SELECT * FROM "{postgres.password}"')
        assert failure.message == 'resource "shop": relation "***" does not exist'
        connector.close()


def test_a_server_without_tls_is_said_where_tls_is_asked_for(
    ctx: Any, postgres: PostgresServer, mariadb: MariadbServer
) -> None:
    over_tls = PostgresConnector(config=postgres.config(), options={"sslmode": "require"})
    failure = Database("postgres", over_tls, ctx).failure(DbExecute, sql="SELECT 1")
    assert failure.message == 'resource "shop": the server has no TLS'
    for_mysql = MysqlConnector(config=mariadb.config(), options={"sslmode": "verify-full"})
    failure = Database("mysql", for_mysql, ctx).failure(DbExecute, sql="SELECT 1")
    assert failure.message == 'resource "shop": the server has no TLS'


def test_the_server_knows_the_connection_by_its_application_name(ctx: Any, postgres: PostgresServer) -> None:
    for options, name in (({}, "aetherflow"), ({"application_name": "nightly"}, "nightly")):
        connector = PostgresConnector(config=postgres.config(), options=options)
        rows = Database("postgres", connector, ctx).sql("SELECT current_setting('application_name') AS name")
        assert rows == [{"name": name}]
        connector.close()


def test_a_statement_that_takes_longer_than_the_server_may_let_it(ctx: Any, postgres: PostgresServer) -> None:
    connector = PostgresConnector(config=postgres.config(), options={"statement_timeout_seconds": 0.2})
    failure = Database("postgres", connector, ctx).failure(DbExecute, sql="SELECT pg_sleep(30)")
    assert failure.message == 'resource "shop": the statement took longer than `statement_timeout_seconds` allows'
    connector.close()


def test_a_statement_timeout_below_a_millisecond_is_none_that_never_ends(ctx: Any, postgres: PostgresServer) -> None:
    connector = PostgresConnector(config=postgres.config(), options={"statement_timeout_seconds": 0.0001})
    database = Database("postgres", connector, ctx)
    assert database.sql("SELECT current_setting('statement_timeout') AS limit") == [{"limit": "1ms"}]
    connector.close()


def test_a_query_changes_nothing_on_a_server(ctx: Any, postgres_database: Database) -> None:
    function = "CREATE OR REPLACE FUNCTION added() RETURNS integer LANGUAGE sql AS"
    postgres_database.sql(f"{function} $$ INSERT INTO orders (id) VALUES (1) RETURNING id $$")
    for path in ("x.csv", "x.jsonl"):
        failure = postgres_database.failure(DbExtract, sql="SELECT added()", path=path)
        assert failure.message == 'resource "shop": cannot execute INSERT in a read-only transaction'
    for sql in ("DELETE FROM orders RETURNING id", "SELECT 1; DROP TABLE orders"):
        postgres_database.failure(DbExtract, sql=sql, path="x.csv")
    assert postgres_database.sql("SELECT * FROM orders") == []


def test_what_has_no_type_of_its_own_is_written_as_postgresql_writes_it(postgres_database: Database) -> None:
    sql = """SELECT ARRAY[1,2] AS a, INTERVAL '1 day 2 hours' AS i, '{"k": [1, null]}'::jsonb AS j,
             'infinity'::date AS d, '0044-03-15 BC'::date AS bc, '10.0.0.1'::inet AS ip, NULL::text AS n,
             '[1,5)'::int4range AS r"""
    database = postgres_database
    database.run(DbExtract, sql=sql, path="x.csv")
    line = '"{1,2}",1 day 02:00:00,"{""k"": [1, null]}",infinity,0044-03-15 BC,10.0.0.1,,"[1,5)"'
    assert (database.ctx.artifacts_dir / "x.csv").read_text() == f"a,i,j,d,bc,ip,n,r\n{line}\n"
    database.run(DbExtract, sql=sql, path="x.jsonl")
    assert (database.ctx.artifacts_dir / "x.jsonl").read_text() == (
        '{"a":"{1,2}","i":"1 day 02:00:00","j":{"k":[1,null]},"d":"infinity","bc":"0044-03-15 BC","ip":"10.0.0.1",'
        '"n":null,"r":"[1,5)"}\n'
    )


def test_values_of_postgresql_are_the_same_in_every_step(postgres_database: Database) -> None:
    sql = """SELECT ARRAY[1,2] AS a, INTERVAL '1 day 2 hours' AS i, 'infinity'::date AS d,
             '0044-03-15 BC'::timestamp AS t, 12.50 AS n,
             TRUE AS b, 1.5::float8 AS f, '\\x00ff'::bytea AS y, '{"k": [1, null]}'::jsonb AS j"""
    executed = postgres_database.run(DbExecute, sql=sql)["rows"]
    assert executed == postgres_database.run(DbFetchSmall, sql=sql)["rows"]
    assert executed == [
        {
            "a": "{1,2}", "i": "1 day 02:00:00", "d": "infinity", "t": "0044-03-15 00:00:00 BC", "n": "12.50",
            "b": True, "f": 1.5, "y": "AP8=", "j": {"k": [1, None]},
        }
    ]  # fmt: skip


TYPED = """SELECT 12.50::numeric(12, 2) AS bounded, 12.50::numeric AS unbounded, 1.5::numeric(60, 2) AS long,
           '2026-01-31'::date AS day, '23:59:59.5'::time AS hour, '23:59:59+05:30'::time with time zone AS offset_hour,
           '2026-01-31 10:00'::timestamp AS at, '2026-01-31 10:00+00'::timestamptz AS instant,
           INTERVAL '1 month 2 hours' AS span, gen_random_uuid() AS key, NULL::date AS nothing"""


def test_parquet_keeps_the_types_of_postgresql(postgres_database: Database) -> None:
    database = postgres_database
    database.run(DbExtract, sql=TYPED, path="x.parquet")
    found = pyarrow.parquet.read_schema(database.ctx.artifacts_dir / "x.parquet")
    kinds = dict(zip(found.names, map(str, found.types), strict=True))
    assert kinds.pop("instant").startswith("timestamp[us, tz=")
    assert kinds == {
        "bounded": "decimal128(38, 2)", "unbounded": "string", "long": "string", "day": "date32[day]",
        "hour": "time64[us]", "offset_hour": "string", "at": "timestamp[us]", "span": "string", "key": "string",
        "nothing": "string",
    }  # fmt: skip


def test_what_python_has_no_type_for_makes_text_of_its_column(postgres_database: Database) -> None:
    database = postgres_database
    sql = "SELECT day::date FROM (VALUES ('2026-01-31'), ('infinity'), ('0044-03-15 BC'), (NULL)) AS days (day)"
    database.run(DbExtract, sql=sql, path="x.parquet")
    table = pyarrow.parquet.read_table(database.ctx.artifacts_dir / "x.parquet")
    assert table["day"].to_pylist() == ["2026-01-31", "infinity", "0044-03-15 BC", None]


FLOW = """\
version: 1
flow: {id: shop}
resources:
  shop: {kind: db, driver: postgres, config: {host: h, database: d, OTHER}, options: {MORE}}
jobs:
  - id: ask
    steps:
      - {id: now, type: db_fetch_small, inputs: {resource: shop, sql: SELECT 1 AS a}}
"""


@pytest.mark.parametrize(
    ("other", "more", "said"),
    [
        ("pasword: x", "", "pasword"),
        ("port: 0", "", "port"),
        ("user: x", "sslmode: sometimes", "sslmode"),
        ("user: x", "timeout: 3", "timeout_seconds"),
    ],
)
def test_a_config_that_is_wrong_is_told_by_validate(project: Project, other: str, more: str, said: str) -> None:
    project.write("flow.yaml", FLOW.replace("OTHER", other).replace("MORE", more))
    outcome = project.aetherflow("validate", "flow.yaml")
    assert outcome.exit_code == 2
    assert said in outcome.stdout


@pytest.mark.parametrize("path", ["../x.csv", "/tmp/aetherflow-x.csv"])
def test_no_file_is_written_outside_the_job(postgres_database: Database, path: str) -> None:
    failure = postgres_database.failure(DbExtract, sql="SELECT 1 AS a", path=path)
    assert failure.message == f'`path`: "{path}" may lead out of the job\'s directory'
    assert not Path("/tmp/aetherflow-x.csv").exists()
