"""Types that MySQL alone has: what is extracted is what is loaded again."""

import pytest

from aetherflow.core.builtins.steps.db_extract import DbExtract
from aetherflow.core.builtins.steps.db_load import DbLoad
from tests.data_steps.databases.drivers import Database


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
