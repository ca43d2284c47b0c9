"""A folder of an SFTP server.

By paramiko, on which fsspec's own SFTP stands: that one trusts any host key, takes devices for files, and reads one
piece of a file after the other.
"""

import socket
from collections.abc import Generator, Iterator
from contextlib import suppress
from io import StringIO
from queue import Queue
from stat import S_IFMT, S_ISDIR, S_ISLNK, S_ISREG, S_IXUSR
from typing import Any
from urllib.parse import urlsplit

import paramiko

from aetherflow.core.bundles.remote_folders.entries import (
    CHUNK_BYTES,
    CONNECT_SECONDS,
    Entry,
    EntryKind,
    entry_path,
    is_left_out,
    refused,
)
from aetherflow.core.bundles.remote_folders.host_keys import ExpectedKeys, HostKey, expected_keys
from aetherflow.core.bundles.remote_folders.messages import SftpOptions
from aetherflow.core.bundles.remote_folders.watch import Watch

_PORT = 22
_CHANNELS = 4
_KEY_CLASSES = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)
#: How many answers are asked for ahead of time: of a listing, and of a file.
_LISTINGS_AHEAD = 8
_PIECES_AHEAD = 64
_KINDS_BY_LETTER: dict[str, EntryKind] = {"d": "folder", "-": "file", "l": "link"}


class SftpFolder:
    """A folder behind an SSH connection whose host key has been checked."""

    def __init__(self, url: str, options: SftpOptions, watch: Watch) -> None:
        parts = urlsplit(url)
        self._root = parts.path.rstrip("/") or "/"
        self._client = paramiko.SSHClient()
        try:
            self._connect(parts.hostname or "", parts.port or _PORT, options)
            watch.connected()
            self._sftp = self._client.open_sftp()
            self._channels: Queue[paramiko.SFTPClient] = Queue()
            self._channels.put(self._sftp)
        except BaseException:  # whatever ended the attempt, the client's thread would live on
            self._client.close()
            raise

    def readers(self) -> int:
        """Open some more channels, if the server lets us: one of paramiko's may be used by one thread at a time."""
        with suppress(paramiko.SSHException, EOFError):
            while self._channels.qsize() < _CHANNELS:
                self._channels.put(self._client.open_sftp())
        return self._channels.qsize()

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def entries(self) -> Iterator[Entry]:
        """Give everything below the folder, a folder's own entries after it."""
        if not S_ISDIR(self._sftp.stat(self._root).st_mode or 0):
            raise refused("not_a_folder")
        folders = [""]
        while folders:
            inner = folders.pop()
            for entry in self._folder(inner):
                yield entry
                if entry.kind == "folder" and not is_left_out(entry.path):
                    folders.append(entry.path)

    def entry_of(self, name: str) -> Entry:
        """Ask for a file of the folder, or what a link of that name leads to."""
        attributes = self._sftp.stat(f"{self._root.rstrip('/')}/{name}")
        attributes.filename = name
        return _entry(name, self._root, attributes)

    def chunks(self, entry: Entry) -> Generator[bytes, None, None]:
        """Read a file, some pieces ahead."""
        channel = self._channels.get()
        size = 0
        try:
            with channel.open(entry.address, "rb") as file:
                if (entry.size or 0) > CHUNK_BYTES:
                    file.prefetch(entry.size, max_concurrent_requests=_PIECES_AHEAD)
                while chunk := file.read(CHUNK_BYTES):
                    size += len(chunk)
                    yield chunk
            if size != entry.size:  # paramiko takes the end of a connection for that of the file
                channel.stat(entry.address)
        finally:
            self._channels.put(channel)

    def _folder(self, inner: str) -> Iterator[Entry]:
        address = f"{self._root.rstrip('/')}/{inner}" if inner else self._root
        # Here as well, but it asks the server to close the listing then, which fails.
        for attributes in self._sftp.listdir_iter(address, read_aheads=_LISTINGS_AHEAD):
            yield _entry(entry_path(inner, attributes.filename), address, attributes)

    def _connect(self, host: str, port: int, options: SftpOptions) -> None:
        keys = expected_keys(host, port, options) if options.strict_host_key else None
        self._client.set_missing_host_key_policy(_Policy(keys))
        has_own = bool(options.password or options.private_key or options.key_filename)
        self._client.connect(
            host,
            port,
            username=options.username,
            password=options.password,
            pkey=_private_key(options),
            key_filename=options.key_filename,
            passphrase=options.passphrase,
            allow_agent=not has_own if options.allow_agent is None else options.allow_agent,
            look_for_keys=not has_own if options.look_for_keys is None else options.look_for_keys,
            compress=options.compress,
            timeout=CONNECT_SECONDS,
            banner_timeout=CONNECT_SECONDS,
            auth_timeout=CONNECT_SECONDS,
            channel_timeout=CONNECT_SECONDS,
            transport_factory=_transport_factory(keys),
        )


class _Policy(paramiko.MissingHostKeyPolicy):
    """Judges every key: paramiko itself is told of none, and asks for each."""

    def __init__(self, keys: ExpectedKeys | None) -> None:
        self._keys = keys

    def missing_host_key(self, client: Any, hostname: str, key: paramiko.PKey) -> None:
        """Raise Refused for a key that is not trusted; nothing has been signed in with yet."""
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


def _private_key(options: SftpOptions) -> paramiko.PKey | None:
    if options.private_key is None:
        return None
    for key_class in _KEY_CLASSES:
        try:
            return key_class.from_private_key(StringIO(options.private_key), options.passphrase)
        except paramiko.PasswordRequiredException:
            raise refused("sign_in", reason="the private key wants a passphrase") from None
        except (paramiko.SSHException, ValueError, IndexError, UnicodeError):
            continue  # a key of another sort
    raise refused("options", reason="`private_key` cannot be read, with or without the passphrase")


def _entry(path: str, folder: str, attributes: paramiko.SFTPAttributes) -> Entry:
    mode = attributes.st_mode
    return Entry(
        path=path,
        kind=_kind(mode or 0, getattr(attributes, "longname", "")[:1]),
        address=f"{folder.rstrip('/')}/{attributes.filename}",
        size=attributes.st_size,
        stamp="" if attributes.st_mtime is None else f"time:{attributes.st_mtime}",
        modified=attributes.st_mtime,
        is_executable=bool((mode or 0) & S_IXUSR),
    )


def _kind(mode: int, letter: str) -> EntryKind:
    if not S_IFMT(mode):  # a server that tells rights only, or nothing, writes a line as `ls -l` does
        return _KINDS_BY_LETTER.get(letter, "special")
    kinds: dict[EntryKind, bool] = {"file": S_ISREG(mode), "folder": S_ISDIR(mode), "link": S_ISLNK(mode)}
    return next((kind for kind, is_it in kinds.items() if is_it), "special")
