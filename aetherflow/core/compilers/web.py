"""The text that a web server has under a URL: fetched, or known to be what it was."""

import re
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import unquote

import httpx

from aetherflow.core.bundles.deadline import Deadline, TimeIsUp
from aetherflow.core.bundles.downloads.http_exchange import Patience, answer_of, pieces_of
from aetherflow.core.bundles.downloads.http_faults import status_fault
from aetherflow.core.bundles.downloads.sign_in import SignIn
from aetherflow.core.bundles.downloads.validators import questions, validators_of
from aetherflow.core.bundles.file_tree.faults import SourceFault
from aetherflow.core.bundles.shown_location import secrets_in
from aetherflow.core.compilers.fetch_order import Fetch
from aetherflow.core.compilers.fetch_trouble import no_flow, not_in_time, too_large, unusable_header
from aetherflow.core.compilers.web_trouble import trouble_on_web
from aetherflow.core.contracts.remote_text import RemoteText
from aetherflow.core.documents.source_patterns import credentials_in
from aetherflow.core.environment.shortest_secret import SHORTEST_SECRET

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
#: No flow begins so. What is HTML of it says so soon.
_TAGS = re.compile(rb"\s*<(?:[a-z]|!--|!doctype|\?xml)", re.IGNORECASE)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title)\b", re.IGNORECASE)
_SOON_BYTES = 4096
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def text_on_web(fetch: Fetch) -> RemoteText:
    """Fetch a text; raises FlowNotFound, SourceUnavailable or InputError with a finding."""
    deadline = Deadline(fetch.timeout_seconds)
    try:
        return _Web(fetch, Patience(deadline, fetch.timeout_seconds)).text()
    except SourceFault as fault:
        raise trouble_on_web(fetch.name, fault) from None
    except TimeIsUp:
        raise not_in_time(fetch.name, fetch.timeout_seconds) from None


class _Web:
    """One question to a server."""

    def __init__(self, fetch: Fetch, patience: Patience) -> None:
        self._fetch = fetch
        self._patience = patience
        self._credentials = credentials_in(fetch.uri)

    def text(self) -> RemoteText:
        known = self._fetch.known
        asked = questions(known.validators) if known else []
        with answer_of(self._location(), SignIn(tuple(self._headers())), asked, self._patience) as response:
            if known and asked and response.status_code == httpx.codes.NOT_MODIFIED:
                return known
            if response.status_code != httpx.codes.OK:
                raise trouble_on_web(self._fetch.name, status_fault(response), status=response.status_code)
            self._check_kind(response)
            content = self._content(response)
            _check_content(self._fetch.name, content)
            validators = validators_of(response, self._secrets())
            return RemoteText(content=content, name=self._fetch.name, validators=validators)

    def _location(self) -> str:
        return self._fetch.uri.replace(f"{self._credentials}@", "", 1) if self._credentials else self._fetch.uri

    def _headers(self) -> Iterator[tuple[bytes, bytes]]:
        headers = dict(self._fetch.headers)
        if self._credentials and not any(name.lower() == "authorization" for name in headers):
            user, _, password = self._credentials.partition(":")
            pair = f"{unquote(user)}:{unquote(password)}".encode()
            headers["Authorization"] = f"Basic {b64encode(pair).decode()}"
        for name, value in headers.items():
            if not _HEADER_NAME.fullmatch(name) or not isinstance(value, str) or _CONTROL.search(value):
                raise unusable_header(self._fetch.name, name)
            yield name.encode(), value.encode()

    def _secrets(self) -> list[str]:
        values = [*secrets_in(self._fetch.uri), *(value.split()[-1] for value in self._fetch.headers.values() if value)]
        values += [unquote(part) for part in (self._credentials or "").split(":")]
        return [value for value in values if len(value) >= SHORTEST_SECRET]

    def _check_kind(self, response: httpx.Response) -> None:
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("", "identity"):
            raise no_flow(self._fetch.name, f"the server sends it compressed ({encoding}), which was not asked for")
        length = response.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:20]) > self._fetch.most_bytes:
            raise too_large(self._fetch.name, self._fetch.most_bytes)

    def _content(self, response: httpx.Response) -> bytes:
        content = bytearray()
        for piece in pieces_of(response, self._patience):
            content += piece
            if len(content) > self._fetch.most_bytes:
                raise too_large(self._fetch.name, self._fetch.most_bytes)
            self._patience.deadline.check()
        return bytes(content)


def _check_content(name: str, content: bytes) -> None:
    content = content.removeprefix(_BYTE_ORDER_MARK)
    if _TAGS.match(content):
        is_page = _HTML.search(content, 0, _SOON_BYTES)
        what = "an HTML page" if is_page else "tags (HTML or XML) in place of YAML or JSON"
        raise no_flow(name, f"the server sends {what}")
