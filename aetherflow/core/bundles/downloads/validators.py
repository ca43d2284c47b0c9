"""By what a web server tells whether something has changed: its ETag, or when it was last modified."""

from collections.abc import Iterable, Mapping

import httpx

#: Our name, the server's header, and the header to ask with.
_VALIDATORS = (
    ("etag", "ETag", b"If-None-Match"),
    ("last_modified", "Last-Modified", b"If-Modified-Since"),
)


def questions(validators: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Give the headers that ask whether it is still what these are of; none where nothing is known of it."""
    return [(header, validators[name].encode()) for name, _, header in _VALIDATORS if name in validators]


def validators_of(response: httpx.Response, secrets: Iterable[str]) -> dict[str, str]:
    """Take what the server knows it by; it is written down, so nothing in which it plays back a secret."""
    found = {name: response.headers[header] for name, header, _ in _VALIDATORS if header in response.headers}
    return {name: told for name, told in found.items() if not any(secret in told for secret in secrets)}


def is_same(before: Mapping[str, str], now: Mapping[str, str]) -> bool | None:
    """Compare the first thing that both have: servers that know no conditions send all of it, changed or not."""
    return next((before[name] == now[name] for name, _, _ in _VALIDATORS if name in before and name in now), None)
