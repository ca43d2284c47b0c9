"""Opens SSH connections whose host key has been checked before anybody signs in."""

import socket
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import paramiko

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.files.connector import is_on
from aetherflow.core.builtins.files.host_keys import ExpectedKeys, HostKey, expected_keys

_PORT = 22
_KEY_CLASSES = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)
_KEEPALIVE_SECONDS = 15
#: Whoever watches over the connection has better words than paramiko, and shall come first.
AFTERTIME_SECONDS = 1.0


def signed_in(config: dict[str, Any], options: dict[str, Any], connect_seconds: float) -> paramiko.SSHClient:
    """Connect and sign in; raises StepFailed for what is wrong with key or host key, else what paramiko raises."""
    host, port = config["host"], int(config.get("port", _PORT))
    keys = None
    if not is_on(options, "insecure_host_key"):
        keys = expected_keys(host, port, options.get("host_key"), options.get("known_hosts"))
    client = paramiko.SSHClient()
    try:
        client.set_missing_host_key_policy(_Policy(keys))
        _connect(client, host, port, config, options, keys, connect_seconds)
        transport = client.get_transport()
        assert transport is not None  # it has just signed in
        transport.set_keepalive(int(options.get("keepalive_seconds", _KEEPALIVE_SECONDS)))
    except BaseException:  # whatever ended the attempt, the client's thread would live on
        client.close()
        raise
    return client


def _connect(
    client: paramiko.SSHClient,
    host: str,
    port: int,
    config: dict[str, Any],
    options: dict[str, Any],
    keys: ExpectedKeys | None,
    seconds: float,
) -> None:
    key_file = config.get("key_filename")
    client.connect(
        host,
        port,
        username=config.get("username"),
        password=config.get("password"),
        pkey=_private_key(config.get("private_key"), config.get("passphrase")),
        key_filename=None if key_file is None else _readable(key_file),
        passphrase=config.get("passphrase"),
        allow_agent=is_on(options, "allow_agent"),
        look_for_keys=is_on(options, "look_for_keys"),
        compress=is_on(options, "compress"),
        timeout=seconds + AFTERTIME_SECONDS,
        banner_timeout=seconds + AFTERTIME_SECONDS,
        auth_timeout=seconds + AFTERTIME_SECONDS,
        channel_timeout=seconds + AFTERTIME_SECONDS,
        transport_factory=_transport_factory(keys),
    )


class _Policy(paramiko.MissingHostKeyPolicy):
    """Judges every key: paramiko itself is told of none, and asks for each."""

    def __init__(self, keys: ExpectedKeys | None) -> None:
        self._keys = keys

    def missing_host_key(self, client: Any, hostname: str, key: paramiko.PKey) -> None:
        """Raise StepFailed for a key that is not trusted; nothing has been signed in with yet."""
        if self._keys is not None:
            self._keys.judge(HostKey(key.get_name(), key.asbytes()))


def _transport_factory(keys: ExpectedKeys | None) -> Any:
    def transport(connection: socket.socket, **options: Any) -> paramiko.Transport:
        # Else each small question waits for the answer to the one before it, some 40 ms.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made = paramiko.Transport(connection, **options)
        if keys is not None:
            security = made.get_security_options()
            security.key_types = tuple(keys.preferred_first(security.key_types))
        return made

    return transport


def _readable(key_file: str) -> str:
    path = Path(key_file).expanduser()
    try:
        path.open("rb").close()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise StepFailed(f'the key file "{key_file}" cannot be read: {reason}') from None
    return str(path)


def _private_key(text: str | None, passphrase: str | None) -> paramiko.PKey | None:
    if text is None:
        return None
    for key_class in _KEY_CLASSES:
        with suppress(paramiko.SSHException, ValueError, IndexError, UnicodeError):  # a key of another sort
            try:
                return key_class.from_private_key(StringIO(text), passphrase)
            except paramiko.PasswordRequiredException:
                raise StepFailed("the private key wants a passphrase", hint="write `passphrase`") from None
    raise StepFailed("`private_key` cannot be read, with or without the passphrase")
