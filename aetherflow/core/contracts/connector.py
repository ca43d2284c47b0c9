"""The contract of a connector: a thin wrapper around one driver, built from resolved values only."""

from typing import Any, ClassVar


class ConnectorBase:
    """The base class of connectors. A sub-class defines ``connect``; ``close`` may stay as it is.

    ``config`` says where and as whom, ``options`` how; both are resolved, profile merged and decoded.
    ``config_schema`` and ``options_schema`` are JSON Schemas that `validate` checks the flow's values against.

    Example::

        @register_connector(kind="db", driver="mydb")
        class MyDb(ConnectorBase):
            client = None

            def connect(self):
                self.client = self.client or sqlite3.connect(self.config["path"])
                return self.client

            def close(self):
                if self.client:
                    self.client.close()
    """

    config_schema: ClassVar[dict[str, Any] | None] = None
    options_schema: ClassVar[dict[str, Any] | None] = None

    def __init__(self, *, config: dict[str, Any], options: dict[str, Any]) -> None:
        self.config = config
        self.options = options

    def connect(self) -> Any:
        """Open the connection, or give back the open one; must be defined by every connector."""
        raise NotImplementedError(f"{type(self).__name__} defines no connect(self)")

    def close(self) -> None:
        """Let go of what ``connect`` opened."""
