"""Makes a request again where that may help and does no harm; never more often than the resource allows."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from msgspec import Struct

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.cancellation import LOOK_SECONDS, refuse_cancelled
from aetherflow.core.builtins.web.exchange import Answer, Ask, Service, answer_to
from aetherflow.core.builtins.web.faults import counted, may_have_arrived, may_pass, status_words, trouble_with
from aetherflow.core.builtins.web.retry_after import wait_seconds

_TOO_OFTEN = 429

T = TypeVar("T")


class _Again(Struct, frozen=True):
    """Why a request is made again, and what the server says of when."""

    reason: str
    retry_after: str | None = None


class Attempts:
    """The requests of one step; ``sent`` counts them over all pages, ``of_this`` those of the last page."""

    def __init__(self, service: Service, *, may_repeat: bool) -> None:
        self._service = service
        self._may_repeat = may_repeat
        self._most = service.settings.max_attempts if may_repeat else 1
        self.sent = 0
        self.of_this = 0

    def ask(self, ask: Ask, take: Callable[[Answer], T]) -> T:
        """Send a request until there is an answer to take; raises StepFailed, and whatever ``take`` raises."""
        self.of_this = 0
        while True:
            refuse_cancelled(self._service.ctx, "the request")
            self.sent += 1
            self.of_this += 1
            outcome = self._once(ask, take)
            if not isinstance(outcome, _Again):
                return outcome
            self._wait(outcome)

    def _once(self, ask: Ask, take: Callable[[Answer], T]) -> T | _Again:
        import httpx  # deferred: an extra, which is there by now

        is_last = self.of_this >= self._most
        try:
            with answer_to(self._service, ask) as answer:
                if is_last or answer.status in ask.expected or not _is_passing(answer.status):
                    return take(answer)
                return _Again(f"the server answers {status_words(answer.status)}", answer.header("retry-after"))
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, UnicodeError, OverflowError) as error:
            trouble = trouble_with(error, self._service.settings)
            if is_last or not may_pass(error):
                doubt = "; what was sent may have arrived" if not self._may_repeat and may_have_arrived(error) else ""
                raise StepFailed(trouble.message + counted(self.of_this) + doubt, hint=trouble.hint) from None
            return _Again(trouble.message)

    def _wait(self, again: _Again) -> None:
        ctx = self._service.ctx
        seconds = wait_seconds(self._service.settings, self.of_this, again.retry_after, datetime.now(UTC))
        number = f"request {self.of_this + 1} of at most {self._most}"
        ctx.log.warning(ctx.mask(f"{again.reason}: {number} follows in {seconds:g} s"))
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            refuse_cancelled(ctx, "the request")
            time.sleep(min(left, LOOK_SECONDS))


def _is_passing(status: int) -> bool:
    return status == _TOO_OFTEN or status >= 500
