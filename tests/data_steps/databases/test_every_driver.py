"""What holds of the database steps holds on every database, through every connector."""

import json
from pathlib import Path

import pyarrow.parquet
import pytest

from aetherflow.core.api import STEP_SKIPPED, STEP_SUCCESS, Step
from aetherflow.core.builtins.steps.db_execute import DbExecute
from aetherflow.core.builtins.steps.db_extract import DbExtract
from aetherflow.core.builtins.steps.db_fetch_small import DbFetchSmall
from tests.data_steps.databases.drivers import Database

TWO_ORDERS = "INSERT INTO orders VALUES (1, 'Ada', 1.50), (2, 'say \"hi\", Bob', NULL)"


def placeholders(database: Database) -> str:
    return "?" if database.name in ("sqlite3", "duckdb", "sqlalchemy, sqlite") else "%s"


def test_a_statement_is_committed_and_its_rows_are_given(database: Database) -> None:
    assert database.run(DbExecute, sql=TWO_ORDERS) == {"rowcount": 2, "rows": [], "truncated": False}
    found = database.run(DbExecute, sql="SELECT id, name FROM orders ORDER BY id", max_rows=1)
    assert found == {"rowcount": 2, "rows": [{"id": 1, "name": "Ada"}], "truncated": True}


def test_parameters_are_bound(database: Database) -> None:
    mark = placeholders(database)
    name = "x'); DROP TABLE orders; --"
    database.run(DbExecute, sql=f"INSERT INTO orders (id, name) VALUES ({mark}, {mark})", params=[1, name])
    for step, key in ((DbExecute, "rows"), (DbFetchSmall, "rows")):
        assert database.run(step, sql=f"SELECT name FROM orders WHERE name = {mark}", params=[name])[key] == [
            {"name": name}
        ]
    extracted = database.run(DbExtract, sql=f"SELECT id FROM orders WHERE name = {mark}", params=[name], path="x.csv")
    assert extracted["rows"] == 1


def test_a_percent_sign_means_itself_where_nothing_is_bound(database: Database) -> None:
    database.sql(TWO_ORDERS)
    assert database.sql("SELECT name FROM orders WHERE name LIKE 'A%'") == [{"name": "Ada"}]
    assert database.run(DbExtract, sql="SELECT id FROM orders WHERE name LIKE 'A%'", path="x.csv")["rows"] == 1


def test_a_statement_that_fails_leaves_nothing_and_the_connection_serves_on(database: Database) -> None:
    failure = database.failure(DbExecute, sql="INSERT INTO orders (id) VALUES (1), (1)")
    assert failure.message.startswith('resource "shop": ')
    assert "\n" not in failure.message
    assert database.sql("SELECT * FROM orders") == []


def test_several_statements_are_refused(database: Database) -> None:
    database.failure(DbExecute, sql="DELETE FROM orders; DROP TABLE orders")
    assert database.sql("SELECT * FROM orders") == []


def test_a_statement_that_neither_gives_nor_changes_rows_counts_none(database: Database) -> None:
    database.sql("DROP TABLE IF EXISTS made")
    assert database.run(DbExecute, sql="CREATE TABLE made (id INTEGER)")["rowcount"] == 0


@pytest.mark.parametrize(("step", "more"), [(DbExtract, {"path": "x.csv"}), (DbFetchSmall, {})])
def test_a_query_changes_nothing_in_a_database_and_what_follows_may(
    database: Database, step: type[Step], more: dict[str, str]
) -> None:
    database.sql(TWO_ORDERS)
    for sql in ("DELETE FROM orders WHERE id = 1 RETURNING id", "INSERT INTO orders (id) VALUES (3) RETURNING id"):
        database.failure(step, sql=sql, **more)
    assert database.run(DbExecute, sql="DELETE FROM orders")["rowcount"] == 2
    assert database.result(step, sql="SELECT id FROM orders", **more).status == STEP_SKIPPED


@pytest.mark.parametrize("step", [DbExtract, DbFetchSmall])
def test_a_query_may_end_with_a_semicolon_or_a_comment(database: Database, step: type) -> None:
    database.sql(TWO_ORDERS)
    more = {"path": "x.csv"} if step is DbExtract else {}
    for sql in ("SELECT id FROM orders ;\n", "SELECT id FROM orders -- all of them"):
        assert database.run(step, sql=sql, **more).get("rows") in (2, [{"id": 1}, {"id": 2}])


def test_csv_is_the_same_whoever_writes_it(database: Database) -> None:
    database.sql(TWO_ORDERS)
    result = database.result(DbExtract, sql="SELECT * FROM orders ORDER BY id", path="daily/orders.csv")
    path = database.ctx.artifacts_dir / "daily/orders.csv"
    total = "1.5" if "sqlite" in database.name else "1.50"  # SQLite has no decimals
    text = f'id,name,total\n1,Ada,{total}\n2,"say ""hi"", Bob",\n'
    assert path.read_text() == text
    assert result.status == STEP_SUCCESS
    assert result.outputs["path"] == str(path)
    assert (result.outputs["rows"], result.outputs["bytes"]) == (2, len(text))
    assert result.outputs["columns"] == ["id", "name", "total"]


def test_tsv_without_header_quotes_everything_and_writes_null_as_told(database: Database) -> None:
    database.sql(TWO_ORDERS)
    database.run(
        DbExtract, sql="SELECT name, total FROM orders ORDER BY id DESC", path="x.tsv", header=False, null=r"\N",
        quoting="all",
    )  # fmt: skip
    total = "1.5" if "sqlite" in database.name else "1.50"
    assert (database.ctx.artifacts_dir / "x.tsv").read_text() == f'"say ""hi"", Bob"\t\\N\n"Ada"\t"{total}"\n'


def test_json_lines_hold_every_column(database: Database) -> None:
    database.sql(TWO_ORDERS)
    database.run(DbExtract, sql="SELECT * FROM orders ORDER BY id", path="x.jsonl")
    lines = [json.loads(line) for line in (database.ctx.artifacts_dir / "x.jsonl").read_text().splitlines()]
    total = 1.5 if "sqlite" in database.name else "1.50"
    assert lines == [{"id": 1, "name": "Ada", "total": total}, {"id": 2, "name": 'say "hi", Bob', "total": None}]


def test_parquet_keeps_numbers(database: Database) -> None:
    database.sql(TWO_ORDERS)
    database.run(DbExtract, sql="SELECT id, name FROM orders ORDER BY id", path="x.parquet")
    table = pyarrow.parquet.read_table(database.ctx.artifacts_dir / "x.parquet")
    assert table.to_pylist() == [{"id": 1, "name": "Ada"}, {"id": 2, "name": 'say "hi", Bob'}]


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl", "x.parquet"])
def test_no_rows_are_skipped_with_a_reason_and_without_a_file(database: Database, name: str) -> None:
    result = database.result(DbExtract, sql="SELECT * FROM orders", path=name)
    assert (result.status, result.reason) == (STEP_SKIPPED, "the query gave no rows")
    assert (result.outputs["path"], result.outputs["rows"], result.outputs["sha256"]) == (None, 0, None)
    assert list(database.ctx.artifacts_dir.iterdir()) == []


@pytest.mark.parametrize(("name", "text"), [("x.csv", "id,name,total\n"), ("x.jsonl", "")])
def test_no_rows_are_an_empty_file_where_told_so(database: Database, name: str, text: str) -> None:
    result = database.result(DbExtract, sql="SELECT * FROM orders", path=name, skip_when_empty=False)
    assert result.status == STEP_SUCCESS
    assert Path(result.outputs["path"]).read_text() == text


def test_an_empty_parquet_file_has_its_columns(database: Database) -> None:
    outputs = database.run(DbExtract, sql="SELECT id FROM orders", path="x.parquet", skip_when_empty=False)
    table = pyarrow.parquet.read_table(outputs["path"])
    assert (table.column_names, table.num_rows) == (["id"], 0)


def test_two_columns_of_one_name_are_refused(database: Database) -> None:
    database.sql(TWO_ORDERS)
    for step, more in ((DbExtract, {"path": "x.csv"}), (DbFetchSmall, {}), (DbExecute, {})):
        failure = database.failure(step, sql="SELECT id AS a, name AS a FROM orders", **more)
        assert failure.message == 'resource "shop": two columns are named "a"'
    assert list(database.ctx.artifacts_dir.iterdir()) == []


def test_a_query_whose_rows_are_not_wanted_is_let_go_of_without_a_word(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    database.sql(TWO_ORDERS)
    database.failure(DbFetchSmall, sql="SELECT id FROM orders", max_rows=1)
    assert database.sql("SELECT count(*) AS orders FROM orders") == [{"orders": 2}]
    assert caplog.messages == []


def test_a_query_that_fails_leaves_no_file(database: Database) -> None:
    failure = database.failure(DbExtract, sql="SELECT nothing FROM orders", path="x.csv")
    assert failure.message.startswith('resource "shop": ')
    assert "nothing" in failure.message
    assert list(database.ctx.artifacts_dir.iterdir()) == []


def test_a_few_rows_are_outputs(database: Database) -> None:
    database.sql(TWO_ORDERS)
    result = database.result(DbFetchSmall, sql="SELECT id FROM orders ORDER BY id")
    assert result.outputs == {"rows": [{"id": 1}, {"id": 2}], "count": 2, "first": {"id": 1}, "columns": ["id"]}


def test_no_few_rows_are_skipped_unless_told_otherwise(database: Database) -> None:
    result = database.result(DbFetchSmall, sql="SELECT id FROM orders")
    assert (result.status, result.reason) == (STEP_SKIPPED, "the query gave no rows")
    assert result.outputs == {"rows": [], "count": 0, "first": None, "columns": ["id"]}
    assert database.result(DbFetchSmall, sql="SELECT id FROM orders", skip_when_empty=False).status == STEP_SUCCESS


def test_more_than_a_few_rows_fail_and_say_what_to_use(database: Database) -> None:
    database.sql(TWO_ORDERS)
    failure = database.failure(DbFetchSmall, sql="SELECT id FROM orders", max_rows=1)
    assert failure.message == 'resource "shop": the query gives more than 1 rows'
    assert failure.hint == "use db_extract, which writes any number of rows to a file, or ask for fewer"
    failure = database.failure(DbFetchSmall, sql="SELECT name FROM orders", max_bytes=20)
    assert failure.message == 'resource "shop": the rows of the query take more than 20 bytes'
    assert database.run(DbFetchSmall, sql="SELECT id FROM orders", max_rows=2)["count"] == 2
