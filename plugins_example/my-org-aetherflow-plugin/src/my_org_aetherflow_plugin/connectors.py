"""The connector of stores in SQLite files."""

import json
import sqlite3

from aetherflow.core.api import ConnectorBase, register_connector


class Store:
    """JSON values by key; each change is on disk when the method returns."""

    def __init__(self, path):
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL)")

    def get(self, key):
        """Give the value under a key, None where there is none."""
        row = self._connection.execute("SELECT value FROM entries WHERE key = ?", [key]).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, key, value):
        """Put a value in the place of whatever was under the key."""
        self._connection.execute("INSERT OR REPLACE INTO entries VALUES (?, ?)", [key, json.dumps(value)])

    def close(self):
        """Close the file."""
        self._connection.close()


@register_connector(kind="store", driver="sqlite")
class SqliteStoreConnector(ConnectorBase):
    """Opens a store of JSON values in a SQLite file."""

    config_schema = {
        "type": "object",
        "properties": {"path": {"type": "string", "description": "The file, or `:memory:`."}},
        "required": ["path"],
        "additionalProperties": False,
    }

    def __init__(self, *, config, options):
        super().__init__(config=config, options=options)
        self._store = None

    def connect(self):
        if self._store is None:
            self._store = Store(self.config["path"])
        return self._store

    def close(self):
        if self._store is not None:
            self._store.close()
            self._store = None
