"""A real MariaDB server on loopback, which speaks MySQL's protocol."""

import signal
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pymysql
from msgspec import Struct

from tests.data_steps.services.server import answers, as_server, free_port, program, running, server_folder

PASSWORD = "staple-under-bridge"
_PROGRAMS = ("/usr/sbin", "/usr/bin")


class MariadbServer(Struct, frozen=True):
    """Where the server is; `run` looks at it from outside."""

    port: int
    folder: Path
    pid: int
    user: str = "tester"
    password: str = PASSWORD
    host: str = "127.0.0.1"
    database: str = "shop"

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements, each committed; give the rows of the last."""
        connection = _connect(self.port, self.user, self.password, self.database)
        with closing(connection), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def config(self, **more: Any) -> dict[str, Any]:
        """Give the config of a resource."""
        return {
            "host": self.host, "port": self.port, "user": self.user, "password": self.password,
            "database": self.database, **more,
        }  # fmt: skip

    def env(self) -> Mapping[str, str]:
        """Give the variables by which the examples of docs/reference find the server."""
        return {
            "MYSQL_HOST": self.host, "MYSQL_PORT": str(self.port), "MYSQL_USER": self.user,
            "MYSQL_PASSWORD": self.password, "MYSQL_DATABASE": self.database,
        }  # fmt: skip


@contextmanager
def mariadb_server() -> Iterator[MariadbServer]:
    """Start a new server and end it after the block."""
    install, server = program("mariadb-install-db", *_PROGRAMS), program("mariadbd", *_PROGRAMS)
    with server_folder("my") as folder:
        data, port = folder / "data", free_port()
        as_server(
            [
                *(install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"),
                *("--skip-test-db", "--skip-log-bin"),
            ],
            folder,
        )
        command = [server, "--no-defaults", f"--datadir={data}", f"--socket={folder / 'socket'}", f"--port={port}"]
        command += ["--bind-address=127.0.0.1", "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin"]
        with running(command, folder, lambda: answers(port), signal.SIGTERM) as pid:
            with closing(_connect(port, "root", "", "mysql")) as root, root.cursor() as cursor:
                cursor.execute("CREATE DATABASE shop CHARACTER SET utf8mb4")
                cursor.execute(f"CREATE USER tester@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")
                cursor.execute("GRANT ALL ON shop.* TO tester@'127.0.0.1'")
            yield MariadbServer(port, folder, pid)


def _connect(port: int, user: str, password: str, database: str) -> "pymysql.Connection[Any]":
    return pymysql.connect(
        host="127.0.0.1", port=port, user=user, password=password, database=database, autocommit=True, charset="utf8mb4"
    )
