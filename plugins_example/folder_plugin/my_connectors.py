"""The project's own connectors."""

import sqlite3

from aetherflow.core.api import ConnectorBase, register_connector


@register_connector(kind="db", driver="mydb")
class MyDbConnector(ConnectorBase):
    """Opens the project's database, whose columns can be asked for by name."""

    config_schema = {
        "type": "object",
        "properties": {"path": {"type": "string", "description": "The database file, or `:memory:`."}},
        "required": ["path"],
        "additionalProperties": False,
    }

    def __init__(self, *, config, options):
        super().__init__(config=config, options=options)
        self._client = None

    def connect(self):
        if self._client is None:
            self._client = self._create_client()
        return self._client

    def close(self):
        if self._client is not None:
            self._client.close()
            self._client = None

    def _create_client(self):
        client = sqlite3.connect(self.config["path"], check_same_thread=False)
        client.row_factory = sqlite3.Row
        return client
