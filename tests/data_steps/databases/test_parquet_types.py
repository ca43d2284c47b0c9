"""Which types a Parquet file has, and that a file which fails half way is let go of without a word."""

import gc
import sys
from datetime import UTC, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.parquet
import pytest

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.databases.row_files import ParquetFile
from aetherflow.core.builtins.output_file import output_file


@pytest.mark.parametrize(
    ("value", "kind", "read"),
    [
        (Decimal("12.50"), "decimal128(38, 2)", Decimal("12.50")),
        (Decimal("1" * 36 + ".123"), "string", "1" * 36 + ".123"),
        (2**70, "string", str(2**70)),
        (time(23, 59), "time64[us]", time(23, 59)),
        (time(23, 59, tzinfo=UTC), "string", "23:59:00+00"),
        (timedelta(hours=30), "string", "30:00:00"),
        (UUID(int=1), "string", "00000000-0000-0000-0000-000000000001"),
        (b"\x00\xff", "binary", b"\x00\xff"),
        ([1, 2], "string", "[1, 2]"),
    ],
)
def test_a_value_keeps_its_type_or_is_text(ctx: Any, value: object, kind: str, read: object) -> None:
    with output_file(ctx, "x.parquet") as file:
        written = ParquetFile(file, ["a"])
        written.write([(value,), (None,)])
        written.end()
    table = pyarrow.parquet.read_table(ctx.artifacts_dir / "x.parquet")
    assert [str(each) for each in table.schema.types] == [kind]
    assert table["a"].to_pylist() == [read, None]


def test_a_file_that_fails_half_way_says_nothing_when_it_is_collected(
    ctx: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    with pytest.raises(StepFailed, match="begins with values of type int64"), output_file(ctx, "x.parquet") as file:
        written = ParquetFile(file, ["a"])
        try:
            written.write([(1,)])
            written.write([("one",)])
        finally:
            written.close()
    del written
    gc.collect()
    assert [each for each in told if "Parquet" in repr(each.object)] == []
    assert list(Path(ctx.artifacts_dir).iterdir()) == []
