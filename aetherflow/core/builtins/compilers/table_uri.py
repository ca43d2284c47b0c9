"""A URI that names a row of a table: `…?table=workflows&name=orders`."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from msgspec import Struct

from aetherflow.core.api import Diagnostic, FlowInvalid, FlowNotFound, InputError

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
Definition = str | bytes | Mapping[str, Any]
_OWN = ("table", "name", "name_column", "definition_column")


class TableRow(Struct, frozen=True, kw_only=True):
    """A row by the value of its name column. Without ``name`` the only row is meant; ``database`` is all the rest."""

    database: str
    table: str = "workflows"
    name_column: str = "name"
    definition_column: str = "definition"
    name: str | None = None


def row_of(source: str, *, keeps_others: bool) -> TableRow:
    """Take a URI apart; raises InputError. Parameters of others stay in ``database``, where it may have any."""
    database, _, query = source.partition("?")
    given = parse_qsl(query, keep_blank_values=True)
    own = {name: value for name, value in given if name in _OWN}
    others = [part for part in query.split("&") if part and unquote(part.partition("=")[0]) not in _OWN]
    if others and not keeps_others:
        what = f"the URI has a parameter that means nothing here: {unquote(others[0].partition('=')[0])!a}"
        raise _refused("AF-C120", what, f"there are: {', '.join(_OWN)}")
    row = TableRow(database=f"{database}?{'&'.join(others)}" if others else database, **own)
    for part in ("table", "name_column", "definition_column"):
        if not _NAME.fullmatch(getattr(row, part)):
            what = f"{getattr(row, part)!a} is no name of a {part.replace('_column', ' column')}"
            raise _refused("AF-C120", what, "such a name is letters, digits and underscores")
    return row


def definition_in(rows: list[tuple[object, object]], row: TableRow) -> Definition:
    """Give the definition among the rows that were found, at most two; raises FlowNotFound, or InputError.

    Of a column of JSON some drivers give the mapping, and of one of bytes a view of them.
    """
    if not rows:
        raise FlowNotFound.of(_missing(row))
    if len(rows) > 1:
        raise _several(rows, row)
    definition = rows[0][1]
    if isinstance(definition, bytearray | memoryview):
        return bytes(definition)
    if isinstance(definition, str | bytes | Mapping):
        return definition
    kind = "holds nothing (NULL)" if definition is None else f"holds no text, but {type(definition).__name__}"
    what = f"the column {row.definition_column!a} {kind}"
    hint = "write the document into it, or name the column that has it: `&definition_column=…`"
    raise FlowInvalid.of(Diagnostic(code="AF-C123", message=what, hint=hint))


def _missing(row: TableRow) -> Diagnostic:
    what = (
        f'the table "{row.table}" is empty'
        if row.name is None
        else f'no row of "{row.table}" has the name {row.name!a}'
    )
    return Diagnostic(
        code="AF-C104", message=f"there is no such flow: {what}", hint="look at `table` and `name` of the URI"
    )


def _several(rows: list[tuple[object, object]], row: TableRow) -> InputError:
    if row.name is not None:
        what = f'several rows of "{row.table}" have the name {row.name!a}'
        return _refused("AF-C122", what, "let `name` be the key of the table")
    names = " and ".join(ascii(name) for name, _ in rows)
    return _refused(
        "AF-C122", f'the table "{row.table}" has several flows', f"add &name=…: there are {names}, and perhaps more"
    )


def _refused(code: str, what: str, hint: str) -> InputError:
    return InputError.of(Diagnostic(code=code, message=what, hint=hint))
