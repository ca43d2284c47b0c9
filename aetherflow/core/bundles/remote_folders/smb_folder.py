"""A folder of a Windows or Samba share.

By smbprotocol, on which fsspec's own SMB stands: that one follows links, and asks anew for each entry that it lists.
"""

from collections.abc import Generator, Iterator
from stat import S_ISDIR
from typing import Any
from urllib.parse import urlsplit

import smbclient

from aetherflow.core.bundles.remote_folders.entries import (
    CHUNK_BYTES,
    CONNECT_SECONDS,
    Entry,
    EntryKind,
    entry_path,
    is_left_out,
    refused,
)
from aetherflow.core.bundles.remote_folders.messages import SmbOptions
from aetherflow.core.bundles.remote_folders.watch import Watch

_PORT = 445
_FOLDER, _DEVICE, _REPARSE_POINT = 0x10, 0x40, 0x400
#: Whoever publishes is not kept from it; that a file was changed shows by itself.
_SHARED = "rwd"


class SmbFolder:
    """A folder by its path below a share."""

    def __init__(self, url: str, options: SmbOptions, watch: Watch) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or _PORT
        inner = [part for part in parts.path.split("/") if part]
        if not inner:
            raise refused("scheme", reason="it names no share", hint=f"for example smb://{self._host}/share/orders")
        self._root = "\\".join(["\\", self._host, *inner])
        smbclient.register_session(
            self._host,
            port=self._port,
            username=options.username,
            password=options.password,
            auth_protocol=options.auth_protocol,
            encrypt=options.encrypt,
            require_signing=options.require_signing,
            connection_timeout=CONNECT_SECONDS,
        )
        watch.connected()

    def readers(self) -> int:
        """Read one file after the other: smbprotocol does not say that a connection may be used by several at once."""
        return 1

    def close(self) -> None:
        """End the session."""
        smbclient.delete_session(self._host, port=self._port)

    def entries(self) -> Iterator[Entry]:
        """Give everything below the folder, a folder's own entries after it."""
        if not S_ISDIR(smbclient.stat(self._root, port=self._port).st_mode):
            raise refused("not_a_folder")
        folders = [("", self._root)]
        while folders:
            inner, address = folders.pop()
            for found in smbclient.scandir(address, port=self._port):
                entry = _entry(entry_path(inner, found.name), f"{address}\\{found.name}", found)
                yield entry
                if entry.kind == "folder" and not is_left_out(entry.path):
                    folders.append((entry.path, entry.address))

    def entry_of(self, name: str) -> Entry:
        """Ask for a file of the folder."""
        address = f"{self._root}\\{name}"
        found = smbclient.stat(address, port=self._port)
        kind: EntryKind = "folder" if S_ISDIR(found.st_mode) else "file"
        return Entry(path=name, kind=kind, address=address, size=found.st_size, stamp=f"time:{found.st_mtime!r}")

    def chunks(self, entry: Entry) -> Generator[bytes, None, None]:
        """Read a file."""
        with smbclient.open_file(entry.address, mode="rb", buffering=0, share_access=_SHARED, port=self._port) as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk


def _entry(path: str, address: str, found: Any) -> Entry:
    info = found.smb_info
    return Entry(
        path=path,
        kind=_kind(info.file_attributes, found),
        address=address,
        size=info.end_of_file,
        stamp=f"time:{info.last_write_time.isoformat()}",
        modified=info.last_write_time.timestamp(),
    )


def _kind(attributes: int, found: Any) -> EntryKind:
    if attributes & _DEVICE:
        return "special"
    if attributes & _REPARSE_POINT and (attributes & _FOLDER or found.is_symlink()):
        return "link"  # a junction too; what is left are files that the server keeps packed, or elsewhere
    return "folder" if attributes & _FOLDER else "file"
