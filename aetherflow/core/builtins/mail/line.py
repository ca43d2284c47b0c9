"""The line to a mail server: SMTP with a bound on every wait, which another thread may end."""

import smtplib
import socket
import ssl
import threading
import time
from contextlib import suppress
from typing import Any, BinaryIO

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.mail.settings import MailSettings

_PIECE_BYTES = 64 * 1024
_MOST_LINES = 1000  # of one reply; servers send a dozen


class LineWatch:
    """What another thread may know of a line, and do to it."""

    def __init__(self, answer_seconds: float) -> None:
        self._answer_seconds = answer_seconds
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self.touch()

    def touch(self) -> None:
        """Note that something has moved."""
        self._touched = time.monotonic()

    def is_late(self) -> bool:
        """Tell whether a reply takes longer than it may, though single bytes of it come."""
        return time.monotonic() - self._touched > self._answer_seconds * 2

    def opened(self, connection: socket.socket) -> None:
        """Take note of the connection."""
        with self._lock:
            self._socket = connection.dup()  # a descriptor of our own: TLS takes over the other one

    def cut(self) -> None:
        """End the connection at once."""
        with self._lock:
            if self._socket is not None:
                with suppress(OSError):  # it has ended by itself
                    self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None


class MailLine(smtplib.SMTP):
    """A session with a server: greeted, by TLS where that is wanted, signed in."""

    def __init__(self, settings: MailSettings, watch: LineWatch) -> None:
        self._settings = settings
        self._watch = watch
        self._lines = _Lines()
        is_plain = settings.security == "none"
        self._context = None if is_plain else ssl.create_default_context(cafile=settings.ca_file)
        try:
            super().__init__(settings.host, settings.actual_port, _own_name(), timeout=settings.timeout_seconds)
            self._begin()
        except BaseException:  # an interrupt too shall leave no connection open
            self.close()
            raise

    def _begin(self) -> None:
        self.ehlo_or_helo_if_needed()
        if self._settings.security == "starttls":
            self.starttls(context=self._context)
            self.ehlo_or_helo_if_needed()
        if self._settings.username is not None:
            self.login(self._settings.username, self._settings.password or "")

    def getreply(self) -> tuple[int, bytes]:
        """Read one reply; bounded, which the library's own reading is not."""
        self._watch.touch()
        if self.file is None and self.sock is not None:
            self._lines = _Lines(self.sock.makefile("rb"))
            self.file = self._lines
        self._lines.left = _MOST_LINES
        return super().getreply()

    def send(self, s: Any) -> None:  # a text, or any buffer
        """Send, however long it takes in all: each piece has the time of an answer."""
        data = memoryview(s.encode(self.command_encoding) if isinstance(s, str) else s)
        for start in range(0, len(data), _PIECE_BYTES):
            super().send(data[start : start + _PIECE_BYTES])
            self._watch.touch()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection = socket.create_connection((host, port), self._settings.connect_timeout_seconds)
        self._watch.opened(connection)
        self._watch.touch()
        connection.settimeout(timeout)
        if self._settings.security == "tls" and self._context is not None:
            return self._context.wrap_socket(connection, server_hostname=host)
        return connection


def _own_name() -> str:
    """Give what this machine calls itself; the library would ask the network, and wait for it."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


class _Lines:
    """Gives so many lines and no more."""

    def __init__(self, file: BinaryIO | None = None) -> None:
        self._file = file
        self.left = 0

    def readline(self, most: int = -1) -> bytes:
        """Give the next line."""
        self.left -= 1
        if self.left < 0 or self._file is None:
            raise StepFailed("the server's reply does not end", hint="look whether it is a mail server")
        return self._file.readline(most)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
