"""Mail servers that drop, stall, trickle or never stop: bounded in time, said in words without the password."""

import socket
import threading
import time
from typing import Any

import pytest

from tests.builtins.conftest import SECRET
from tests.data_steps.mail.conftest import Mailer
from tests.data_steps.mail.mail_service import Speak, speaking

BEFORE_DATA = {b"ehlo": b"250 hi\r\n", b"mail": b"250 ok\r\n", b"rcpt": b"250 ok\r\n"}


def trickle(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"2")
        time.sleep(0.05)


def endless(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"220-hello\r\n" * 1000)


def silent(connection: socket.socket) -> None:
    connection.recv(1)


def dropping(connection: socket.socket) -> None:
    connection.sendall(b"220 hi\r\n")
    connection.recv(1000)


def nonsense(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    connection.recv(1000)


def long_line(connection: socket.socket) -> None:
    connection.sendall(b"220 " + b"x" * 100_000 + b"\r\n")
    connection.recv(1000)


def until_data(connection: socket.socket, *, then_wait: bool = False) -> None:
    connection.sendall(b"220 hi\r\n")
    with connection.makefile("rb") as said:
        for line in said:
            if line.startswith(b"data"):
                connection.sendall(b"354 go on\r\n")
            elif line == b".\r\n":
                if then_wait:
                    connection.recv(1)
                return
            elif answer := BEFORE_DATA.get(line[:4]):
                connection.sendall(answer)


def speaking_of(**replies: bytes) -> Speak:
    """Answer these words so, and all others well."""

    def speak(connection: socket.socket) -> None:
        connection.sendall(b"220 hi\r\n")
        with connection.makefile("rb") as said:
            for line in said:
                connection.sendall(replies.get(line[:4].decode().lower(), b"250 ok\r\n"))

    return speak


def test_a_server_that_does_not_want_to_hear_the_mail_has_not_got_it(ctx: Any) -> None:
    with speaking(speaking_of(data=b"250 thanks\r\n")) as port:
        failure = Mailer(ctx, {"host": "127.0.0.1", "port": port}, {"security": "none"}).failure()
    assert failure.message == 'resource "office": the server refuses the mail: 250 thanks'
    assert failure.hint == "it was not sent to anybody"


@pytest.mark.parametrize(
    ("replies", "message"),
    [
        (
            {"ehlo": b"250-hi\r\n250 AUTH GSSAPI\r\n"},
            "the server offers no way to sign in that is known here",
        ),
        (
            {"ehlo": b"250-hi\r\n250 AUTH CRAM-MD5\r\n", "auth": b"334 notbase64\r\n"},
            "what the server says while we sign in makes no sense",
        ),
    ],
)
def test_what_is_wrong_with_signing_in_is_said(ctx: Any, replies: dict[str, bytes], message: str) -> None:
    with speaking(speaking_of(**replies)) as port:
        config = {"host": "127.0.0.1", "port": port, "username": "anna", "password": SECRET}
        mailer = Mailer(ctx, config, {"security": "none", "allow_plain_auth": True})
        assert mailer.said() == message


DOUBT = "the connection broke off before the server had said that it has the mail: it may have been sent"


@pytest.mark.parametrize(
    ("speak", "message"),
    [
        (silent, "no answer came in time"),
        (trickle, "no answer came in time"),
        (endless, "the server's reply does not end"),
        (dropping, "the server ended the connection"),
        (nonsense, "what answers there does not speak SMTP"),
        (long_line, "the server answers 500 Line too long."),
        (until_data, DOUBT),
        (lambda connection: until_data(connection, then_wait=True), DOUBT),
    ],
)
def test_what_goes_wrong_is_said_in_time(ctx: Any, speak: Speak, message: str) -> None:
    with speaking(speak) as port:
        mailer = Mailer(ctx, {"host": "127.0.0.1", "port": port}, {"security": "none", "timeout_seconds": 0.4})
        begun = time.monotonic()
        assert mailer.said() == message
        assert time.monotonic() - begun < 4


def test_nobody_there_is_said(ctx: Any) -> None:
    mailer = Mailer(ctx, {"host": "127.0.0.1", "port": 1}, {"security": "none"})
    assert mailer.said() == "the connection was refused"


def test_a_step_that_is_cancelled_ends_at_once(ctx: Any) -> None:
    with speaking(silent) as port:
        mailer = Mailer(ctx, {"host": "127.0.0.1", "port": port}, {"security": "none", "timeout_seconds": 60})
        threading.Timer(0.3, lambda: setattr(ctx, "is_cancelled", True)).start()
        begun = time.monotonic()
        failure = mailer.failure()
        assert failure.message == 'resource "office": the mail was ended: the step was out of time'
        assert failure.timed_out
        assert time.monotonic() - begun < 3
