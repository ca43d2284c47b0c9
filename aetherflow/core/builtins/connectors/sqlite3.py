"""The connector of SQLite databases."""

import sqlite3
from pathlib import Path
from typing import Any, ClassVar

from aetherflow.core.api import ConnectorBase, register_connector

DEFAULT_TIMEOUT_SECONDS = 5.0


@register_connector(kind="db", driver="sqlite3")
class Sqlite3Connector(ConnectorBase):
    """Opens a SQLite database file; a relative path is relative to the current directory.

    The file is created where it does not exist. Placeholders are `?` with a list and `:name` with a mapping.
    """

    config_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "path": {"type": "string", "minLength": 1, "description": "The database file, or `:memory:`."},
        },
        "required": ["path"],
        "additionalProperties": False,
    }
    options_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "timeout_seconds": {
                "type": "number",
                "minimum": 0,
                "default": DEFAULT_TIMEOUT_SECONDS,
                "description": "How long to wait for a lock of another process.",
            },
            "readonly": {
                "type": "boolean",
                "default": False,
                "description": "Open an existing file, for reading only.",
            },
        },
        "additionalProperties": False,
    }

    def __init__(self, *, config: dict[str, Any], options: dict[str, Any]) -> None:
        super().__init__(config=config, options=options)
        self._path = _path_of(config)
        self._connection: sqlite3.Connection | None = None

    def connect(self) -> sqlite3.Connection:
        """Open the database, or give the open connection: changes are committed by whoever makes them."""
        if self._connection is None:
            try:
                self._connection = self._opened()
            except sqlite3.Error as error:
                raise type(error)(f'{error}: "{self._path}"') from None
        return self._connection

    def close(self) -> None:
        """Close the connection, if it was opened; what was not committed is rolled back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _opened(self) -> sqlite3.Connection:
        readonly = self.options.get("readonly", False)
        return sqlite3.connect(
            f"{Path(self._path).absolute().as_uri()}?mode=ro" if readonly else self._path,
            uri=readonly,
            timeout=self.options.get("timeout_seconds", DEFAULT_TIMEOUT_SECONDS),
            # A write takes its lock at once: one that has read before it could not wait for the lock.
            isolation_level="IMMEDIATE",
            # A plugin may run its step on another thread; there is only ever one step at a time.
            check_same_thread=False,
        )


def _path_of(config: dict[str, Any]) -> str:
    path = config.get("path")
    if not isinstance(path, str) or not path:
        raise ValueError('config needs "path", the database file')
    return path
