"""The libraries and calls by which code reaches the network."""

import ast
from collections.abc import Iterator
from urllib.parse import urlsplit

from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.name_uses import Use, is_within
from aetherflow.core.plugins.doctor.resource_use import Reach
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
_MODULES = _LIBRARIES | {"socket", "asyncio"}
_REQUESTS = words(
    """get post put patch delete head options request stream send connect urlopen urlretrieve socket create_connection
    create_server open_connection start_server SMTP SMTP_SSL FTP FTP_TLS IMAP4 IMAP4_SSL POP3 POP3_SSL
    BlockingConnection"""
)
_OF_HOSTS = words("SMTP SMTP_SSL FTP FTP_TLS IMAP4 IMAP4_SSL POP3 POP3_SSL open_connection")
_PORTS = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443}


def network_imports(module: ModuleCode) -> Iterator[Reach]:
    """Give the imports of libraries that are there for the network."""
    for each in module.found.imports:
        is_live = each.is_first and not each.where.is_dead
        if is_live and any(is_within(each.name, library) for library in _LIBRARIES):
            yield Reach(resource="network", span=module.span_of_module(each))


def request_reach(module: ModuleCode, use: Use) -> Reach | None:
    """Say where a use connects to, or asks something of."""
    if use.call is None or use.name.rpartition(".")[2] not in _REQUESTS:
        return None
    if not any(is_within(use.name, library) for library in _MODULES):
        return None
    return Reach(resource="network", span=module.span_of(use.node), detail=_host(module, use, use.call))


def _host(module: ModuleCode, use: Use, call: ast.Call) -> str | None:
    """Give ``HOST:PORT``, or ``HOST:`` where the text does not tell the port."""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    first = call.args[0] if call.args else keywords.get("url")
    text = module.literal_text(first)
    if text is not None and "://" in text:
        return _of_url(text)
    if isinstance(first, ast.Tuple) and len(first.elts) == 2:
        return _joined(module.literal_text(first.elts[0]), first.elts[1])
    if "host" in keywords:
        return _joined(module.literal_text(keywords["host"]), keywords.get("port"))
    if use.name.rpartition(".")[2] in _OF_HOSTS:
        return _joined(text, call.args[1] if len(call.args) > 1 else keywords.get("port"))
    return None


def _of_url(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    return f"{parts.hostname}:{port or ''}" if parts.hostname else None


def _joined(host: str | None, port: ast.expr | None) -> str | None:
    number = port.value if isinstance(port, ast.Constant) and isinstance(port.value, int) else ""
    return f"{host.lower()}:{number}" if host else None
