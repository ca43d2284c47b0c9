"""The connector of PostgreSQL."""

import math
from typing import TYPE_CHECKING, Any, ClassVar

from aetherflow.core.api import register_connector
from aetherflow.core.builtins.databases.connector import TIMEOUTS, DatabaseConnector
from aetherflow.core.builtins.libraries import needed

if TYPE_CHECKING:  # an extra
    import psycopg

#: A peer that is gone without a word is found after 30 + 3 × 10 seconds, however long a statement may take.
_KEEPALIVE = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}


@register_connector(kind="db", driver="postgres")
class PostgresConnector(DatabaseConnector):
    """Connects to PostgreSQL by psycopg 3, which `pip install 'aetherflow[db]'` brings.

    What the config does not say, libpq looks for where it always does: `PGPASSWORD`, `~/.pgpass`, `PGSSLMODE` and
    their like. One connection serves all steps of the run; one that the server has closed since is replaced by a new
    one when a step begins. A connection that breaks under a statement fails its step, and nothing is repeated but by
    the step's `retry`. Placeholders are `%s` with a list and `%(name)s` with a mapping; with `params`, a literal `%`
    is written `%%`.
    """

    config_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "host": {"type": "string", "minLength": 1, "description": "A host, or the folder of the Unix socket."},
            "port": {"type": "integer", "minimum": 1, "maximum": 65535, "default": 5432, "description": "Its port."},
            "user": {"type": "string", "minLength": 1, "description": "As whom; without it as the system's user."},
            "password": {
                "type": "string",
                "description": "The password; see [secret values](../../resources.md#secret-values).",
            },
            "database": {"type": "string", "minLength": 1, "description": "The name of the database."},
        },
        "required": ["host", "database"],
        "additionalProperties": False,
    }
    options_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            **TIMEOUTS,
            "statement_timeout_seconds": {
                "type": "number",
                "exclusiveMinimum": 0,
                "description": "How long the server lets one statement run in all; without it for ever.",
            },
            "sslmode": {
                "enum": ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
                "description": "Whether TLS is used, and the certificate checked; libpq's default is `prefer`.",
            },
            "sslrootcert": {"type": "string", "minLength": 1, "description": "A file of authorities, or `system`."},
            "application_name": {
                "type": "string",
                "default": "aetherflow",
                "description": "How the connection is called in `pg_stat_activity`.",
            },
        },
        "additionalProperties": False,
    }

    def opened(self) -> "psycopg.Connection[Any]":
        """Open a new connection."""
        needed("psycopg", "db")
        import psycopg  # deferred: an extra

        given = {
            "host": self.config.get("host"),
            "port": self.config.get("port", 5432),
            "user": self.config.get("user"),
            "password": self.config.get("password"),
            "dbname": self.config.get("database"),
            "sslmode": self.options.get("sslmode"),
            "sslrootcert": self.options.get("sslrootcert"),
            "application_name": self.options.get("application_name", "aetherflow"),
            "connect_timeout": max(2, math.ceil(self.connect_seconds)),  # libpq knows whole seconds, from 2 on
            "client_encoding": "UTF8",
            **_KEEPALIVE,
        }
        if limit := self.options.get("statement_timeout_seconds"):
            given["options"] = f"-c statement_timeout={max(1, round(limit * 1000))}"  # 0 would be for ever
        return psycopg.connect(**{key: value for key, value in given.items() if value is not None})
