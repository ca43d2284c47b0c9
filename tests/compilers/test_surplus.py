"""A web server that sends more than it announced: told, never a flow that is cut off; and nobody else is suspected."""

import ssl
import time
from http.server import BaseHTTPRequestHandler

import pytest
import trustme

from tests.bundles_archives.web import Answer, Web, raw, web
from tests.compilers.flows import FLOW, finding, findings, serve
from tests.support.project import Project
from tests.support.tunnels import tunnels

WHOLE = FLOW.encode()
#: Where the flow is a shorter flow: before its second job.
CUT = FLOW.index("  - id: tell")
TOLD = f"AF-C108 the flow cannot be fetched: the server sends more than the {CUT} bytes that it announced | "
HINT = "the `Content-Length` of the server is wrong: whoever runs it has to correct that"


def head(length: int, version: str = "1.1", *headers: str) -> bytes:
    """Give the head of an answer."""
    lines = [f"HTTP/{version} 200 OK", f"Content-Length: {length}", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


def late(*pieces: bytes, seconds: float = 0.5) -> Answer:
    """Send pieces one after the other, with a pause before each but the first."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        for number, piece in enumerate(pieces):
            time.sleep(seconds if number else 0)
            handler.wfile.write(piece)

    return answer


LYING = {
    "in one piece": raw(head(CUT) + WHOLE),
    "head and content apart": raw(head(CUT), WHOLE),
    "of HTTP 1.0": raw(head(CUT, "1.0") + WHOLE),
    "behind early hints": raw(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", head(CUT) + WHOLE),
    "byte by byte": raw(*(bytes([byte]) for byte in head(CUT) + WHOLE)),
    "just behind the end": late(head(CUT) + WHOLE[:CUT], WHOLE[CUT:], seconds=0.1),
    "later, where it is to end": late(head(CUT, "1.1", "Connection: close") + WHOLE[:CUT], WHOLE[CUT:]),
    "one byte": raw(head(CUT) + WHOLE[: CUT + 1]),
}


@pytest.mark.parametrize("answer", LYING.values(), ids=LYING)
def test_a_server_that_sends_more_than_it_announced_is_told(answer: Answer, site: Web, project: Project) -> None:
    site.answers["/flow.yaml"] = answer
    assert finding(project, f"{site.url}/flow.yaml") == TOLD + HINT


def test_an_announced_nothing_is_a_length_too(site: Web, project: Project) -> None:
    site.answers["/flow.yaml"] = raw(head(0) + WHOLE)
    assert finding(project, f"{site.url}/flow.yaml").startswith(TOLD.replace(str(CUT), "0"))


def test_what_is_larger_than_a_reading_is_looked_at_to_its_end(site: Web, project: Project) -> None:
    long = WHOLE + b"#" * 300_000 + b"\n"
    site.answers["/true"], site.answers["/false"] = raw(head(len(long)) + long), raw(head(len(long) - 9) + long)
    assert findings(project, f"{site.url}/true") == []
    assert f"more than the {len(long) - 9:,} bytes" in finding(project, f"{site.url}/false")


@pytest.mark.parametrize("proxy", [None, "tunnel"])
def test_it_is_told_behind_tls_too(proxy: str | None, project: Project) -> None:
    authority = trustme.CA()
    known = project.root / "ca.pem"
    authority.cert_pem.write_to_path(str(known))
    proof = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(proof)
    with web(proof) as site, tunnels() as tunnel:
        env = {"SSL_CERT_FILE": str(known), **({"HTTPS_PROXY": tunnel, "NO_PROXY": ""} if proxy else {})}
        site.answers["/flow.yaml"] = raw(head(CUT) + WHOLE)
        assert finding(project, f"{site.url}/flow.yaml", **env) == TOLD + HINT
        assert findings(project, serve(site), **env) == []


def test_it_is_told_of_where_a_redirect_leads(site: Web, project: Project) -> None:
    site.answers["/flow.yaml"] = raw(head(CUT) + WHOLE)
    site.answers["/old"] = raw(b"HTTP/1.1 302 Found\r\nLocation: /flow.yaml\r\nContent-Length: 3\r\n\r\nsee there")
    assert finding(project, f"{site.url}/old") == TOLD + HINT
    serve(site)
    assert findings(project, f"{site.url}/old") == []


def test_it_is_told_through_a_proxy(site: Web, project: Project) -> None:
    site.answers["http://flows.invalid/flow.yaml"] = raw(head(CUT) + WHOLE)
    assert finding(project, "http://flows.invalid/flow.yaml", HTTP_PROXY=site.url, NO_PROXY="") == TOLD + HINT


HONEST = {
    "no length": raw(b"HTTP/1.1 200 OK\r\n\r\n" + WHOLE),
    "in chunks": raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(WHOLE), WHOLE)
    ),
    "byte by byte": raw(*(bytes([byte]) for byte in head(len(WHOLE)) + WHOLE)),
    "line ends of one sign": raw((head(len(WHOLE)).replace(b"\r", b"")) + WHOLE),
    "behind early hints": raw(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", head(len(WHOLE)) + WHOLE),
    "of HTTP 1.0": raw(head(len(WHOLE), "1.0") + WHOLE),
    "told twice": raw(head(len(WHOLE), "1.1", f"Content-Length: {len(WHOLE)}") + WHOLE),
}


@pytest.mark.parametrize("answer", HONEST.values(), ids=HONEST)
def test_a_server_that_sends_what_it_announced_is_not_suspected(answer: Answer, site: Web, project: Project) -> None:
    site.answers["/flow.yaml"] = answer
    assert findings(project, f"{site.url}/flow.yaml") == []


@pytest.mark.parametrize(("header", "seconds"), [("Connection: keep-alive", 2), ("Connection: close", 4)])
def test_a_connection_that_stays_open_costs_no_more_than_a_moment(
    header: str, seconds: float, site: Web, project: Project
) -> None:
    def staying(handler: BaseHTTPRequestHandler) -> None:
        assert handler.headers["Connection"] == "close"  # it was asked to end it
        raw(head(len(WHOLE), "1.1", header) + WHOLE)(handler)
        site.is_over.wait(20)

    site.answers["/flow.yaml"] = staying
    began = time.monotonic()
    assert findings(project, f"{site.url}/flow.yaml") == []
    assert time.monotonic() - began < seconds
