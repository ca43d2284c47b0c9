"""Servers that are not there, lie, hang, mislead, or are not who they should be: one finding each, soon."""

import hashlib
import socket
import ssl
import threading
import time
import tracemalloc
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import trustme

from aetherflow.core.bundles.sources.archive import ArchiveFetcher
from aetherflow.core.bundles.values import BundleSource, Fetched, FetchFailed, Limits
from tests.bundles_archives.archives import FILES, contents, told, zip_of
from tests.bundles_archives.web import Answer, Web, content, fetched, raw, refusal, resource, send, status, web

ZIP = zip_of()
TRY_AGAIN = "\nsee whether the server is up; the same command tries again"
IN_THE_END = "\nwrite the URL that it leads to in the end, if that is to be trusted"


def elsewhere(location: str) -> BundleSource:
    """Name an archive by any URL."""
    return BundleSource(type="archive", location=location, folder=Path("/nowhere"))


@pytest.mark.parametrize(
    ("code", "words", "hint"),
    [
        (
            401,
            "401 Unauthorized",
            "look at the credentials of the `resource`, or name one: it has a token, or a user and password",
        ),
        (403, "403 Forbidden", "see whether who is signed in by the `resource` may read it"),
        (404, "404 Not Found", "look at the URL; some servers answer this to whoever is not signed in"),
        (410, "410 Gone", "it was taken away: look for where it is now"),
        (418, "418 I'm a teapot", "look at the URL: it must lead to the archive itself"),
        (429, "429 Too Many Requests", "it was asked too often: try again later"),
        (500, "500 Internal Server Error", "see whether the server is up; the same command tries again"),
        (503, "503 Service Unavailable", "see whether the server is up; the same command tries again"),
        (599, "599", "see whether the server is up; the same command tries again"),
        (204, "204 No Content", "look at the URL: it must lead to the archive itself"),
        (206, "206 Partial Content", "look at the URL: it must lead to the archive itself"),
        (304, "304 Not Modified", "look at the URL: it must lead to the archive itself"),
    ],
)
def test_a_server_that_gives_no_archive_is_told_with_what_it_answers(
    site: Web, tmp_path: Path, code: int, words: str, hint: str
) -> None:
    site.answers["/orders.zip"] = status(code)
    assert refusal(site.source(), tmp_path) == (
        f'AF-B144 archive "{site.url}/orders.zip": the server answers {words}\n{hint}'
    )


def test_what_lets_in_is_not_shown(site: Web, tmp_path: Path) -> None:
    finding = refusal(site.source("/orders.zip?v=1&X-Amz-Signature=s3cret&token=s3cret"), tmp_path)
    assert finding.startswith(f'AF-B144 archive "{site.url}/orders.zip?v=1&X-Amz-Signature=***&token=***": the server')
    assert "s3cret" not in finding


def test_a_url_with_credentials_is_refused_without_showing_them(tmp_path: Path) -> None:
    assert refusal(elsewhere("https://ann:s3cret@host/orders.zip"), tmp_path) == (
        'AF-B141 archive "https://host/orders.zip": its URL has credentials in it, and URLs are shown and recorded'
        "\nsign in by a `resource`"
    )


@pytest.mark.parametrize(
    "location",
    [
        "https://",
        "http://[::1/x",
        "http:///x",
        "http://a..b/x",
        f"http://{'a' * 300}.example/x",
        "http://\udcff/x",
        "https://h:x/",
    ],
)
def test_a_url_that_cannot_be_read_is_told(tmp_path: Path, location: str) -> None:
    assert refusal(elsewhere(location), tmp_path).endswith(
        ": its URL cannot be read\nwrite it as https://host/path/to/archive.tar.gz"
    )


def test_a_host_that_does_not_exist_is_told(tmp_path: Path) -> None:
    assert refusal(elsewhere("https://files.invalid/orders.zip"), tmp_path) == (
        'AF-B143 archive "https://files.invalid/orders.zip": there is no host "files.invalid"'
        "\nlook at the URL, and at this machine's network"
    )


def test_a_server_that_is_down_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert refusal(elsewhere(f"http://127.0.0.1:{port}/x"), tmp_path) == (
        f'AF-B143 archive "http://127.0.0.1:{port}/x": "127.0.0.1" cannot be reached: connection refused' + TRY_AGAIN
    )


@pytest.mark.parametrize(
    "answer",
    [
        raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
        raw(b""),
        raw(b"\0" * 300_000),
        raw(b"HTTP/1.1 2000 OK\r\n\r\n"),
        raw(b"X: " + b"y" * 300_000),
        raw(b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 30 + b"\r\n\r\n"),
    ],
    ids=["ssh", "nothing", "zeros", "status", "endless", "redirect", "length"],
)
def test_what_speaks_no_http_is_told(site: Web, tmp_path: Path, answer: Answer) -> None:
    site.answers["/orders.zip"] = answer
    finding = refusal(site.source(), tmp_path)
    assert finding.startswith(f'AF-B143 archive "{site.url}/orders.zip": ')


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", f"after {len(ZIP)} of 1,000 bytes"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(ZIP), f"after {len(ZIP)} bytes"),
    ],
)
def test_a_connection_that_ends_early_is_told_with_how_much_came(
    site: Web, tmp_path: Path, head: bytes, words: str
) -> None:
    site.answers["/orders.zip"] = raw(head, ZIP)
    assert refusal(site.source(), tmp_path) == (
        f'AF-B147 archive "{site.url}/orders.zip": the connection ended {words}' + TRY_AGAIN
    )


def test_a_length_that_is_too_small_cuts_the_archive_and_that_is_seen(site: Web, tmp_path: Path) -> None:
    site.answers["/orders.zip"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n", ZIP)
    assert refusal(site.source(), tmp_path) == (
        f'AF-B147 archive "{site.url}/orders.zip": the server sends more than the 300 bytes that it announced'
        "\nthe `Content-Length` of the server is wrong: whoever runs it has to correct that"
    )


@pytest.mark.parametrize("length", ["9999999999999999999", "2147483649"])
def test_an_archive_that_says_that_it_is_too_large_is_not_read(site: Web, tmp_path: Path, length: str) -> None:
    site.answers["/orders.zip"] = lambda handler: send(handler, 200, {"Content-Length": length})
    assert refusal(site.source(), tmp_path).startswith(
        f'AF-B148 archive "{site.url}/orders.zip": it is larger than 2,147,483,648 bytes'
    )


def test_an_archive_that_never_ends_is_read_up_to_the_limit_and_in_little_memory(site: Web, tmp_path: Path) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
        while not site.is_over.is_set():
            handler.wfile.write(bytes(100_000))

    site.answers["/orders.zip"] = endless
    tracemalloc.start()
    try:
        finding = refusal(site.source(), tmp_path, Limits(most_bytes=20_000_000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert finding.startswith(f'AF-B148 archive "{site.url}/orders.zip": it is larger than 20,000,000 bytes')
    assert peak < 10_000_000


def test_a_server_that_keeps_silent_is_left(site: Web, tmp_path: Path) -> None:
    site.answers["/orders.zip"] = lambda handler: site.is_over.wait(30) and None
    assert refusal(site.source(), tmp_path, stall_seconds=0.2) == (
        f'AF-B146 archive "{site.url}/orders.zip": nothing came for 0.2 seconds' + TRY_AGAIN
    )


def test_a_server_that_falls_silent_in_the_middle_is_left(site: Web, tmp_path: Path) -> None:
    def stalling(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, {"Content-Length": "1000"})
        handler.wfile.write(b"PK\3\4")
        site.is_over.wait(30)

    site.answers["/orders.zip"] = stalling
    assert "nothing came for 0.2 seconds" in refusal(site.source(), tmp_path, stall_seconds=0.2)


@pytest.mark.parametrize(
    ("begin", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"P"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nP\r\n"),
    ],
    ids=["status", "headers", "content", "chunks"],
)
def test_a_server_that_drips_is_left_when_time_is_up(site: Web, tmp_path: Path, begin: bytes, drop: bytes) -> None:
    def dripping(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(begin)
        while not site.is_over.wait(0.03):
            handler.wfile.write(drop)

    site.answers["/orders.zip"] = dripping
    started = time.monotonic()
    assert refusal(site.source(), tmp_path, Limits(seconds=0.4)) == (
        f'AF-B177 archive "{site.url}/orders.zip": it was not fetched within 0.4 seconds'
        "\nsee whether it answers, and how much there is to fetch; the same command tries again"
    )
    assert time.monotonic() - started < 10


def test_a_server_that_drips_in_the_middle_of_a_greeting_by_tls_is_left_when_time_is_up(tmp_path: Path) -> None:
    is_over = threading.Event()

    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            try:
                connection.sendall(b"\x16\x03\x03\x40\x00")  # a message of 16 kB begins
                while not is_over.wait(0.03):
                    connection.sendall(b"\x02")
            except OSError:
                pass  # the other end has gone

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        started = time.monotonic()
        finding = refusal(elsewhere(f"https://127.0.0.1:{server.getsockname()[1]}/x"), tmp_path, Limits(seconds=0.4))
        elapsed = time.monotonic() - started
        is_over.set()
        thread.join()
    assert "it was not fetched within 0.4 seconds" in finding
    assert elapsed < 10


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("/orders.zip", "it is redirected more than 5 times"),
        ("ftp://host/orders.zip", "it is redirected to what is no web server"),
        ("file:///etc/passwd", "it is redirected to what is no web server"),
    ],
)
def test_a_redirect_that_is_not_followed_is_told(site: Web, tmp_path: Path, location: str, words: str) -> None:
    site.answers["/orders.zip"] = status(302, Location=location)
    assert refusal(site.source(), tmp_path) == f'AF-B145 archive "{site.url}/orders.zip": {words}' + IN_THE_END


def test_a_redirect_to_nowhere_is_told(site: Web, tmp_path: Path) -> None:
    site.answers["/orders.zip"] = status(302)
    assert "it is redirected, and not told where to" in refusal(site.source(), tmp_path)


def test_a_web_page_in_the_place_of_an_archive_is_told(site: Web, tmp_path: Path) -> None:
    site.answers["/orders.zip"] = content(b"<!doctype html><title>Sign in</title>", Content_Type="text/html")
    assert refusal(site.source(), tmp_path).startswith(
        f'AF-B150 archive "{site.url}/orders.zip": it is no archive that can be unpacked: it is a web page\n'
    )


def test_another_archive_than_the_manifest_names_is_not_unpacked(site: Web, tmp_path: Path) -> None:
    page = b"<!doctype html><title>Sign in</title>"
    site.answers["/orders.zip"] = content(page)
    assert refusal(site.source(sha256="0" * 64), tmp_path) == (
        f'AF-B149 archive "{site.url}/orders.zip": its sha256 is {hashlib.sha256(page).hexdigest()}, and the manifest '
        f"wants {'0' * 64}"
        "\nsee who changed it; if it may be trusted, write its sha256 into the manifest"
        "\nwhat came is a web page"
    )


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Give an authority that nobody knows."""
    return trustme.CA()


def tls_of(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    """Give what a server of that name proves itself by."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_a_server_whose_authority_is_not_known_is_not_asked(authority: trustme.CA, tmp_path: Path) -> None:
    with web(tls_of(authority)) as site:
        site.answers["/orders.zip"] = content(ZIP)
        assert refusal(site.source(), tmp_path) == (
            f'AF-B167 archive "{site.url}/orders.zip": "127.0.0.1" does not prove who it is: '
            "unable to get local issuer certificate"
            "\nwhere a company has its own authority, SSL_CERT_FILE names the file of its certificates"
        )
        assert site.asked == []


def test_a_server_with_the_certificate_of_another_is_not_asked(authority: trustme.CA, tmp_path: Path) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    (tmp_path / "work").mkdir()
    with web(tls_of(authority, "files.example")) as site:
        finding = refusal(site.source(resource=resource(ca_file=str(tmp_path / "ca.pem"))), tmp_path / "work")
    assert finding.startswith(
        f'AF-B167 archive "{site.url}/orders.zip": "127.0.0.1" does not prove who it is: IP address'
    )


def test_an_authority_may_be_named_by_the_resource_relative_to_the_manifest(
    authority: trustme.CA, tmp_path: Path
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with web(tls_of(authority)) as site:
        site.answers["/orders.zip"] = content(ZIP)
        source = BundleSource(
            type="archive", location=f"{site.url}/orders.zip", folder=tmp_path, resource=resource(ca_file="ca.pem")
        )
        fetched(source, tmp_path)
    assert contents(tmp_path / "into") == FILES


def test_an_authority_may_be_named_by_the_environment(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with web(tls_of(authority)) as site:
        site.answers["/orders.zip"] = content(ZIP)
        fetched(site.source(), tmp_path)
    assert contents(tmp_path / "into") == FILES


def test_no_redirect_leads_from_https_to_http(authority: trustme.CA, site: Web, tmp_path: Path) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    (tmp_path / "work").mkdir()
    with web(tls_of(authority)) as safe:
        safe.answers["/orders.zip"] = status(302, Location=f"{site.url}/orders.zip")
        finding = refusal(safe.source(resource=resource(ca_file=str(tmp_path / "ca.pem"))), tmp_path / "work")
    assert finding == (
        f'AF-B145 archive "{safe.url}/orders.zip": "127.0.0.1" redirects it from https to http, '
        "where anybody on the way can change it" + IN_THE_END
    )
    assert site.asked == []


def test_a_server_without_tls_is_told(site: Web, tmp_path: Path) -> None:
    assert refusal(elsewhere(site.url.replace("http:", "https:") + "/x"), tmp_path).startswith("AF-B167 ")


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("value", ["nonsense://ann:s3cret@proxy", "socks5://ann:s3cret@127.0.0.1:1"])
def test_a_proxy_that_cannot_be_used_is_told_without_its_password(
    site: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    finding = refusal(site.source(), tmp_path)
    assert finding.startswith(
        f'AF-B166 archive "{site.url}/orders.zip": this machine\'s settings for the web cannot be used'
    )
    assert "s3cret" not in finding


def test_a_file_of_authorities_that_is_none_is_told(site: Web, tmp_path: Path) -> None:
    finding = refusal(site.source(resource=resource(ca_file="/nowhere/ca.pem")), tmp_path)
    assert finding.startswith("AF-B166 ")


def test_a_proxy_that_refuses_is_told(site: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", site.url)  # it knows GET only
    assert refusal(elsewhere("https://files.invalid/x"), tmp_path) == (
        'AF-B143 archive "https://files.invalid/x": the proxy gives no way to "files.invalid"'
        "\nlook at `proxy` of the resource, HTTPS_PROXY, HTTP_PROXY, NO_PROXY"
    )


def test_a_server_that_keeps_silent_when_it_is_asked_is_left(site: Web) -> None:
    site.answers["/orders.zip"] = lambda handler: site.is_over.wait(30) and None
    got = Fetched(revision="sha256:" + "0" * 64, validators={"etag": '"1"'})
    with pytest.raises(FetchFailed) as caught:
        ArchiveFetcher(stall_seconds=0.2).is_current(site.source(), got)
    assert "nothing came for 0.2 seconds" in told(caught.value)
