"""The CSV that PostgreSQL writes by itself and the CSV that is written for every other database are the same bytes."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aetherflow.core.builtins.databases.csv_lines import CsvForm, CsvLines
from aetherflow.core.builtins.databases.csv_records import csv_records
from aetherflow.core.builtins.databases.postgres import PostgresDialect
from aetherflow.core.builtins.databases.text_values import float_text, json_value_of, text_of
from tests.data_steps.services.postgres import PostgresServer

FORMS = st.sampled_from(
    [CsvForm(), CsvForm("\t"), CsvForm(";", "NULL", quote_all=True), CsvForm("|", r"\N"), CsvForm(",", "0")]
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20) | st.sampled_from(
    ["", "\\.", "\\N", "NULL", "0", '"', "a,b", "a\tb", "a\nb", "a\rb", "a\r\nb", " ", "null"]
)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-3))])
TYPES: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.integers(-(2**31), 2**31 - 1),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "numeric": st.decimals(min_value=-(10**20), max_value=10**20) | st.decimals(allow_nan=False, places=4),
    "double precision": st.floats(),
    "boolean": st.booleans(),
    "text": TEXTS,
    "bytea": st.binary(max_size=100),
    "date": st.dates(),
    "timestamp": st.datetimes(),
    "timestamptz": st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=ZONES),
    "time": st.times(),
    "uuid": st.uuids(),
}
ROWS = st.lists(st.tuples(*(st.none() | values for values in TYPES.values())), max_size=5)


@pytest.fixture(scope="module")
def connection(postgres: PostgresServer) -> Iterator["psycopg.Connection[Any]"]:
    """Give a connection with a table of every type that has a form of its own."""
    columns = ", ".join(f"c{number} {kind}" for number, kind in enumerate(TYPES))
    with postgres.connect() as found:
        found.execute(f"CREATE TEMP TABLE agreed ({columns})".encode())
        yield found


def by_the_server(connection: "psycopg.Connection[Any]", sql: str, form: CsvForm) -> bytes:
    with connection.transaction():
        copied = PostgresDialect(connection, connection).copied(sql, (), form)
        return b"".join(copied.blocks())


@settings(max_examples=200)
@given(rows=ROWS, form=FORMS)
def test_both_writers_agree_on_every_type(connection: Any, rows: list[Any], form: CsvForm) -> None:
    connection.execute("TRUNCATE agreed")
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO agreed VALUES ({', '.join(['%s'] * len(TYPES))})".encode(), rows)
    read = connection.execute("SELECT * FROM agreed").fetchall()
    assert by_the_server(connection, "SELECT * FROM agreed", form) == CsvLines(form, len(TYPES)).encode(read)


@settings(max_examples=100)
@given(texts=st.lists(st.none() | TEXTS, max_size=5), form=FORMS)
def test_both_writers_agree_on_a_single_column(connection: Any, texts: list[str | None], form: CsvForm) -> None:
    connection.execute("TRUNCATE agreed")
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO agreed (c5) VALUES (%s)", [(text,) for text in texts])
    ours = CsvLines(form, 1).encode([(text,) for text in texts])
    assert by_the_server(connection, "SELECT c5 FROM agreed", form) == ours


CORNERS = [1e14, 1e15, 1e16, 1e23, -1.5e15, 123456789012345678.0, 28152889448123448.0, 42178755768433776.0]
CORNERS += [1.7976931348623157e308, 0.0001, 0.00001, -0.0, 5e-324, 1000000000000000.5, -4503599627370495.5]


@settings(max_examples=500)
@given(value=st.floats() | st.floats(1e14, 1e18) | st.floats(-1e-3, 1e-3) | st.sampled_from(CORNERS))
def test_doubles_are_written_as_postgresql_writes_them(connection: Any, value: float) -> None:
    assert connection.execute("SELECT %s::float8::text", (value,)).fetchone() == (float_text(value),)


@given(rows=st.lists(st.lists(st.none() | TEXTS, min_size=2, max_size=2), max_size=6), form=FORMS)
def test_what_is_written_is_read_again(rows: list[list[str | None]], form: CsvForm) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(CsvLines(form, 2).encode(rows))
        assert [record for _, record in csv_records(path, form)] == rows


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(days=1, hours=2, minutes=3, seconds=4, microseconds=500_000), "26:03:04.5"),
        (-timedelta(minutes=90), "-01:30:00"),
        (datetime(2026, 1, 31, 23, 59, 59, 500_000, tzinfo=timezone(timedelta(hours=5, minutes=30))),
         "2026-01-31 23:59:59.5+05:30"),
        (memoryview(b"\x00\xff"), "AP8="),
        ([1, None, {"a": b"\x00\xff"}], '[1, null, {"a": "AP8="}]'),
        ({"b", "a"}, '["a", "b"]'),
    ],
)  # fmt: skip
def test_what_postgresql_has_no_type_for_is_written_as_documented(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_integers_that_json_readers_do_not_know_are_text() -> None:
    assert json_value_of([2**64 - 1, 2**64, -(2**63), -(2**63) - 1]) == [
        18446744073709551615,
        "18446744073709551616",
        -9223372036854775808,
        "-9223372036854775809",
    ]
