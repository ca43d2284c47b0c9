"""Types that MySQL alone has: what is extracted is what is loaded again."""

import pytest

from aetherflow.core.builtins.steps.db_extract import DbExtract
from aetherflow.core.builtins.steps.db_load import DbLoad
from tests.data_steps.databases.drivers import Database


@pytest.mark.parametrize("length", [17_000_000, 40_000_000])
def test_a_value_that_is_too_long_for_the_server_is_told(mysql_database: Database, length: int) -> None:
    database = mysql_database
    database.sql("DROP TABLE IF EXISTS texts", "CREATE TABLE texts (text LONGTEXT)")
    (database.ctx.artifacts_dir / "x.csv").write_text(f"text\nshort\n{'x' * length}\n")
    failure = database.failure(DbLoad, path="x.csv", table="texts", record_table=None)
    assert failure.message in (
        "resource \"shop\": x.csv:2 to 3: Got a packet bigger than 'max_allowed_packet' bytes",
        "resource \"shop\": Got a packet bigger than 'max_allowed_packet' bytes",
        'resource "shop": the connection broke off',  # the server hangs up while it is sent
    )
    assert "max_allowed_packet" in str(failure.hint)
    assert database.sql("SELECT * FROM texts") == []


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl", "x.parquet"])
def test_bits_and_shapes_come_back_and_words_are_no_bytes(mysql_database: Database, name: str) -> None:
    database = mysql_database
    columns = "flag BIT(1), flags BIT(12), place POINT, kind ENUM('blob', 'binary')"
    for table in ("shapes", "shapes_again"):
        database.sql(f"DROP TABLE IF EXISTS {table}", f"CREATE TABLE {table} ({columns})")
    database.sql("INSERT INTO shapes VALUES (b'1', b'101010101010', POINT(1, 2), 'blob'), (b'0', NULL, NULL, 'binary')")
    database.run(DbExtract, sql="SELECT * FROM shapes", path=name)
    database.run(DbLoad, path=name, table="shapes_again", record_table=None)
    assert database.sql("SELECT * FROM shapes_again") == database.sql("SELECT * FROM shapes")
