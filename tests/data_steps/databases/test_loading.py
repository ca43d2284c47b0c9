"""db_load puts all rows of a file into a table, or none, on every database and through every connector."""

import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from aetherflow.core.api import STEP_SKIPPED
from aetherflow.core.builtins.steps.db_load import DbLoad
from tests.data_steps.databases.drivers import Database

CSV = 'id,name,total\n1,Ada,1.50\n2,"say ""hi"",\nBob",\n3,"",0\n'
ROWS = [(1, "Ada", 1.5), (2, 'say "hi",\nBob', None), (3, "", 0)]


def written(database: Database, name: str, data: str | bytes) -> str:
    path: Path = database.ctx.artifacts_dir / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return name


def rows(database: Database) -> list[tuple[Any, ...]]:
    found = database.sql("SELECT id, name, total FROM orders ORDER BY id")
    return [(row["id"], row["name"], None if row["total"] is None else float(row["total"])) for row in found]


def load(database: Database, path: str, **more: Any) -> dict[str, Any]:
    return database.run(DbLoad, path=path, table="orders", **more)


@pytest.fixture(autouse=True)
def without_records(database: Database) -> None:
    """Forget the loads of tests before: their ids are the same."""
    database.sql("DROP TABLE IF EXISTS aetherflow_loads")


def test_csv_is_loaded_with_nulls_and_quotes(database: Database) -> None:
    outputs = load(database, written(database, "x.csv", CSV))
    assert rows(database) == ROWS
    assert (outputs["rows"], outputs["table"], outputs["already_loaded"]) == (3, "orders", False)


def test_line_ends_of_windows_and_a_byte_order_mark_are_taken(database: Database) -> None:
    load(database, written(database, "x.csv", b"\xef\xbb\xbfid,name\r\n1,Ada\r\n2,\r\n"))
    assert rows(database) == [(1, "Ada", None), (2, None, None)]


def test_tsv_without_header_takes_the_columns_that_are_told(database: Database) -> None:
    text = "Ada\t1\t\\N\n\t2\t3\n"
    load(database, written(database, "x.tsv", text), header=False, columns=["name", "id", "total"], null="\\N")
    assert rows(database) == [(1, "Ada", None), (2, "", 3)]


def test_columns_stand_in_for_those_of_the_header(database: Database) -> None:
    load(database, written(database, "x.csv", "Number,Customer\n1,Ada\n"), columns=["id", "name"])
    assert rows(database) == [(1, "Ada", None)]


def test_json_lines_are_loaded(database: Database) -> None:
    lines = [{"id": 1, "name": "Ada", "total": 1.5}, {"id": 2, "name": None}, {"name": "Bob", "id": 3, "total": "2.25"}]
    load(database, written(database, "x.jsonl", "\n".join(map(json.dumps, lines)) + "\n\n"))
    assert rows(database) == [(1, "Ada", 1.5), (2, None, None), (3, "Bob", 2.25)]


def test_parquet_is_loaded(database: Database) -> None:
    table = pyarrow.table({"id": [1, 2], "name": ["Ada", None], "total": [Decimal("1.50"), None]})
    pyarrow.parquet.write_table(table, database.ctx.artifacts_dir / "x.parquet")
    load(database, "x.parquet")
    assert rows(database) == [(1, "Ada", 1.5), (2, None, None)]


def test_bytes_are_base64(database: Database) -> None:
    kind = {"postgres": "BYTEA", "sqlalchemy, psycopg": "BYTEA"}.get(database.name, "BLOB")
    database.sql("DROP TABLE IF EXISTS blobs", f"CREATE TABLE blobs (data {kind})")
    name = written(database, "x.csv", 'data\nAP8=\n""\n')
    database.run(DbLoad, path=name, table="blobs")
    assert database.sql("SELECT data FROM blobs ORDER BY 1 DESC") == [{"data": "AP8="}, {"data": ""}]
    wrong = written(database, "y.csv", "data\nAP8=\nA!\n")
    failure = database.failure(DbLoad, path=wrong, table="blobs", mode="replace")
    assert failure.message.startswith('resource "shop": y.csv:3: bytes are written as base64: ')


def test_replace_takes_the_place_of_all_rows(database: Database) -> None:
    load(database, written(database, "x.csv", CSV))
    for _ in range(2):
        load(database, written(database, "y.csv", "id,name\n7,Eve\n"), mode="replace")
        assert rows(database) == [(7, "Eve", None)]


def test_a_step_that_loaded_and_was_killed_before_that_was_recorded_loads_nothing_more(database: Database) -> None:
    first = load(database, written(database, "x.csv", CSV))
    again = load(database, "x.csv")
    assert again == {**first, "already_loaded": True}
    assert rows(database) == ROWS


def test_another_file_in_the_same_step_of_the_same_run_is_refused(database: Database) -> None:
    load(database, written(database, "x.csv", CSV))
    failure = database.failure(DbLoad, path=written(database, "x.csv", "id\n9\n"), table="orders")
    assert failure.message == 'resource "shop": this step of this run has loaded 3 rows of another file already'


def test_another_run_appends(database: Database) -> None:
    load(database, written(database, "x.csv", CSV))
    database.ctx.run_id = "run-2"
    load(database, written(database, "x.csv", "id\n9\n"))
    assert [row[0] for row in rows(database)] == [1, 2, 3, 9]
    records = database.sql("SELECT run_id, row_count, table_name FROM aetherflow_loads ORDER BY run_id")
    assert [(each["run_id"], int(each["row_count"]), each["table_name"]) for each in records] == [
        ("run-1", 3, "orders"),
        ("run-2", 1, "orders"),
    ]


def test_without_records_nothing_is_left_in_the_database(database: Database) -> None:
    load(database, written(database, "x.csv", CSV), record_table=None)
    database.failure(DbLoad, path="x.csv", table="aetherflow_loads", record_table=None)


@pytest.mark.parametrize("mode", ["append", "replace"])
@pytest.mark.parametrize("row", ["x,Bob,1", "1,Again,1", "5,Bob,much"])
def test_a_bad_row_is_named_and_nothing_is_loaded(database: Database, row: str, mode: str) -> None:
    if "sqlite" in database.name:
        row = row.replace("much", "much,too much")  # SQLite takes any text for a decimal
    database.sql("INSERT INTO orders (id, name) VALUES (99, 'there before')")
    good = "".join(f"{number},name {number},1\n" for number in range(1, 5))
    name = written(database, "x.csv", f"id,name,total\n{good}{row}\n6,Eve,1\n")
    failure = database.failure(DbLoad, path=name, table="orders", mode=mode)
    assert failure.message.startswith('resource "shop": x.csv:6: ')
    assert rows(database) == [(99, "there before", None)]


def test_a_bad_row_beyond_the_first_batches_is_named(database: Database) -> None:
    good = "".join(f"{number},name\n" for number in range(1, 5001))
    name = written(database, "x.csv", f"id,name\n{good}4999,twice\n")
    failure = database.failure(DbLoad, path=name, table="orders")
    assert failure.message.startswith('resource "shop": x.csv:5002')
    assert rows(database) == []


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("x.csv", "id,name\n1,Ada,3\n", "x.csv:2: "),
        ("x.csv", 'id,name\n1,"Ada\n', "x.csv:2: a quote is opened here and never closed"),
        ("x.csv", b"id,name\n1,\xff\n", "x.csv:2: byte 3 is not UTF-8"),
        ("x.csv", "id,id\n1,2\n", 'x.csv: two columns are named "id"'),
        ("x.csv", "id,\n1,2\n", "x.csv:1: a column has no name"),
        ("x.jsonl", '{"id": 1}\n[]\n', "x.jsonl:2: it is no JSON object"),
        ("x.jsonl", '{"id": 1}\n{"id": 2, "nam": 3}\n', 'x.jsonl:2: "nam" is no column that the first line'),
        ("x.jsonl", '{"id": 1}\n{"id"\n', "x.jsonl:2: it is no JSON: "),
        ("x.parquet", "PAR0", "x.parquet is no Parquet file"),
        ("x.txt", "id", 'the name "x.txt" does not tell the format of the file'),
    ],
)
def test_a_file_that_cannot_be_read_is_said(database: Database, name: str, data: str | bytes, message: str) -> None:
    failure = database.failure(DbLoad, path=written(database, name, data), table="orders")
    assert failure.message.removeprefix('resource "shop": ').startswith(message)
    assert rows(database) == []


def test_a_column_that_the_table_lacks_is_named_with_those_it_has(database: Database) -> None:
    failure = database.failure(DbLoad, path=written(database, "x.csv", "id,nmae\n1,Ada\n"), table="orders")
    assert failure.message == 'resource "shop": the table "orders" has no column "nmae", which x.csv has'
    assert failure.hint == "its columns are: id, name, total"


def test_names_are_quoted_as_the_database_wants_it(database: Database) -> None:
    quote = "`" if "mysql" in database.name else '"'
    doubled = "order of " + quote * 2
    table, column = f"{quote}{doubled}{quote}", f"{quote}select{quote}"
    database.sql(f"DROP TABLE IF EXISTS {table}", f"CREATE TABLE {table} ({column} INTEGER)")
    name = written(database, "x.csv", "select\n1\n")
    database.run(DbLoad, path=name, table=f"order of {quote}")
    assert database.sql(f"SELECT {column} FROM {table}") == [{"select": 1}]
    evil = "orders; DROP TABLE orders; --"
    assert evil.split(";")[0] in database.failure(DbLoad, path=name, table=evil).message
    assert rows(database) == []


@pytest.mark.parametrize("column", ["100%", "%s", "values (%s, %s)", "a?b:c", "Größe ✓", "it's\\"])
def test_a_name_may_hold_what_means_something_in_a_statement(database: Database, column: str) -> None:
    quote = "`" if "mysql" in database.name else '"'
    database.sql("DROP TABLE IF EXISTS odd", f"CREATE TABLE odd ({quote}{column}{quote} VARCHAR(10))")
    for name, data in (("x.csv", f'"{column}"\n%s?\n'), ("x.jsonl", json.dumps({column: "%s?"}))):
        database.run(DbLoad, path=written(database, name, data), table="odd", mode="replace")
        assert database.sql("SELECT * FROM odd") == [{column: "%s?"}]


@pytest.mark.parametrize(("name", "data"), [("x.csv", "id\n"), ("x.csv", ""), ("x.jsonl", "\n")])
def test_a_file_without_rows_is_skipped_and_changes_nothing(database: Database, name: str, data: str) -> None:
    database.sql("INSERT INTO orders (id) VALUES (1)")
    result = database.result(DbLoad, path=written(database, name, data), table="orders", mode="replace")
    assert (result.status, result.reason) == (STEP_SKIPPED, "the file has no rows")
    assert rows(database) == [(1, None, None)]
    load(database, name, mode="replace", skip_when_empty=False)
    assert rows(database) == []


def test_a_line_that_postgresql_takes_for_the_end_is_a_value_like_any_other(database: Database) -> None:
    database.sql("DROP TABLE IF EXISTS words", "CREATE TABLE words (word VARCHAR(20))")
    name = written(database, "x.csv", 'word\none\n\\.\n"two\n\\.\nthree"\nfour\n\\.')
    assert database.run(DbLoad, path=name, table="words")["rows"] == 5
    found = {row["word"] for row in database.sql("SELECT word FROM words")}
    assert found == {"one", "\\.", "two\n\\.\nthree", "four"}
    wrong = written(database, "y.csv", "id,name\n1,Ada\n\\.\n2,Bob\n")
    assert "y.csv:3: " in database.failure(DbLoad, path=wrong, table="orders").message
    assert rows(database) == []


def test_that_line_is_found_wherever_blocks_of_the_file_end(database: Database) -> None:
    database.sql("DROP TABLE IF EXISTS words", "CREATE TABLE words (word VARCHAR(20))")
    name = written(database, "x.csv", "word\n" + 'one\n\\.\n"a\n\\.\nb"\n' * 40_000)
    assert database.run(DbLoad, path=name, table="words")["rows"] == 120_000
    found = database.sql("SELECT word, count(*) AS times FROM words GROUP BY word")
    assert {row["word"]: row["times"] for row in found} == dict.fromkeys(("one", "\\.", "a\n\\.\nb"), 40_000)


def test_null_cannot_be_what_ends_the_data_of_postgresql(database: Database) -> None:
    failure = database.failure(DbLoad, path=written(database, "x.csv", "id\n1\n"), table="orders", null="\\.")
    assert failure.message == r"`null` cannot be `\.`"


def test_a_byte_order_mark_is_no_value_where_there_is_no_header(database: Database) -> None:
    name = written(database, "x.csv", b"\xef\xbb\xbfAda,1\nBob,2\n")
    load(database, name, header=False, columns=["name", "id"])
    assert rows(database) == [(1, "Ada", None), (2, "Bob", None)]


def test_lines_that_end_with_a_carriage_return_alone_are_refused(database: Database) -> None:
    failure = database.failure(DbLoad, path=written(database, "x.csv", "id,name\r1,Ada\r"), table="orders")
    assert failure.message == ("x.csv:1: a carriage return stands outside quotes, and no line feed follows it")
    load(database, written(database, "y.csv", 'id,name\r\n1,"A\rda"\r\n'))
    assert rows(database) == [(1, "A\rda", None)]


def test_a_quote_that_is_never_closed_is_told_at_once(database: Database) -> None:
    lines = "".join(f"{number},some text\n" for number in range(200_000))
    name = written(database, "x.csv", f'id,name\n1,"open\n{lines}')
    start = time.monotonic()
    failure = database.failure(DbLoad, path=name, table="orders")
    assert failure.message == "x.csv:2: a quote is opened here and never closed"
    assert time.monotonic() - start < 10  # a copy of all that was read, for each line, took minutes


def written_parquet(database: Database, **columns: Any) -> Path:
    path: Path = database.ctx.artifacts_dir / "x.parquet"
    pyarrow.parquet.write_table(pyarrow.table(columns), path, row_group_size=10_000)
    return path


def test_columns_stand_in_for_those_of_parquet_in_their_order(database: Database) -> None:
    written_parquet(database, Number=[1], Customer=["Ada"])
    load(database, "x.parquet", columns=["id", "name"])
    assert rows(database) == [(1, "Ada", None)]
    failure = database.failure(DbLoad, path="x.parquet", table="orders", columns=["id"], record_table=None)
    assert failure.message == "x.parquet: there are 2 columns, and `columns` names 1"


@pytest.mark.parametrize(("at", "row"), [(0.02, 1), (0.5, 10_001)])
def test_parquet_that_is_broken_inside_names_the_row_from_which_it_is(database: Database, at: float, row: int) -> None:
    path = written_parquet(database, id=list(range(20_000)), name=[f"name {number}" for number in range(20_000)])
    data = bytearray(path.read_bytes())
    begin = int(at * len(data))
    data[begin : begin + 20_000] = bytes(20_000)
    path.write_bytes(data)
    failure = database.failure(DbLoad, path="x.parquet", table="orders")
    assert failure.message.removeprefix('resource "shop": ').startswith(f"x.parquet, row {row}: ")
    assert rows(database) == []


def test_parquet_whose_footer_is_broken_is_none(database: Database) -> None:
    path = written_parquet(database, id=[1])
    data = bytearray(path.read_bytes())
    data[-60:-20] = b"\xff" * 40
    path.write_bytes(data)
    assert database.failure(DbLoad, path="x.parquet", table="orders").message == "x.parquet is no Parquet file"


def test_nanoseconds_of_parquet_are_no_obstacle(database: Database) -> None:
    kind = "TIMESTAMP(6) NULL" if "mysql" in database.name else "TIMESTAMP"
    database.sql("DROP TABLE IF EXISTS moments", f"CREATE TABLE moments (moment {kind})")
    moments = pyarrow.array([1_769_903_999_000_001_000, 1_769_903_999_000_001_002, None], pyarrow.timestamp("ns"))
    written_parquet(database, moment=moments)
    database.run(DbLoad, path="x.parquet", table="moments")
    found = [str(row["moment"])[:26] for row in database.sql("SELECT moment FROM moments") if row["moment"]]
    assert found == ["2026-01-31 23:59:59.000001"] * 2


def test_numbers_of_json_come_through_as_they_are(database: Database) -> None:
    double = {"mysql": "DOUBLE", "sqlalchemy, mysql": "DOUBLE"}.get(database.name, "DOUBLE PRECISION")
    columns = f"id INTEGER, amount {double}, word VARCHAR(400), total DECIMAL(20, 10)"
    database.sql("DROP TABLE IF EXISTS numbers", f"CREATE TABLE numbers ({columns})")
    amounts = [-1e300, 1e-300, 0.1, 3, 5e-324]
    lines: list[dict[str, Any]] = [
        {"id": number, "amount": amount, "word": number} for number, amount in enumerate(amounts)
    ]
    lines += [{"id": 8, "word": 1.25}, {"id": 9, "word": "x", "total": 0.5}]
    name = written(database, "x.jsonl", "\n".join(map(json.dumps, lines)))
    database.run(DbLoad, path=name, table="numbers", columns=["id", "amount", "word", "total"])
    found = database.sql("SELECT * FROM numbers ORDER BY id")
    assert [row["amount"] for row in found] == [*amounts, None, None]
    assert [row["word"] for row in found] == ["0", "1", "2", "3", "4", "1.25", "x"]
    assert float(found[-1]["total"]) == 0.5


def test_a_row_that_does_not_fit_is_named_among_rows_of_several_types(database: Database) -> None:
    lines = [{"id": 1, "name": True}, {"id": 2, "name": 1.5}, {"id": 3, "name": "x"}, {"id": "much", "name": 3}]
    if "sqlite" not in database.name:  # SQLite takes any text for a number, but for a key
        lines.insert(0, {"id": 0, "name": 2**70})
    failure = database.failure(
        DbLoad, path=written(database, "x.jsonl", "\n".join(map(json.dumps, lines))), table="orders"
    )
    assert failure.message.startswith(f'resource "shop": x.jsonl:{len(lines)}: ')


def test_what_is_no_number_is_no_null(database: Database) -> None:
    database.sql("DROP TABLE IF EXISTS numbers", "CREATE TABLE numbers (amount DOUBLE PRECISION)")
    written_parquet(database, amount=[float("nan"), float("inf"), 0.5])
    if "mysql" in database.name:  # it has no such numbers
        failure = database.failure(DbLoad, path="x.parquet", table="numbers")
        assert failure.message == 'resource "shop": x.parquet, row 1: nan can not be used with MySQL'
        return
    database.run(DbLoad, path="x.parquet", table="numbers")
    found = [row["amount"] for row in database.sql("SELECT amount FROM numbers")]
    assert found == ["NaN", "Infinity", 0.5]


def test_booleans_of_csv_are_booleans(database: Database) -> None:
    database.sql("DROP TABLE IF EXISTS bills", "CREATE TABLE bills (id INTEGER, paid BOOLEAN)")
    database.run(DbLoad, path=written(database, "x.csv", "id,paid\n1,true\n2,false\n3,\n"), table="bills")
    assert database.sql("SELECT id FROM bills WHERE paid") == [{"id": 1}]
    assert database.sql("SELECT id FROM bills WHERE NOT paid") == [{"id": 2}]
