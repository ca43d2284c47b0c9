"""A folder of a web server that lists its folders as pages, as nginx, Apache and others can.

By the session of fsspec's HTTP. Its listing is not used: it takes whatever looks like a link for a file, and a page
of any size.
"""

import asyncio
import codecs
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Generator, Iterator
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.request import getproxies, proxy_bypass

import aiohttp
from fsspec.asyn import sync
from fsspec.implementations.http import HTTPFileSystem
from yarl import URL

from aetherflow.core.bundles.remote_folders.entries import (
    CHUNK_BYTES,
    CONNECT_SECONDS,
    Entry,
    entry_path,
    is_left_out,
    refused,
)
from aetherflow.core.bundles.remote_folders.http_links import Link, LinkReader, links_into
from aetherflow.core.bundles.remote_folders.messages import FailureKind, HttpOptions
from aetherflow.core.bundles.remote_folders.watch import Watch
from aetherflow.core.contracts.errors import system_reason

_T = TypeVar("_T")
#: More than 50,000 entries need on any server's pages.
_LONGEST_PAGE_BYTES = 12 * 1024 * 1024
_PAGES = ("text/html", "application/xhtml+xml")
_KINDS: dict[int, FailureKind] = {401: "sign_in", 407: "sign_in", 403: "denied", 404: "missing", 410: "missing"}
_TOO_OFTEN = 429
_MOST_REDIRECTS = 5
_AT_ONCE = 8
_REDIRECTS = (301, 302, 303, 307, 308)
#: A server that does not say by HEAD what a file is may still send it.
_NO_HEAD = (405, 501)


class HttpFolder:
    """A folder by its URL; each file is asked for its size and its ETag when the folder is listed."""

    def __init__(self, url: str, options: HttpOptions, watch: Watch) -> None:
        self._url = URL(url.rstrip("/") + "/", encoded=True)
        self._watch = watch
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)
        self._files = HTTPFileSystem(
            client_kwargs={"timeout": timeout, "auto_decompress": False}, skip_instance_cache=True
        )
        self._request = _request_options(options) | {"proxy": options.proxy or _proxy_of_environment(self._url)}
        self._session: aiohttp.ClientSession = self._wait(self._files.set_session)

    def readers(self) -> int:
        """Read some files at once: a connection each."""
        return _AT_ONCE

    def close(self) -> None:
        """End the session."""
        self._wait(self._session.close)

    def entries(self) -> Iterator[Entry]:
        """Give everything below the folder, a folder's own entries after it."""
        folders = [("", self._url)]
        while folders:
            inner, url = folders.pop()
            links = [(entry_path(inner, link.name), link) for link in self._wait(self._links, inner, url)]
            for path, link in links:
                if link.is_folder and not is_left_out(path):
                    yield Entry(path=path, kind="folder", address=link.url)
                    folders.append((path, URL(link.url, encoded=True)))
            files = [(path, link.url) for path, link in links if not (link.is_folder or is_left_out(path))]
            for start in range(0, len(files), _AT_ONCE):
                yield from self._wait(self._described, files[start : start + _AT_ONCE])

    def chunks(self, entry: Entry) -> Generator[bytes, None, None]:
        """Read a file as it is sent."""
        response = self._wait(self._opened, "GET", URL(entry.address, encoded=True), entry.path)
        try:
            if entry.stamp and _stamp(response)[0] != entry.stamp:
                raise refused("changed", entry.path)
            while chunk := self._wait(response.content.read, CHUNK_BYTES):
                yield chunk
        finally:
            response.close()

    def _wait(self, function: Callable[..., Awaitable[_T]], *arguments: Any) -> _T:
        result: _T = sync(self._files.loop, function, *arguments)
        return result

    async def _links(self, inner: str, url: URL) -> list[Link]:
        """Read the page of a folder."""
        async with self._answered("GET", url, inner) as response:
            if response.content_type not in _PAGES:
                raise refused("not_a_folder", inner, f"it is {response.content_type}, not a page that lists a folder")
            reader = LinkReader()
            decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
            size = 0
            async for chunk in response.content.iter_chunked(CHUNK_BYTES):
                self._watch.progress()
                size += len(chunk)
                if size > _LONGEST_PAGE_BYTES:
                    raise refused("many_entries", inner)
                reader.feed(decoder.decode(chunk))
            return list(links_into(str(response.url), reader.targets))

    async def _described(self, files: list[tuple[str, str]]) -> list[Entry]:
        """Ask for size and stamp of some files at once."""
        return await asyncio.gather(*(self._entry(path, url) for path, url in files))

    async def _entry(self, path: str, url: str) -> Entry:
        async with self._answered("HEAD", URL(url, encoded=True), path, bearable=_NO_HEAD) as response:
            if response.status in _NO_HEAD:
                return Entry(path=path, kind="file", address=url)
            stamp, modified = _stamp(response)
            length = response.headers.get("Content-Length", "")
            size = int(length) if length.isdecimal() else None
            return Entry(path=path, kind="file", address=url, size=size, stamp=stamp, modified=modified)

    @asynccontextmanager
    async def _answered(
        self, method: str, url: URL, path: str, bearable: Container[int] = ()
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        response = await self._opened(method, url, path, bearable)
        try:
            yield response
        finally:
            response.close()

    async def _opened(self, method: str, url: URL, path: str, bearable: Container[int] = ()) -> aiohttp.ClientResponse:
        """Ask, and follow the server to another path of its own; credentials go nowhere else."""
        for _ in range(_MOST_REDIRECTS):
            response = await self._session.request(method, url, allow_redirects=False, **self._request)
            self._watch.connected()
            if response.status not in _REDIRECTS:
                break
            response.close()
            url = _next_url(response, url, path)
        try:
            _refuse_bad_answer(response, path, bearable)
        except BaseException:  # a refusal, or a deadline that cancels: the connection goes back either way
            response.close()
            raise
        return response


def _request_options(options: HttpOptions) -> dict[str, Any]:
    headers = {**options.headers, "Accept-Encoding": "identity"}  # what is hashed is what the file holds
    if options.token:
        headers["Authorization"] = f"Bearer {options.token}"
    elif options.username:
        pair = f"{options.username}:{options.password or ''}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    given: dict[str, Any] = {"headers": headers}
    if options.ca_file:
        given["ssl"] = _trust(options.ca_file)
    return given


def _proxy_of_environment(url: URL) -> str | None:
    """Give the proxy of HTTPS_PROXY and the like; aiohttp itself would take credentials from ~/.netrc with it."""
    return None if proxy_bypass(url.host or "") else getproxies().get(url.scheme)


def _trust(ca_file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # ssl's own errors are some of them
        reason = system_reason(error)
        raise refused("options", reason=f'the ca_file "{ca_file}" cannot be read: {reason}') from None


def _next_url(response: aiohttp.ClientResponse, url: URL, path: str) -> URL:
    target = url.join(URL(response.headers.get("Location", ""), encoded=True))
    if not target.is_absolute() or target.origin() != url.origin():
        raise refused("other", path, f"the server sends on to another one, {target.host}", "name that one")
    return target


def _refuse_bad_answer(response: aiohttp.ClientResponse, path: str, bearable: Container[int]) -> None:
    status = response.status
    if status in bearable:
        return
    if status in _KINDS or status >= 300:
        said = f"the server answers {status} {response.reason or ''}".strip()
        raise refused(_KINDS.get(status, "other"), path, said, _advice(status))
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise refused("other", path, "the server sends it compressed, though it was asked not to")


def _advice(status: int) -> str:
    """Say what to do about an answer; sign-in and what is missing have words of their own."""
    if status in _KINDS:
        return ""
    if status >= 500 or status == _TOO_OFTEN:
        return "look at the server; the same command tries again"
    return "look at the location: it must lead to the folder itself"


def _stamp(response: aiohttp.ClientResponse) -> tuple[str, float | None]:
    """Give what changes with a file's content, and its time where it is nothing better."""
    if etag := response.headers.get("ETag"):
        return f"etag:{etag}", None
    written = response.headers.get("Last-Modified", "")
    try:
        return f"time:{written}", parsedate_to_datetime(written).timestamp()
    except ValueError:
        return "", None
