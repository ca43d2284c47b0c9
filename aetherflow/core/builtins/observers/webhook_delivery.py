"""Posts messages, again where that may help, and counts those that it had to give up."""

import logging
import ssl
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from aetherflow.core.builtins.observers.configuration import WrongConfig
from aetherflow.core.builtins.observers.webhook_message import Message

if TYPE_CHECKING:
    import httpx

#: Answers after which the same message may be taken: the server is overloaded, or away for a while.
_WORTH_A_RETRY = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_WAIT_SECONDS = 30.0
_MOST_OF_AN_ANSWER = 64 * 1024


class Target(Struct, frozen=True, kw_only=True):
    """Where messages go, and how long that is tried. The URL and the headers may be secret; ``server`` is not."""

    url: str
    server: str
    headers: Mapping[str, str]
    ca_file: str | None
    timeout_seconds: float
    retries: int
    backoff_seconds: float


class Answer(Struct, frozen=True):
    """What came of one try: why it failed, unless it did not, and how long the server asks to wait."""

    failure: str | None = None
    may_pass: bool = False
    wait_seconds: float | None = None


class Delivery:
    """Delivers messages one after another; ``lost`` counts the events that did not arrive."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._name = target.server
        self._client: httpx.Client | None = None
        self._silence: _Silence | None = None
        self.lost = 0

    def open(self) -> None:
        """Make ready; raises WrongConfig where the file of authorities cannot be read."""
        import httpx  # deferred: an extra, and 60 ms

        try:
            verify = ssl.create_default_context(cafile=self._target.ca_file)
        except OSError as error:
            raise WrongConfig("ca_file", f"cannot be used: {error.strerror or error}") from None
        self._silence = _Silence(threading.get_ident())
        # Each moment of an exchange has the time of all of it, and `_posted` looks at the clock in between.
        self._client = httpx.Client(verify=verify, timeout=self._target.timeout_seconds, follow_redirects=False)

    def deliver(self, message: Message) -> None:
        """Post a message until it has arrived; raises ConnectionError where it is given up."""
        wait_seconds = self._target.backoff_seconds
        for tries_left in range(self._target.retries, -1, -1):
            answer = self._posted(message)
            if answer.failure is None:
                return
            if not answer.may_pass or not tries_left:
                break
            time.sleep(min(answer.wait_seconds or wait_seconds, _LONGEST_WAIT_SECONDS))
            wait_seconds *= 2
        self.lost += message.events
        tries = self._target.retries - tries_left + 1
        raise ConnectionError(
            f"{self._name} did not take {_counted(message.events, 'event')} in {_counted(tries, 'try', 'tries')}"
            f" ({self.lost:,} so far are lost): {answer.failure}"
        )

    def close(self) -> None:
        """Let go of the connection."""
        if self._client:
            self._client.close()
        if self._silence:
            self._silence.end()

    def _posted(self, message: Message) -> Answer:
        import httpx  # deferred: an extra

        if self._client is None:
            return Answer("it was not opened")
        headers = {**self._target.headers, **message.headers(time.time())}
        until = time.monotonic() + self._target.timeout_seconds
        try:
            with self._client.stream("POST", self._target.url, content=message.body, headers=headers) as response:
                _pass_over(response, until)
                return _judged(response.status_code, response.headers.get("Retry-After"))
        except httpx.TimeoutException:
            return Answer(f"no answer within {self._target.timeout_seconds:g} s", may_pass=True)
        except httpx.TransportError as error:
            is_untrusted = "CERTIFICATE_VERIFY_FAILED" in str(error)
            words = "its certificate was not made by an authority that is trusted" if is_untrusted else None
            return Answer(words or f"{type(error).__name__}: {error}", may_pass=not is_untrusted)
        except (httpx.InvalidURL, ValueError) as error:  # of headers: their values are not told
            return Answer(f"the URL or a header cannot be sent ({type(error).__name__})")


class _Silence(logging.Filter):
    """Keeps httpx from logging, with its whole URL, what one thread requests."""

    def __init__(self, thread: int) -> None:
        super().__init__()
        self._thread = thread
        self._logger = logging.getLogger("httpx")
        self._logger.addFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        """Let pass what other threads say."""
        return record.thread != self._thread

    def end(self) -> None:
        """Let everything pass again."""
        self._logger.removeFilter(self)


def _pass_over(response: "httpx.Response", until: float) -> None:
    """Read an answer to its end, so that the connection serves again, unless it is long or slow."""
    size = 0
    for piece in response.iter_raw():
        size += len(piece)
        if size > _MOST_OF_AN_ANSWER or time.monotonic() > until:
            return


def _judged(status: int, retry_after: str | None) -> Answer:
    if 200 <= status < 300:
        return Answer()
    if 300 <= status < 400:
        return Answer(f"it answered {status}, and redirects are not followed")
    wait_seconds = float(retry_after) if retry_after and retry_after.isdecimal() else None
    return Answer(f"it answered {status}", may_pass=status in _WORTH_A_RETRY, wait_seconds=wait_seconds)


def _counted(count: int, noun: str, plural: str = "") -> str:
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
