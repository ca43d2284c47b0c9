"""The connector of any database that SQLAlchemy has a driver for."""

from collections.abc import Iterator
from typing import Any, ClassVar

from aetherflow.core.api import StepFailed, register_connector
from aetherflow.core.builtins.databases.connector import TIMEOUTS, DatabaseConnector
from aetherflow.core.builtins.databases.mysql import wait_for_ever
from aetherflow.core.builtins.libraries import needed

#: How these drivers call the timeouts of opening a connection.
_CONNECT_TIMEOUTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("psycopg", "psycopg2", "mysqldb", "mariadbconnector"), ("connect_timeout",)),
    "pymysql": ("connect_timeout", "read_timeout"),  # the first is over once the server has accepted
}
_SECRET_WORDS = ("password", "passwd", "pwd", "secret", "token", "key")


@register_connector(kind="db", driver="sqlalchemy")
class SqlalchemyConnector(DatabaseConnector):
    """Connects by any URL of SQLAlchemy, which `pip install 'aetherflow[db]'` brings, and the driver that it names.

    A step gets the driver's own connection: placeholders are those of the driver, and PostgreSQL by psycopg, MySQL by
    PyMySQL and SQLite are used as by their own connectors. Of other drivers nobody promises that they fetch rows as
    they are wanted, or give up a statement when the step is over. No message shows the URL's password. One connection
    serves all steps of the run.
    """

    config_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "url": {
                "type": "string",
                "minLength": 1,
                "description": "As `oracle+oracledb://user:password@host/database`.",
            },
        },
        "required": ["url"],
        "additionalProperties": False,
    }
    options_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            **TIMEOUTS,
            "connect_args": {
                "type": "object",
                "description": "Further arguments of the driver's own `connect`, as it calls them.",
            },
        },
        "additionalProperties": False,
    }

    def __init__(self, *, config: dict[str, Any], options: dict[str, Any]) -> None:
        super().__init__(config=config, options=options)
        self._engine: Any = None

    def opened(self) -> Any:
        """Open a new connection: the driver's own, wrapped by SQLAlchemy."""
        needed("sqlalchemy", "db")
        if self._engine is None:
            self._engine = self._new_engine()
        connection = self._engine.raw_connection()
        if self._engine.driver == "pymysql" and "read_timeout" not in self.options.get("connect_args", {}):
            wait_for_ever(connection.driver_connection)
        return connection

    def without_credentials(self, text: str) -> str:
        """Give a text without the URL's password, and without what in its query looks like one."""
        for secret in sorted(self._secrets(), key=len, reverse=True):
            text = text.replace(secret, "***")
        return text

    def _new_engine(self) -> Any:
        import sqlalchemy  # deferred: an extra

        try:
            url = sqlalchemy.make_url(self.config["url"])
            arguments = {**self._connect_timeouts(url.get_driver_name()), **self.options.get("connect_args", {})}
            # One that broke off cannot be rolled back any more; of a whole one its closing takes back the rest.
            asked = {"poolclass": sqlalchemy.NullPool, "pool_reset_on_return": None}
            return sqlalchemy.create_engine(url, connect_args=arguments, **asked)
        except (sqlalchemy.exc.ArgumentError, ValueError):
            hint = "write it as DIALECT+DRIVER://USER:PASSWORD@HOST:PORT/DATABASE, special characters as %XX"
            raise StepFailed("its URL is none that SQLAlchemy knows", hint=hint) from None
        except ModuleNotFoundError as error:
            hint = f"pip install {error.name}"
            raise StepFailed(f"its URL needs the library {error.name}, which is not installed", hint=hint) from None

    def _connect_timeouts(self, driver: str) -> dict[str, Any]:
        return dict.fromkeys(_CONNECT_TIMEOUTS.get(driver, ()), max(2, round(self.connect_seconds)))

    def _secrets(self) -> Iterator[str]:
        import sqlalchemy  # deferred: an extra

        try:
            url = sqlalchemy.make_url(self.config["url"])
        except (sqlalchemy.exc.ArgumentError, ValueError):
            yield self.config["url"]
            return
        if url.password:
            yield str(url.password)
            yield url.render_as_string(hide_password=False)
        for key, value in url.query.items():
            if any(word in key.lower() for word in _SECRET_WORDS):
                yield from (value,) if isinstance(value, str) else value
