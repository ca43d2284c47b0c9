"""The libraries and calls by which code reaches the network."""

import ast
from collections.abc import Iterator
from urllib.parse import urlsplit

from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.name_uses import is_within
from aetherflow.core.plugins.doctor.reflection import IMPORTING, imported_by_call
from aetherflow.core.plugins.doctor.resource_use import Reach
from aetherflow.core.plugins.doctor.seen_uses import Seen, is_alias
from aetherflow.core.plugins.doctor.spelled import Spelled
from aetherflow.core.plugins.doctor.words import words

#: Modules that are imported for nothing but the network.
_LIBRARIES = words(
    """adlfs aiohttp asyncpg asyncssh azure boto3 botocore cassandra clickhouse_connect clickhouse_driver
    confluent_kafka cx_Oracle databricks elasticsearch ftplib gcsfs google.cloud grpc http.client http.server httpx
    imaplib influxdb_client kafka ldap3 motor MySQLdb mysql.connector neo4j nntplib opensearchpy oracledb paramiko pika
    poplib psycopg psycopg2 pymongo pymssql pymysql pysftp redis requests s3fs slack_sdk smbclient smtplib snowflake
    socketserver telnetlib trino urllib.request urllib3 websocket websockets xmlrpc.client xmlrpc.server"""
)
#: Modules that have more uses than that: only their calls count.
_MODULES = _LIBRARIES | {"socket", "asyncio", "logging.handlers", "sqlalchemy", "multiprocessing.connection"}
_FUNCTIONS = words(
    """get post put patch delete head options request stream send connect urlopen urlretrieve create_connection
    create_server open_connection start_server getaddrinfo gethostbyname"""
)
_REQUESTS = _FUNCTIONS | words(
    "socket SMTP SMTP_SSL FTP FTP_TLS IMAP4 IMAP4_SSL POP3 POP3_SSL BlockingConnection bind sendto"
)
#: Calls that take the host and the port as their first arguments, with the port where none is given.
_OF_HOSTS = {
    **dict.fromkeys(words("open_connection getaddrinfo gethostbyname SocketHandler DatagramHandler"), ""),
    **dict.fromkeys(words("HTTPConnection HTTPHandler"), "80"),
    **dict.fromkeys(words("FTP FTP_TLS"), "21"),
    "HTTPSConnection": "443",
    "SMTP": "25",
    "SMTP_SSL": "465",
    "IMAP4": "143",
    "IMAP4_SSL": "993",
    "POP3": "110",
    "POP3_SSL": "995",
    "Telnet": "23",
}
_SERVERS_OF_LOOPS = frozenset({"create_connection", "create_server", "start_server"})
_PORTS = {"http": "80", "https": "443", "ftp": "21", "ws": "80", "wss": "443"}
_URLS = ("url", "base_url", "uri", "endpoint_url", "dsn")
_HOSTS = ("host", "hostname", "server")
_NOWHERE = ("file", "sqlite", "unix", "data")


def network_imports(module: ModuleCode) -> Iterator[Reach]:
    """Give the imports of libraries that are there for the network."""
    for each in module.found.imports:
        if each.is_first and not each.where.is_dead and _is_library(each.name):
            yield Reach(resource="network", span=module.span_of_module(each))


def request_reach(seen: Seen) -> Reach | None:
    """Say where a use connects to, or asks something of."""
    call = seen.use.call
    if call is None:
        is_handed_on = seen.use.how == "read" and seen.last in _FUNCTIONS and not is_alias(seen.use)
        is_ours = is_handed_on and any(is_within(seen.name, each) for each in _MODULES) and "(" not in seen.name
        return Reach(resource="network", span=seen.span) if is_ours else None
    if seen.name in IMPORTING:
        name = imported_by_call(seen.use.where.scope, call)
        return Reach(resource="network", span=seen.span) if name and _is_library(name) else None
    if seen.name == "aetherflow.core.api.fetch_text":
        return Reach(resource="network", span=seen.span, detail=_host(seen))
    if not any(is_within(seen.name, each) for each in _MODULES):
        return None
    host = _host(seen)
    if host is None and seen.last not in _REQUESTS:
        return None
    return Reach(resource="network", span=seen.span, detail=host)


def _is_library(name: str) -> bool:
    return any(is_within(name, library) for library in _LIBRARIES)


def _host(seen: Seen) -> str | None:
    """Give ``HOST:PORT``, or ``HOST:`` where the text does not tell the port."""
    for node in (seen.argument(0), seen.argument(1), *(seen.keyword(key) for key in _URLS)):
        if (found := _of_address(seen, node)) is not None:
            return found
    port = seen.keyword("port")
    if (host := seen.keyword(*_HOSTS)) is not None:
        return _joined(seen, host, port, _OF_HOSTS.get(seen.last, ""))
    if seen.last in _SERVERS_OF_LOOPS and is_within(seen.name, "asyncio"):
        return _joined(seen, seen.argument(1), seen.argument(2, "port"), "")
    if seen.last in _OF_HOSTS:
        return _joined(seen, seen.argument(0), seen.argument(1, "port"), _OF_HOSTS[seen.last])
    return None


def _of_address(seen: Seen, node: ast.expr | None) -> str | None:
    """Read a URL, or a pair of host and port."""
    if node is None:
        return None
    _, value = seen.settled(node)
    if isinstance(value, ast.Tuple) and len(value.elts) >= 2:
        return _joined(seen, value.elts[0], value.elts[1], "")
    return _of_url(seen.spelled(node))


def _of_url(url: Spelled) -> str | None:
    scheme, sign, rest = url.text.partition("://")
    if not sign or scheme in _NOWHERE:
        return None
    if not url.is_whole and not set("/?#") & set(rest):
        return None  # the host goes on in what is not spelled out
    try:
        parts = urlsplit(url.text)
        port = parts.port or _PORTS.get(parts.scheme, "")
    except ValueError:
        return None
    return f"{_bracketed(parts.hostname)}:{port}" if parts.hostname else None


def _joined(seen: Seen, host: ast.AST | None, port: ast.AST | None, usual: str) -> str | None:
    name = seen.spelled(host).whole
    number = seen.whole_number(port) if port is not None else usual
    return f"{_bracketed(name.lower())}:{number}" if name else None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
