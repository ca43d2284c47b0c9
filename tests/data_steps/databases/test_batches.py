"""Rows are held by the thousands where they are narrow, and one by one where they are wide."""

from typing import Any

import pytest

from aetherflow.core.builtins.connectors.sqlite3 import Sqlite3Connector
from aetherflow.core.builtins.databases.batches import BATCH_ROWS, batches, row_width, rows_to_ask_for
from aetherflow.core.builtins.steps.db_fetch_small import DbFetchSmall
from tests.data_steps.databases.drivers import Database

NARROW, WIDE, HUGE = ("x", 1, None), ("x" * 100_000, 1), (b"x" * 10_000_000,)


def sizes(rows: list[Any]) -> list[int]:
    return [len(batch) for batch in batches(rows, 1000, row_width)]


def test_batches_hold_all_rows_in_their_order() -> None:
    rows = [NARROW, HUGE, *[WIDE] * 30, *[NARROW] * 3000]
    assert [row for batch in batches(rows, 1000, row_width) for row in batch] == rows


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], []),
        ([NARROW] * 2500, [1000, 1000, 500]),
        ([WIDE] * 100, [41, 40, 19]),
        ([HUGE] * 3, [1, 1, 1]),
    ],
)
def test_batches_are_smaller_where_rows_are_wide(rows: list[Any], expected: list[int]) -> None:
    assert sizes(rows) == expected


def test_as_many_rows_are_asked_for_as_are_worth_it() -> None:
    assert rows_to_ask_for([NARROW]) == BATCH_ROWS
    assert rows_to_ask_for([NARROW] * 99 + [WIDE]) in (40, BATCH_ROWS)
    assert rows_to_ask_for([WIDE] * 3) == 40
    assert rows_to_ask_for([HUGE]) == 1


def test_a_query_that_gives_too_much_is_not_read_far(ctx: Any) -> None:
    connector = Sqlite3Connector(config={"path": ":memory:"}, options={})
    seen: list[int] = []

    def text(number: int) -> str:
        seen.append(number)
        return "x" * 1_000_000

    connector.connect().create_function("seen", 1, text)
    sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT seen(i) AS text FROM n"
    failure = Database("sqlite3", connector, ctx).failure(DbFetchSmall, sql=sql)
    assert failure.message == 'resource "shop": the rows of the query take more than 1000000 bytes'
    assert len(seen) < 10
    connector.close()
