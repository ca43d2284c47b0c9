"""What the connectors of databases share: one connection, kept while it can be used, replaced when it was closed."""

from contextlib import suppress
from typing import Any, ClassVar

from aetherflow.core.api import ConnectorBase
from aetherflow.core.builtins.databases.choice import dialect_of

#: A statement may compute for long before it answers; a server that is gone shall not hold a run for ever.
ANSWER_SECONDS = 300.0
CONNECT_SECONDS = 10.0

TIMEOUTS: dict[str, Any] = {
    "connect_timeout_seconds": {
        "type": "number",
        "exclusiveMinimum": 0,
        "default": CONNECT_SECONDS,
        "description": "How long opening a connection may take.",
    },
    "timeout_seconds": {
        "type": "number",
        "minimum": 0,
        "default": ANSWER_SECONDS,
        "description": "How long the server may send nothing while a statement runs, before it is ended; 0: for ever.",
    },
}


class DatabaseConnector(ConnectorBase):
    """Keeps one connection; a sub-class says how to open one."""

    #: Where in `config` the password stands.
    password_key: ClassVar[str] = "password"

    def __init__(self, *, config: dict[str, Any], options: dict[str, Any]) -> None:
        super().__init__(config=config, options=options)
        self._connection: Any = None

    @property
    def answer_seconds(self) -> float | None:
        """How long a server may send nothing while a statement runs; None: for ever."""
        return float(self.options.get("timeout_seconds", ANSWER_SECONDS)) or None

    @property
    def connect_seconds(self) -> float:
        """How long opening a connection may take."""
        return float(self.options.get("connect_timeout_seconds", CONNECT_SECONDS))

    def opened(self) -> Any:
        """Open a new connection; must be defined by every sub-class."""
        raise NotImplementedError(f"{type(self).__name__} defines no opened(self)")

    def connect(self) -> Any:
        """Give the open connection, a new one where it was closed meanwhile; nothing that ran on it is run again."""
        if self._connection is not None and not dialect_of(self._connection).is_alive():
            self.close()
        if self._connection is None:
            self._connection = self.opened()
        return self._connection

    def close(self) -> None:
        """Close the connection, if one is open; what was not committed is rolled back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # foreign code: of a connection that broke, all that matters is that it is gone
                connection.close()

    def without_credentials(self, text: str) -> str:
        """Give a text in which the password does not stand, whether the run knows it as a secret or not."""
        password = self.config.get(self.password_key)
        return text.replace(password, "***") if isinstance(password, str) and password else text
