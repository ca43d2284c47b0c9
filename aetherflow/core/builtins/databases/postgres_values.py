"""What becomes of PostgreSQL's values: itself where JSON has it, its type where that is wanted, else its text."""

from collections.abc import Sequence
from typing import Any

from aetherflow.core.builtins.databases.batches import Row
from aetherflow.core.builtins.databases.text_values import text_of

#: bool, bytea, int8, int2, int4, oid, json, float4, float8, jsonb
_AS_THEY_ARE = {16, 17, 20, 21, 23, 26, 114, 700, 701, 3802}
_NUMERIC_OID = 1700
#: date, time, timestamp, timestamptz, numeric
_TYPED = {1082, 1083, 1114, 1184, _NUMERIC_OID}
#: Digits that a decimal of Parquet has at most where every reader knows it.
_MOST_DIGITS = 38


def load_as_text(cursor: Any, *, keeps_types: bool = False) -> None:
    """Take what JSON has no form for as PostgreSQL writes it: exact, of any size, and without making objects of it.

    With ``keeps_types`` decimals, dates and times are objects, but for those that Python has none for, as `infinity`.
    """
    from psycopg.types.string import TextLoader  # deferred: an extra

    kept = _AS_THEY_ARE | _TYPED if keeps_types else _AS_THEY_ARE
    for info in cursor.adapters.types:
        for oid in (info.oid, info.array_oid):
            if oid and oid not in kept:
                cursor.adapters.register_loader(oid, TextLoader)
    if keeps_types:
        for oid in _TYPED:
            cursor.adapters.register_loader(oid, _typed_or_text(cursor, oid))


def _typed_or_text(cursor: Any, oid: int) -> Any:
    from psycopg import DataError, pq  # deferred: an extra
    from psycopg.abc import Buffer  # deferred, as above
    from psycopg.adapt import Loader  # deferred, as above

    known = cursor.adapters.get_loader(oid, pq.Format.TEXT)

    class TypedOrText(Loader):
        def __init__(self, oid: int, context: Any = None) -> None:
            super().__init__(oid, context)
            self._known = known(oid, context)

        def load(self, data: Buffer) -> Any:
            try:
                return self._known.load(data)
            except DataError:
                return bytes(data).decode()

    return TypedOrText


def unbounded_decimals(description: Sequence[Any]) -> list[int]:
    """Give the places of columns whose decimals have as many digits as they like: no type of Parquet's holds them."""
    return [
        place
        for place, column in enumerate(description)
        if column.type_code == _NUMERIC_OID and not (column.precision and column.precision <= _MOST_DIGITS)
    ]


def with_text_at(places: Sequence[int], row: Row) -> Row:
    """Give a row with text for the values at some places."""
    values = list(row)
    for place in places:
        values[place] = None if values[place] is None else text_of(values[place])
    return values
