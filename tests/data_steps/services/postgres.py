"""A real PostgreSQL server on loopback and a Unix socket, with a password on loopback."""

import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from msgspec import Struct

from tests.data_steps.services.server import answers, as_server, free_port, program, running, server_folder

PASSWORD = "correct-horse-battery"
_PROGRAMS = "/usr/lib/postgresql/*/bin"


class PostgresServer(Struct, frozen=True):
    """Where the server is; `connect` and `run` look at it from outside, each statement committed."""

    port: int
    folder: Path
    pid: int
    user: str = "tester"
    password: str = PASSWORD
    host: str = "127.0.0.1"
    database: str = "postgres"

    def connect(self, **more: Any) -> "psycopg.Connection[Any]":
        """Connect as the tests' own user, past the password."""
        return psycopg.connect(
            host=str(self.folder), port=self.port, user=self.user, dbname=self.database, autocommit=True, **more
        )

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements; give the rows of the last."""
        with self.connect() as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def config(self, **more: Any) -> dict[str, Any]:
        """Give the config of a resource."""
        return {
            "host": self.host, "port": self.port, "user": self.user, "password": self.password,
            "database": self.database, **more,
        }  # fmt: skip

    def env(self) -> Mapping[str, str]:
        """Give the variables by which the examples of docs/reference find the server."""
        return {"PG_HOST": self.host, "PG_PORT": str(self.port), "PG_USER": self.user, "PG_PASSWORD": self.password}


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a new server and end it after the block."""
    initdb, postgres = program("initdb", _PROGRAMS), program("postgres", _PROGRAMS)
    with server_folder("pg") as folder:
        (folder / "password").write_text(PASSWORD)
        (folder / "password").chmod(0o644)
        data, port = folder / "data", free_port()
        as_server(
            [
                *(initdb, "-D", str(data), "-U", "tester", f"--pwfile={folder / 'password'}", "--auth-local=trust"),
                *("--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            folder,
        )
        settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, "fsync": "off"}
        command = [postgres, "-D", str(data)] + [f"--{name}={value}" for name, value in settings.items()]
        with running(command, folder, lambda: _is_up(folder, port), signal.SIGINT) as pid:
            yield PostgresServer(port, folder, pid)


def _is_up(folder: Path, port: int) -> bool:
    if not answers(port):
        return False
    try:
        PostgresServer(port, folder, 0).connect().close()
    except psycopg.OperationalError:  # it is starting up
        return False
    return True
