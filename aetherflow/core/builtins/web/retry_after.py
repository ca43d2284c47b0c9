"""How long to wait before a request is made again."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from aetherflow.core.builtins.web.settings import WebSettings


def wait_seconds(settings: WebSettings, attempt: int, retry_after: str | None, now: datetime) -> float:
    """Give the seconds after the attempt of this number, from 1; what the server asks for counts up to the bound."""
    asked = asked_seconds(retry_after, now)
    own = settings.backoff_seconds * 2.0 ** min(attempt - 1, 60)
    return min(own if asked is None else asked, settings.max_backoff_seconds)


def asked_seconds(retry_after: str | None, now: datetime) -> float | None:
    """Read `Retry-After`: seconds, or a date of HTTP; None where there is none that can be read."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())
