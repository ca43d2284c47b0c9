"""A real mail server on loopback (aiosmtpd), and one that says what a test wants."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from msgspec import Struct

from tests.builtins.conftest import SECRET


class Arrived(Struct, frozen=True):
    """One mail as the server has it."""

    sender: str
    recipients: list[str]
    content: bytes
    was_safe: bool
    user: str | None

    @property
    def message(self) -> EmailMessage:
        """The mail, read by the standard library."""
        message = message_from_bytes(self.content, policy=default)
        assert isinstance(message, EmailMessage)
        return message


class MailService:
    """What has arrived; recipients that begin with `no-` are refused."""

    def __init__(self) -> None:
        self.port = 0
        self.ca_file = ""
        self.arrived: list[Arrived] = []
        self.answer = "250 OK, it is in the queue"
        self.holds_from: int | None = None  # the mail of this number waits for its answer
        self.sessions = 0

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, name: str, responses: list[str]
    ) -> list[str]:
        self.sessions += 1
        session.host_name = name
        return responses

    async def handle_RCPT(  # noqa: N802  # as above
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("no-"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # as above
        data = session.auth_data
        user = data.login.decode() if isinstance(data, LoginPassword) else None
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        is_safe = session.ssl is not None or isinstance(server.transport.get_extra_info("ssl_object"), ssl.SSLObject)
        self.arrived.append(Arrived(envelope.mail_from or "", list(envelope.rcpt_tos), content, is_safe, user))
        while self.holds_from and len(self.arrived) >= self.holds_from:
            await asyncio.sleep(0.05)
        return self.answer


def _judge_of(user: str) -> Callable[..., AuthResult]:
    def judge(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (user.encode(), SECRET.encode())
        return AuthResult(success=is_right, handled=is_right, auth_data=data if is_right else None)

    return judge


@contextmanager
def mail_service(
    folder: Path, security: str = "starttls", *, size: int = 33_554_432, user: str = "anna"
) -> Iterator[MailService]:
    """Run a server until the block ends; its certificate is for localhost, by an authority of its own."""
    service = MailService()
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    service.ca_file = str(folder / "ca.pem")
    authority.cert_pem.write_to_path(service.ca_file)
    controller = Controller(
        service,
        hostname="127.0.0.1",
        port=0,
        ssl_context=context if security == "tls" else None,
        tls_context=context if security == "starttls" else None,
        authenticator=_judge_of(user),
        auth_require_tls=security == "starttls",
        data_size_limit=size,
    )
    controller.port = _free_port()
    service.port = controller.port
    controller.start()
    try:
        yield service
    finally:
        controller.stop()


Speak = Callable[[socket.socket], None]


@contextmanager
def speaking(speak: Speak) -> Iterator[int]:
    """Run a server that does what a function does with each connection; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):  # the listener is closed at the end
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=_spoken, args=(connection, speak), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _spoken(connection: socket.socket, speak: Speak) -> None:
    with connection, suppress(OSError):  # the other end has gone
        speak(connection)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
