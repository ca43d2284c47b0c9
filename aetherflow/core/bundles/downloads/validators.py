"""By what a web server tells whether something has changed: its ETag, or when it was last modified."""

import time
from collections.abc import Iterable, Mapping
from email.utils import mktime_tz, parsedate_tz

import httpx

_SETTLED_SECONDS = 3
#: Our name, the server's header, and the header to ask with.
_VALIDATORS = (
    ("etag", "ETag", b"If-None-Match"),
    ("last_modified", "Last-Modified", b"If-Modified-Since"),
)


def questions(validators: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Give the headers that ask whether it is still what these are of; none where nothing is known of it."""
    return [(header, validators[name].encode()) for name, _, header in _VALIDATORS if name in validators]


def validators_of(response: httpx.Response, secrets: Iterable[str]) -> dict[str, str]:
    """Take what the server knows it by; it is written down, so nothing in which it plays back a secret.

    A time is in whole seconds: what was changed just now may change again without the time telling.
    """
    found = {name: response.headers[header] for name, header, _ in _VALIDATORS if header in response.headers}
    if not _is_settled(found.get("last_modified", ""), response.headers.get("date", "")):
        del found["last_modified"]
    return {name: told for name, told in found.items() if not any(secret in told for secret in secrets)}


def _is_settled(changed: str, answered: str) -> bool:
    """Compare two times of the server's own clock; what is no time is a sign as good as any other."""
    changed_at, answered_at = _seconds(changed), _seconds(answered)
    return changed_at is None or changed_at < (answered_at or time.time()) - _SETTLED_SECONDS


def _seconds(written: str) -> float | None:
    try:
        parts = parsedate_tz(written)
        return mktime_tz(parts) if parts else None
    except (ValueError, OverflowError):  # of a year that no calendar has
        return None


def is_same(before: Mapping[str, str], now: Mapping[str, str]) -> bool | None:
    """Compare the first thing that both have: servers that know no conditions send all of it, changed or not."""
    return next((before[name] == now[name] for name, _, _ in _VALIDATORS if name in before and name in now), None)
