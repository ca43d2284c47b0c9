"""The compiler of flows in SQLite files."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

from aetherflow.core.api import (
    CompiledFlow,
    Diagnostic,
    FlowNotFound,
    SourceUnavailable,
    WorkflowCompilerPlugin,
    compile_document,
    register_compiler,
)
from aetherflow.core.builtins.compilers.remote import LONGEST_SECONDS, seconds
from aetherflow.core.builtins.compilers.table_uri import TableRow, definition_in, row_of

_LOOK_EVERY_STEPS = 10_000
_LARGEST_BYTES = 32 * 1024 * 1024
_LOCK_SECONDS = 5.0


@register_compiler
class SqliteCompiler(WorkflowCompilerPlugin):
    """Reads a flow from a table of a SQLite file: sqlite://FILE?table=workflows&name=NAME."""

    supported_schemes = ("sqlite",)

    def __init__(self, *, timeout_seconds: float = LONGEST_SECONDS, cache_ttl_seconds: float = 0) -> None:
        self._timeout_seconds = seconds("timeout_seconds", timeout_seconds, above_zero=True)
        self.cache_ttl_seconds = seconds("cache_ttl_seconds", cache_ttl_seconds)

    def compile(self, source: str, *, workflow_name: str | None = None, validate: bool = True) -> CompiledFlow:
        """Read the row."""
        source = source.removeprefix("sqlite://")
        row = row_of(source, keeps_others=False)
        definition = definition_in(self._rows(row), row)
        return compile_document(definition, source=f"sqlite://{source}", workflow_name=workflow_name, validate=validate)

    def get_cache_key(self, source: str) -> str:
        """Tell relative files of one folder from those of another."""
        file, _, query = source.removeprefix("sqlite://").partition("?")
        return f"{Path(unquote(file)).absolute()}?{query}"

    def _rows(self, row: TableRow) -> list[tuple[object, object]]:
        path = Path(unquote(row.database))
        if not path.is_file():
            raise FlowNotFound.of(
                Diagnostic(
                    code="AF-C104",
                    message=f'there is no such flow: "{path}" is no file',
                    hint=f"a relative path is relative to {Path.cwd()}",
                )
            )
        uri = f"{path.absolute().as_uri()}?mode=ro"
        try:
            with closing(sqlite3.connect(uri, uri=True, timeout=min(_LOCK_SECONDS, self._timeout_seconds))) as database:
                return self._selected(database, row)
        except sqlite3.Error as error:
            raise SourceUnavailable.of(_unread(path, error)) from None

    def _selected(self, database: sqlite3.Connection, row: TableRow) -> list[tuple[object, object]]:
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_BYTES)
        ends = time.monotonic() + self._timeout_seconds
        database.set_progress_handler(lambda: time.monotonic() >= ends, _LOOK_EVERY_STEPS)  # a view may have no end
        # In brackets: between double quotes, SQLite takes a column that is not there for a text.
        wanted = f"SELECT [{row.name_column}], [{row.definition_column}] FROM [{row.table}]"
        if row.name is None:
            return database.execute(f"{wanted} LIMIT 2").fetchall()
        return database.execute(f"{wanted} WHERE [{row.name_column}] = ? LIMIT 2", (row.name,)).fetchall()


def _unread(path: Path, error: sqlite3.Error) -> Diagnostic:
    what = "it was not read in time" if str(error) == "interrupted" else str(error)
    return Diagnostic(
        code="AF-C121",
        message=f'the database "{path}" cannot be read: {what}',
        hint="look at the file, and at `table`, `name_column` and `definition_column` of the URI",
    )
