"""Web servers under any name: a proxy leads every https URL to one server here, whose certificate is trusted."""

import itertools
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from tempfile import TemporaryDirectory

import trustme

from tests.bundles_archives.archives import zip_of
from tests.bundles_archives.web import Answer, content, raw, send, status, web
from tests.docs_blocks.around import Replaced
from tests.docs_blocks.frames import SMALL_FLOW
from tests.docs_blocks.served import Folder
from tests.support.tunnels import tunnels

NAMES = (
    *("flows.example.com", "files.example.com", "git.example.com", "a.example", "github.com"),
    "example-bundles.s3.amazonaws.com",
)


@contextmanager
def answering(folder: Folder, answers: dict[str, Answer], proof: ssl.SSLContext | None = None) -> Iterator[Replaced]:
    """Answer as told at each path, whatever the name of the server."""
    known = folder.above / "authority.pem"
    known.write_bytes(_authority().cert_pem.bytes())
    with web(proof or _proof()) as site, tunnels(int(site.url.rpartition(":")[2])) as proxy:
        site.answers.update(answers)
        folder.env |= {"HTTPS_PROXY": proxy, "SSL_CERT_FILE": str(known), "GIT_SSL_CAINFO": str(known)}
        yield {}


def refusing(folder: Folder, path: str) -> AbstractContextManager[Replaced]:
    """Have nothing at that path, nor anywhere else."""
    return answering(folder, {path: status(404)})


def asking_for_a_password(folder: Folder, path: str) -> AbstractContextManager[Replaced]:
    """Let in who has a password."""
    return answering(folder, {path: status(401, WWW_Authenticate='Basic realm="private"')})


def leading_to(folder: Folder, path: str, *locations: str) -> AbstractContextManager[Replaced]:
    """Redirect to a place, and from there to the next."""
    steps = itertools.pairwise((path, *locations))
    return answering(folder, {here: status(302, Location=there) for here, there in steps})


def silent(folder: Folder, path: str) -> AbstractContextManager[Replaced]:
    """Take the question and say nothing."""
    return answering(folder, {path: _say_nothing})


def ending_early(folder: Folder, path: str, sent: str, announced: str) -> AbstractContextManager[Replaced]:
    """Announce so many bytes, and hang up after so many."""
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {announced}\r\n\r\n"
    return answering(folder, {path: raw(head.encode(), b"#" * int(sent))})


def having_too_much(folder: Folder, path: str) -> AbstractContextManager[Replaced]:
    """Announce four gigabytes."""
    return answering(folder, {path: lambda handler: send(handler, 200, {"Content-Length": str(4 * 1024**3)})})


def with_a_page(folder: Folder, path: str) -> AbstractContextManager[Replaced]:
    """Have a page to sign in at."""
    return answering(folder, {path: content(b"<!doctype html><title>Sign in</title>", Content_Type="text/html")})


def there_once(folder: Folder, path: str) -> AbstractContextManager[Replaced]:
    """Give a flow to whoever asks first, and nothing to those who come later."""
    answers = iter([content(SMALL_FLOW.encode())])
    return answering(folder, {path: lambda handler: next(answers, status(503))(handler)})


def with_its_own_certificate(folder: Folder, path: str) -> AbstractContextManager[Replaced]:
    """Have something, and a certificate that nobody but the server itself has signed."""
    return answering(folder, {path: content(zip_of())}, _proof_of_itself())


def _say_nothing(handler: BaseHTTPRequestHandler) -> None:
    handler.rfile.read()  # until the other end has gone


@cache
def _authority() -> trustme.CA:
    return trustme.CA()


@cache
def _proof() -> ssl.SSLContext:
    proof = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    _authority().issue_cert(*NAMES).configure_cert(proof)
    return proof


def _proof_of_itself() -> ssl.SSLContext:
    proof = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    nobodys = trustme.CA()
    with TemporaryDirectory() as folder:
        both = Path(folder) / "self-signed.pem"
        both.write_bytes(nobodys.private_key_pem.bytes() + nobodys.cert_pem.bytes())
        proof.load_cert_chain(both)
    return proof
