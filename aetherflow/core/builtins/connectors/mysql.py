"""The connector of MySQL and MariaDB."""

from typing import TYPE_CHECKING, Any, ClassVar

from aetherflow.core.api import register_connector
from aetherflow.core.builtins.databases.connector import TIMEOUTS, DatabaseConnector
from aetherflow.core.builtins.databases.mysql import wait_for_ever
from aetherflow.core.builtins.libraries import needed

if TYPE_CHECKING:  # an extra
    import pymysql


@register_connector(kind="db", driver="mysql")
class MysqlConnector(DatabaseConnector):
    """Connects to MySQL or MariaDB by PyMySQL, which `pip install 'aetherflow[db]'` brings.

    One connection serves all steps of the run; one that the server has closed since is replaced by a new one when a
    step begins. A connection that breaks under a statement fails its step, and nothing is repeated but by the step's
    `retry`. A transaction covers InnoDB tables only, and statements like CREATE TABLE end it: that is MySQL's way.
    Placeholders are `%s` with a list and `%(name)s` with a mapping; with `params`, a literal `%` is written `%%`.
    """

    config_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "host": {"type": "string", "minLength": 1, "description": "A host; without it `unix_socket` is needed."},
            "port": {"type": "integer", "minimum": 1, "maximum": 65535, "default": 3306, "description": "Its port."},
            "unix_socket": {
                "type": "string",
                "minLength": 1,
                "description": "The path of a Unix socket, for this machine.",
            },
            "user": {"type": "string", "minLength": 1, "description": "As whom."},
            "password": {
                "type": "string",
                "description": "The password; see [secret values](../../resources.md#secret-values).",
            },
            "database": {"type": "string", "minLength": 1, "description": "The name of the database."},
        },
        "required": ["user", "database"],
        "anyOf": [{"required": ["host"]}, {"required": ["unix_socket"]}],
        "additionalProperties": False,
    }
    options_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            **TIMEOUTS,
            "sslmode": {
                "enum": ["disable", "require", "verify-ca", "verify-full"],
                "default": "disable",
                "description": "Whether TLS is used, and the server's certificate checked.",
            },
            "sslrootcert": {
                "type": "string",
                "minLength": 1,
                "description": "A file of authorities; else the system's.",
            },
        },
        "additionalProperties": False,
    }

    def opened(self) -> "pymysql.Connection[Any]":
        """Open a new connection."""
        needed("pymysql", "db")
        import pymysql  # deferred: an extra

        connection = pymysql.connect(
            host=self.config.get("host"),
            port=int(self.config.get("port", 3306)),
            unix_socket=self.config.get("unix_socket"),
            user=self.config.get("user"),
            password=self.config.get("password", ""),
            database=self.config.get("database"),
            charset="utf8mb4",
            connect_timeout=self.connect_seconds,
            read_timeout=self.connect_seconds,  # of a server that accepts, and says nothing
            write_timeout=self.answer_seconds,
            program_name="aetherflow",
            ssl=_tls(self.options.get("sslmode", "disable"), self.options.get("sslrootcert")),
        )
        wait_for_ever(connection)
        return connection


def _tls(mode: str, authorities: str | None) -> Any:
    if mode == "disable":
        return None
    import ssl  # deferred: only wanted with TLS

    context = ssl.create_default_context(cafile=authorities)
    context.check_hostname = mode == "verify-full"
    context.verify_mode = ssl.CERT_NONE if mode == "require" else ssl.CERT_REQUIRED
    return context
