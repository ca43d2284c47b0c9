"""A real SFTP server on loopback, which serves a folder; it can be told to misbehave."""

import os
import socket
import stat
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

import paramiko

USER, PASSWORD = "deploy", "correct-horse-battery"


class Behaviour:
    """What the server does otherwise than it should."""

    def __init__(self) -> None:
        self.names: list[paramiko.SFTPAttributes] = []  # listed besides what is there, in the top folder
        self.on_list: Callable[[], None] = lambda: None
        self.on_read: Callable[[int], None] = lambda _offset: None
        self.on_write: Callable[[int], None] = lambda _offset: None
        self.on_rename: Callable[[str, str], bool] = lambda _old, _new: True  # false refuses it
        self.on_remove: Callable[[str], None] = lambda _path: None
        self.opened: list[str] = []  # paths, each time that a file was opened to be read
        self.renamed: list[str] = []  # what files were called then
        self.removed: list[str] = []
        self.knows_posix_rename = True
        self.attributes: Callable[[paramiko.SFTPAttributes], paramiko.SFTPAttributes] = lambda attributes: attributes
        self.connections: list[paramiko.Transport] = []
        self.is_over = threading.Event()

    def drop(self) -> None:
        """End every connection at once."""
        for transport in self.connections:
            transport.close()

    def stall(self) -> None:
        """Do nothing for longer than any test waits, and no longer than the server is there."""
        self.is_over.wait(60)


class SftpServer:
    """Serves ``root`` until it is closed."""

    def __init__(self, root: Path, *, authorized: paramiko.PKey | None = None) -> None:
        self.root = root
        self.behaviour = Behaviour()
        self.host_key: paramiko.PKey = paramiko.ECDSAKey.generate()
        self.other_host_key: paramiko.PKey | None = None
        self.authorized = authorized
        self.passwords_seen: list[str] = []
        self.files: list[IO[bytes]] = []  # held: one whose reader has gone is not left for the collector to complain of
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def name(self) -> str:
        """What known_hosts files call it."""
        return f"[127.0.0.1]:{self.port}"

    def close(self) -> None:
        """End it."""
        with suppress(OSError):  # it is closed already
            self._socket.shutdown(socket.SHUT_RDWR)  # a thread is waiting in it
        self._socket.close()
        self.behaviour.is_over.set()
        self.behaviour.drop()
        for file in self.files:
            with suppress(OSError, ValueError):  # what was not written has nowhere to go
                file.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport = paramiko.Transport(connection)
        self.behaviour.connections.append(transport)
        transport.add_server_key(self.host_key)
        if self.other_host_key is not None:
            transport.add_server_key(self.other_host_key)
        transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files, self)
        try:
            transport.start_server(server=_Door(self))
        except (paramiko.SSHException, EOFError, OSError):
            transport.close()  # a client that does not trust the key goes


class _Door(paramiko.ServerInterface):
    def __init__(self, server: SftpServer) -> None:
        self._server = server

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def check_auth_password(self, username: str, password: str) -> int:
        self._server.passwords_seen.append(password)
        return paramiko.AUTH_SUCCESSFUL if (username, password) == (USER, PASSWORD) else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return paramiko.AUTH_SUCCESSFUL if username == USER and key == self._server.authorized else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class _Files(paramiko.SFTPServerInterface):
    def __init__(self, server: paramiko.ServerInterface, serving: SftpServer) -> None:
        super().__init__(server)
        self._serving = serving

    def _path(self, path: str) -> Path:
        return self._serving.root / path.lstrip("/")

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        try:
            self._serving.behaviour.on_list()
            found = [self._described(entry) for entry in sorted(self._path(path).iterdir())]
        except OSError as error:
            return int(paramiko.SFTPServer.convert_errno(error.errno or 0))
        return found + (self._serving.behaviour.names if path.strip("/").count("/") == 0 else [])

    def _described(self, entry: Path) -> paramiko.SFTPAttributes:
        attributes = paramiko.SFTPAttributes.from_stat(entry.lstat(), entry.name)
        return self._serving.behaviour.attributes(attributes)

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(self._path(path).stat())
        except OSError as error:
            return int(paramiko.SFTPServer.convert_errno(error.errno or 0))

    def lstat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(self._path(path).lstat())
        except OSError as error:
            return int(paramiko.SFTPServer.convert_errno(error.errno or 0))

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        mode = "rb" if not flags & (os.O_WRONLY | os.O_RDWR) else "xb" if flags & os.O_EXCL else "wb"
        try:
            file = self._path(path).open(mode)
        except OSError as error:
            return int(paramiko.SFTPServer.convert_errno(error.errno or 0))
        self._serving.files.append(file)
        handle = _Handle(flags)
        handle.behaviour = self._serving.behaviour
        if mode == "rb":
            self._serving.behaviour.opened.append(path)
            handle.readfile = file  # type: ignore[attr-defined]  # what paramiko reads from
        else:
            handle.writefile = file  # type: ignore[attr-defined]  # what paramiko writes to
        return handle

    def rename(self, oldpath: str, newpath: str) -> int:
        if self._path(newpath).exists():
            return paramiko.SFTP_FAILURE
        return self.posix_rename(oldpath, newpath, always=True)

    def posix_rename(self, oldpath: str, newpath: str, *, always: bool = False) -> int:
        if not (self._serving.behaviour.knows_posix_rename or always):
            return paramiko.SFTP_OP_UNSUPPORTED
        if not self._serving.behaviour.on_rename(oldpath, newpath):
            return paramiko.SFTP_FAILURE
        self._serving.behaviour.renamed.append(newpath)
        return self._answer(lambda: self._path(oldpath).replace(self._path(newpath)))

    def remove(self, path: str) -> int:
        def act() -> None:
            self._serving.behaviour.on_remove(path)
            self._path(path).unlink()
            self._serving.behaviour.removed.append(path)

        return self._answer(act)

    def mkdir(self, path: str, attr: paramiko.SFTPAttributes) -> int:
        return self._answer(self._path(path).mkdir)

    @staticmethod
    def _answer(act: Callable[[], object]) -> int:
        try:
            act()
        except OSError as error:
            return int(paramiko.SFTPServer.convert_errno(error.errno or 0))
        return paramiko.SFTP_OK


class _Handle(paramiko.SFTPHandle):
    behaviour: Behaviour

    def read(self, offset: int, length: int) -> bytes | int:
        self.behaviour.on_read(offset)
        return super().read(offset, length)

    def write(self, offset: int, data: bytes) -> int:
        try:
            self.behaviour.on_write(offset)
            return super().write(offset, data)
        except OSError as error:  # a test's behaviour
            return int(paramiko.SFTPServer.convert_errno(error.errno or 0))


def named(name: str, mode: int = stat.S_IFREG | 0o644, size: int = 3) -> paramiko.SFTPAttributes:
    """Make an entry that is only told of; surrogates in its name stand for bytes that are not UTF-8."""
    attributes = paramiko.SFTPAttributes()
    attributes.filename = name.encode("utf-8", "surrogateescape")  # type: ignore[assignment]  # sent as it is
    attributes.st_mode, attributes.st_size = mode, size
    attributes.st_atime = attributes.st_mtime = int(time.time()) - 1000
    return attributes


def written(key: paramiko.PKey) -> str:
    """Write a key as known_hosts files have it."""
    return f"{key.get_name()} {key.get_base64()}"


def settle(root: Path) -> None:
    """Let everything in a folder be some time old."""
    for path in root.rglob("*"):
        os.utime(path, (1_600_000_000, 1_600_000_000), follow_symlinks=False)
