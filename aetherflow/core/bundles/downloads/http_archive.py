"""An archive on a web server: fetched, or asked whether it has changed."""

from collections.abc import Iterator, Mapping
from typing import BinaryIO

import httpx
from msgspec.structs import replace

from aetherflow.core.bundles.archives.member import PIECE_BYTES
from aetherflow.core.bundles.deadline import Deadline
from aetherflow.core.bundles.downloads.http_exchange import Patience, answer_of
from aetherflow.core.bundles.downloads.http_faults import interrupted, status_fault
from aetherflow.core.bundles.downloads.receiving import Received, check_size, receive
from aetherflow.core.bundles.downloads.sign_in import sign_in_of
from aetherflow.core.bundles.shown_location import secrets_in
from aetherflow.core.bundles.values import BundleSource, Limits
from aetherflow.core.environment.shortest_secret import SHORTEST_SECRET

#: By what a server tells whether something has changed: our name, its header, and the header to ask with.
_VALIDATORS = (
    ("etag", "ETag", b"If-None-Match"),
    ("last_modified", "Last-Modified", b"If-Modified-Since"),
)


class HttpArchive:
    """One archive. Whatever is wrong is a SourceFault, or TimeIsUp."""

    def __init__(self, source: BundleSource, deadline: Deadline, stall_seconds: float) -> None:
        self._url = source.location
        self._sign_in = sign_in_of(source.resource, source.folder)
        self._patience = Patience(deadline, stall_seconds)
        secrets = (*self._sign_in.secrets, *secrets_in(self._url))
        self._secrets = [secret for secret in secrets if len(secret) >= SHORTEST_SECRET]

    def receive(self, file: BinaryIO, limits: Limits) -> Received:
        """Write the archive into a file."""
        with answer_of(self._url, self._sign_in, (), self._patience) as response:
            if response.status_code != httpx.codes.OK:
                raise status_fault(response)
            length = response.headers.get("content-length", "")
            if length.isascii() and length.isdigit():
                check_size(int(length[:20]), limits)
            received = receive(self._pieces(response), limits, self._patience.deadline, file)
            return replace(received, validators=self._validators_of(response))

    def is_unchanged(self, validators: Mapping[str, str]) -> bool | None:
        """Ask whether the archive is what it was; None where the server told, or tells, nothing to know it by."""
        question = [(header, validators[name].encode()) for name, _, header in _VALIDATORS if name in validators]
        if not question:
            return None
        # The content is asked for, and never read: links that are signed for a GET hold for no HEAD.
        with answer_of(self._url, self._sign_in, question, self._patience) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED:
                return True
            if response.status_code != httpx.codes.OK:
                raise status_fault(response)
            return _is_same(validators, self._validators_of(response))

    def _pieces(self, response: httpx.Response) -> Iterator[bytes]:
        try:
            yield from response.iter_raw(PIECE_BYTES)
        except (httpx.ProtocolError, httpx.NetworkError) as error:
            self._patience.check()
            raise interrupted(response.num_bytes_downloaded, response) from error

    def _validators_of(self, response: httpx.Response) -> dict[str, str]:
        """Take what the server knows the archive by; it is written down, so nothing in which it plays back a secret."""
        found = {name: response.headers[header] for name, header, _ in _VALIDATORS if header in response.headers}
        return {name: told for name, told in found.items() if not any(secret in told for secret in self._secrets)}


def _is_same(before: Mapping[str, str], now: Mapping[str, str]) -> bool | None:
    """Compare the first thing that both have: servers that know no conditions send all of it, changed or not."""
    return next((before[name] == now[name] for name, _, _ in _VALIDATORS if name in before and name in now), None)
