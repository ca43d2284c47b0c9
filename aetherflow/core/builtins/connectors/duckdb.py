"""The connector of DuckDB databases."""

from typing import TYPE_CHECKING, Any, ClassVar

from aetherflow.core.api import register_connector
from aetherflow.core.builtins.databases.connector import DatabaseConnector
from aetherflow.core.builtins.libraries import needed

if TYPE_CHECKING:  # an extra
    import duckdb


@register_connector(kind="db", driver="duckdb")
class DuckdbConnector(DatabaseConnector):
    """Opens a DuckDB database file, or a database in memory; `pip install 'aetherflow[db]'` brings DuckDB.

    A relative path is relative to the current directory; the file is created where it does not exist. A database in
    memory lives as long as the run: a resume finds it empty. One process at a time can write to a file. Statements
    read and write whatever files the user may (`read_csv`, `COPY … TO`, `ATTACH`). Placeholders are `?` or `$1` with a
    list and `$name` with a mapping.
    """

    config_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {"path": {"type": "string", "minLength": 1, "description": "The file, or `:memory:`."}},
        "required": ["path"],
        "additionalProperties": False,
    }
    options_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "readonly": {
                "type": "boolean",
                "default": False,
                "description": "Open an existing file, for reading only.",
            },
            "memory_limit": {
                "type": "string",
                "description": "What DuckDB may take, as `2GB`; by default 80% of all memory.",
            },
            "threads": {
                "type": "integer",
                "minimum": 1,
                "description": "How many threads it may use; by default all cores.",
            },
        },
        "additionalProperties": False,
    }

    @property
    def answer_seconds(self) -> float | None:
        """No server can be gone: a statement takes what it takes, within the step's timeout."""
        return None

    def opened(self) -> "duckdb.DuckDBPyConnection":
        """Open the database."""
        needed("duckdb", "db")
        import duckdb  # deferred: an extra

        limits: dict[str, Any] = {key: self.options[key] for key in ("memory_limit", "threads") if key in self.options}
        return duckdb.connect(self.config["path"], read_only=self.options.get("readonly", False), config=limits)
