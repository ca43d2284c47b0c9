"""Servers that drop, stall, trickle or lie: bounded in time, said in words that name the resource and no password."""

import socket
import ssl
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.builtins.conftest import SECRET
from tests.data_steps.rest.conftest import Rest
from tests.data_steps.rest.web_service import WebService, answered, raw, web_service

OK = b"HTTP/1.1 200 OK\r\n"
LIES = "the connection ended after 3 of 10 bytes"


@pytest.fixture(autouse=True)
def impatient(rest: Rest) -> None:
    rest.options |= {"timeout_seconds": 0.4, "max_attempts": 1}


@pytest.mark.parametrize("save_to", [None, "a"])
@pytest.mark.parametrize(
    ("pieces", "then_wait", "message"),
    [
        ((), False, "the connection ended before the whole answer had come"),
        ((), True, "no answer came within 0.4 seconds"),
        ((OK,), True, "no answer came within 0.4 seconds"),
        ((OK + b"Content-Length: 10\r\n\r\nabc",), True, "no answer came within 0.4 seconds"),
        ((OK + b"Content-Length: 10\r\n\r\nabc",), False, LIES),
        (
            (OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",),
            False,
            "the connection ended before the whole answer had come",
        ),
        ((OK + b"Content-Length: 3\r\n\r\nabcd",), False, "the server sends more than the 3 bytes that it announced"),
        ((b"220 mail.example ESMTP\r\n\r\n",), False, "what answers does not speak HTTP as it should"),
        ((b"\x16\x03\x01" * 50,), False, "what answers does not speak HTTP as it should"),
        ((OK + b"Content-Length: -1\r\n\r\n",), False, "what answers does not speak HTTP as it should"),
        ((OK + b"X: " + b"a" * 200_000,), True, "what answers does not speak HTTP as it should"),
        (
            (OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",),
            False,
            "what the server sends cannot be decompressed",
        ),
    ],
)
def test_what_goes_wrong_is_said_in_time_and_leaves_no_file(
    rest: Rest, service: WebService, pieces: tuple[bytes, ...], then_wait: bool, message: str, save_to: str | None
) -> None:
    service.at("/a", raw(service, *pieces, then_wait=then_wait))
    begun = time.monotonic()
    assert rest.said(path="a", save_to=save_to) == message
    assert time.monotonic() - begun < 4
    assert list(rest.ctx.artifacts_dir.iterdir()) == []


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n", OK + b"Content-Length: 1000\r\n\r\n"])
def test_a_server_that_trickles_is_given_up(rest: Rest, service: WebService, head: bytes) -> None:
    service.at("/a", raw(service, *(bytes([byte]) for byte in head), *[b"x"] * 200, pause_seconds=0.05))
    begun = time.monotonic()
    assert rest.said(path="a", save_to="a") == "no answer came within 0.4 seconds"
    assert time.monotonic() - begun < 5


def test_a_server_that_never_begins_its_answer_is_given_up(rest: Rest, service: WebService) -> None:
    def go_on(handler: Any) -> None:
        while True:
            handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)

    service.at("/a", go_on)
    begun = time.monotonic()
    assert rest.said(path="a") == "no answer came within 0.4 seconds"
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_post_without_an_answer_is_said_to_be_in_doubt(rest: Rest, service: WebService, method: str) -> None:
    service.at("/a", raw(service))
    dropped = "the connection ended before the whole answer had come"
    assert rest.said(method=method, path="a") == f"{dropped}; what was sent may have arrived"
    assert rest.said(method=method, path="a", idempotency_key=True) == dropped
    rest.config["base_url"] = "http://127.0.0.1:1"
    assert rest.said(method=method, path="a") == "the connection was refused"


def test_a_server_that_is_slow_and_goes_on_is_waited_for(rest: Rest, service: WebService) -> None:
    pieces = [OK + b"Content-Length: 6000\r\n\r\n", *[b"x" * 600] * 10]
    service.at("/a", raw(service, *pieces, pause_seconds=0.2))
    assert rest.outputs(path="a", save_to="a")["bytes"] == 6000


def test_a_step_that_is_cancelled_ends_at_once_whatever_it_waits_for(rest: Rest, service: WebService) -> None:
    rest.options["timeout_seconds"] = 60
    service.at("/a", raw(service, OK, then_wait=True))
    threading.Timer(0.3, lambda: setattr(rest.ctx, "is_cancelled", True)).start()
    begun = time.monotonic()
    assert rest.said(path="a") == "the request was ended: the step was out of time"
    assert time.monotonic() - begun < 3


def test_a_step_that_is_cancelled_ends_at_once_over_tls_too(rest: Rest, tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    rest.options |= {"timeout_seconds": 60, "ca_file": str(tmp_path / "ca.pem")}
    with web_service(context) as secure:
        secure.at("/a", raw(secure, OK + b"Content-Length: 10\r\n\r\nabc", then_wait=True))
        secure.at("/b", raw(secure, OK + b"Content-Length: 3\r\n\r\nabcd"))
        rest.config["base_url"] = secure.url
        assert rest.said(path="b") == "the server sends more than the 3 bytes that it announced"
        threading.Timer(0.3, lambda: setattr(rest.ctx, "is_cancelled", True)).start()
        begun = time.monotonic()
        assert rest.said(path="a", save_to="a") == "the request was ended: the step was out of time"
        assert time.monotonic() - begun < 3
    assert list(rest.ctx.artifacts_dir.iterdir()) == []


def test_a_server_that_accepts_nobody_is_given_up(rest: Rest) -> None:
    rest.options["connect_timeout_seconds"] = 0.3
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        with socket.create_connection(full.getsockname()), socket.socket() as second:
            second.setblocking(False)
            second.connect_ex(full.getsockname())
            rest.config["base_url"] = f"http://127.0.0.1:{full.getsockname()[1]}"
            assert rest.said(path="a") in (
                "no connection came about within 0.3 seconds",
                "no answer came within 0.4 seconds",  # where the system's queue is longer
            )


def test_an_unknown_host_and_a_proxy_that_is_not_there_are_said(rest: Rest, service: WebService) -> None:
    rest.options["proxy"] = f"http://anna:{SECRET}@127.0.0.1:1"
    assert rest.said(path="a") == "the connection was refused"
    rest.options["proxy"] = "nonsense://x"
    assert rest.said(path="a") == "its way to the web cannot be used"
    del rest.options["proxy"]
    rest.config["base_url"] = "http://no-such-host.invalid"
    assert rest.said(path="a") == "its host is not known"


def test_a_proxy_that_refuses_is_said(rest: Rest, service: WebService, other: WebService) -> None:
    other.at("//", answered(407))
    rest.options["proxy"] = other.url
    rest.config["base_url"] = "https://shop.invalid"
    assert rest.said(path="a") == "the proxy gives no way to it"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"base_url": "ftp://a"}, "its base_url is no URL: write https://host/path"),
        (
            {"base_url": f"http://anna:{SECRET}@a"},
            "its base_url has credentials in it: write them into username and password, or token",
        ),
        ({"base_url": "http://a?x=1"}, "its base_url has more than scheme, host, port and path"),
        (
            {"base_url": "http://a", "token": SECRET, "username": "a"},
            "it has a token and a username: leave one of them out",
        ),
        ({"base_url": "http://a", "password": SECRET}, "it has a password and no username"),
        ({"base_url": "http://a:x"}, "its base_url is no URL: write https://host/path"),
    ],
)
def test_a_config_that_cannot_be_is_said(rest: Rest, config: dict[str, Any], message: str) -> None:
    rest.config = config
    assert rest.said() == message
