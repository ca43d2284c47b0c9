"""One request to a web service, redirects followed, with the answer's content still to come."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct

from aetherflow.core.api import StepContext, StepFailed
from aetherflow.core.builtins.cancellation import CancelWatch, ended_when_cancelled, out_of_time
from aetherflow.core.builtins.web.addresses import REDIRECTS, Hop, next_hop, no_web_server
from aetherflow.core.builtins.web.settings import WebSettings
from aetherflow.core.builtins.web.unpacking import unpacked
from aetherflow.core.builtins.web.wire import Wire

if TYPE_CHECKING:
    import httpx

_PIECE_BYTES = 64 * 1024
#: Compression on the way would hide how much comes. A connection that ends shows what came behind the answer.
_ALWAYS = {"User-Agent": "aetherflow", "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}


class Ask(Struct, frozen=True, kw_only=True):
    """What is asked, the same each time; where there is a ``file``, it is sent."""

    method: str
    url: str
    headers: dict[str, str]
    content: bytes | None = None
    file: Path | None = None
    expected: frozenset[int] = frozenset()  # answers that are an end, though they be redirects


class Service(Struct, frozen=True):
    """A service, and the step that asks it."""

    client: "httpx.Client"
    settings: WebSettings
    ctx: StepContext


class Answer(Struct, frozen=True):
    """An answer: its content is read once, by ``pieces``."""

    response: "httpx.Response"
    wire: Wire

    @property
    def status(self) -> int:
        """The status."""
        return self.response.status_code

    @property
    def url(self) -> str:
        """Where the answer comes from, without credentials."""
        return str(self.response.request.url)

    def header(self, name: str) -> str | None:
        """Give a header; None where there is none."""
        value: str | None = self.response.headers.get(name)
        return value

    @property
    def length(self) -> int | None:
        """The length that the server announces; None where the end is told in another way."""
        text = self.header("content-length") or ""
        if "transfer-encoding" in self.response.headers or not (text.isascii() and text.isdigit()):
            return None
        return int(text[:18])

    def pieces(self) -> Iterator[bytes]:
        """Give the content as it comes; StepFailed where more came than the server had announced."""
        yield from unpacked(self.response.iter_raw(_PIECE_BYTES), self.header("content-encoding"))
        if self.length is not None and self.wire.has_surplus(self.length):
            raise StepFailed(
                f"the server sends more than the {self.length:,} bytes that it announced",
                hint="its `Content-Length` is wrong: whoever runs it has to correct that",
            )


@contextmanager
def answer_to(service: Service, ask: Ask) -> Iterator[Answer]:
    """Send a request, and give the answer for a block; raises what httpx raises, or StepFailed.

    Whatever the block waits for ends when the step is cancelled, or when the server is too slow.
    """
    wire = Wire(service.settings.timeout_seconds)
    with ended_when_cancelled(service.ctx, wire.cut, wire.is_late) as watch:
        try:
            with _final_answer(service, ask, wire) as response:
                yield Answer(response, wire)
        except Exception as error:  # noqa: BLE001  # foreign code: a connection that was cut fails in many ways
            raise _why_ended(watch, error) from None
        finally:
            wire.close()


def _why_ended(watch: CancelWatch, error: Exception) -> Exception:
    import httpx  # deferred: an extra, which is there by now

    if watch.has_fired:
        return out_of_time("the request")
    if watch.was_late:
        return httpx.ReadTimeout("hardly anything came")
    return error


@contextmanager
def _final_answer(service: Service, ask: Ask, wire: Wire) -> Iterator["httpx.Response"]:
    hop = Hop(ask.method, ask.url, True, True)
    for _ in range(service.settings.max_redirects + 1):
        with _sent(service, ask, hop, wire) as response:
            status, target = response.status_code, response.headers.get("location")
            if status not in REDIRECTS or status in ask.expected or target is None:
                yield response
                return
            hop = next_hop(hop.method, hop.url, status, target, service.settings.base_url)
    raise StepFailed(
        f"it is redirected more than {service.settings.max_redirects} times", hint="write where it leads in the end"
    )


@contextmanager
def _sent(service: Service, ask: Ask, hop: Hop, wire: Wire) -> Iterator["httpx.Response"]:
    import httpx  # deferred: as above

    with _content(ask, hop) as content:
        request = httpx.Request(
            hop.method,
            hop.url,
            headers=_headers(service.settings, ask, hop),
            content=content,
            extensions={"trace": wire.watch, "timeout": service.client.timeout.as_dict()},
        )
        wire.begin()
        try:
            response = service.client.send(request, stream=True, auth=None, follow_redirects=False)
        except httpx.InvalidURL:  # of a redirect, which the library looks at though it does not follow it
            raise no_web_server() from None
        try:
            yield response
        finally:
            response.close()


@contextmanager
def _content(ask: Ask, hop: Hop) -> Iterator[bytes | BinaryIO | None]:
    if not hop.has_body or ask.file is None:
        yield ask.content if hop.has_body else None
        return
    with ask.file.open("rb") as file:
        yield file


def _headers(settings: WebSettings, ask: Ask, hop: Hop) -> list[tuple[bytes, bytes]]:
    own = {**settings.credentials, **ask.headers} if hop.has_credentials else {}
    merged = {name.lower(): (name, value) for name, value in {**_ALWAYS, **own}.items()}
    if not hop.has_body:
        merged.pop("content-type", None)
    return [(name.encode(), value.encode()) for name, value in merged.values()]
