"""A request is made again where that may help and does no harm: exactly as often as the resource allows."""

import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from aetherflow.core.builtins.web.retry_after import asked_seconds, wait_seconds
from aetherflow.core.builtins.web.settings import WebSettings
from tests.data_steps.rest.conftest import Rest
from tests.data_steps.rest.web_service import WebService, answered, as_json, raw

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize("max_attempts", [1, 2, 4])
@pytest.mark.parametrize("status", [429, 500, 503])
def test_exactly_max_attempts_requests_are_made(
    rest: Rest, service: WebService, status: int, max_attempts: int
) -> None:
    rest.options["max_attempts"] = max_attempts
    service.at("/a", answered(status))
    said = rest.said(path="a")
    assert len(service.asked) == max_attempts
    assert said.endswith(f" ({max_attempts} requests)") is (max_attempts > 1)


def test_an_answer_in_between_is_taken(rest: Rest, service: WebService) -> None:
    service.at("/a", answered(503), answered(429), as_json({"ok": True}))
    outputs = rest.outputs(path="a")
    assert (outputs["json"], outputs["requests"]) == ({"ok": True}, 3)
    assert [message for level, message in rest.ctx.logged if level == "warning"] == [
        "the server answers 503 Service Unavailable: request 2 of at most 3 follows in 0.01 s",
        "the server answers 429 Too Many Requests: request 3 of at most 3 follows in 0.02 s",
    ]


@pytest.mark.parametrize("status", [400, 401, 404, 409])
def test_what_will_not_change_is_asked_once(rest: Rest, service: WebService, status: int) -> None:
    service.at("/a", answered(status))
    rest.failure(path="a")
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("inputs", "requests"),
    [
        ({"method": "POST"}, 1),
        ({"method": "PATCH"}, 1),
        ({"method": "POST", "repeat": True}, 3),
        ({"method": "POST", "idempotency_key": True}, 3),
        ({"method": "PATCH", "idempotency_key": "order-7"}, 3),
        ({"method": "PUT"}, 3),
        ({"method": "DELETE"}, 3),
        ({"method": "HEAD"}, 3),
        ({"method": "OPTIONS"}, 3),
    ],
)
@pytest.mark.parametrize("is_dropped", [False, True])
def test_what_may_not_arrive_twice_is_sent_once(
    rest: Rest, service: WebService, inputs: dict[str, Any], requests: int, is_dropped: bool
) -> None:
    service.at("/a", raw(service) if is_dropped else answered(503))
    rest.failure(path="a", **inputs)
    assert len(service.asked) == requests
    assert len({asked.headers.get("idempotency-key") for asked in service.asked}) == 1


def test_a_key_is_the_same_in_every_attempt_of_a_step_and_another_in_any_other_run(
    rest: Rest, service: WebService
) -> None:
    service.at("/a", answered(201))
    for run_id, attempt in [("run-1", 1), ("run-1", 2), ("run-2", 1)]:
        rest.ctx.run_id, rest.ctx.attempt = run_id, attempt
        rest.outputs(method="POST", path="a", idempotency_key=True)
    first, again, other = (asked.headers["idempotency-key"] for asked in service.asked)
    assert first == again != other


def test_an_expected_status_is_an_answer(rest: Rest, service: WebService) -> None:
    service.at("/a", answered(503))
    assert rest.outputs(path="a", expect_status=503)["requests"] == 1


def test_nobody_there_is_asked_max_attempts_times(rest: Rest, service: WebService) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        rest.config["base_url"] = f"http://127.0.0.1:{closed.getsockname()[1]}"
        assert rest.said(path="a") == "the connection was refused (3 requests)"


def test_a_download_that_breaks_off_begins_anew(rest: Rest, service: WebService) -> None:
    begun = raw(service, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc")
    service.at("/a", begun, answered(200, b"abcde"))
    outputs = rest.outputs(path="a", save_to="a")
    assert (rest.ctx.artifacts_dir / "a").read_bytes() == b"abcde"
    assert (outputs["bytes"], outputs["requests"]) == (5, 2)


@pytest.mark.parametrize("is_date", [False, True])
def test_the_server_says_when_to_ask_again(rest: Rest, service: WebService, is_date: bool) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    service.at("/a", answered(429, Retry_After=at if is_date else "1"), answered(200))
    begun = time.monotonic()
    rest.outputs(path="a")
    assert 0.9 <= time.monotonic() - begun < 5


def test_a_server_that_asks_for_an_hour_does_not_get_it(rest: Rest, service: WebService) -> None:
    rest.options["max_backoff_seconds"] = 0.05
    service.at("/a", answered(429, Retry_After="3600"), answered(200))
    begun = time.monotonic()
    rest.outputs(path="a")
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        (" 0 ", 0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0),
        ("9" * 400, 999999999),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("Fri, 99 Jan 99999 99:99:99 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str | None, seconds: float | None) -> None:
    assert asked_seconds(text, NOW) == seconds


def test_waits_double_up_to_their_bound() -> None:
    settings = WebSettings(base_url="http://a", backoff_seconds=1, max_backoff_seconds=5)
    assert [wait_seconds(settings, attempt, None, NOW) for attempt in (1, 2, 3, 4, 5000)] == [1, 2, 4, 5, 5]


def test_a_cancelled_step_does_not_wait(rest: Rest, service: WebService) -> None:
    rest.options |= {"backoff_seconds": 30, "max_backoff_seconds": 30}

    def cancel(handler: Any) -> None:
        rest.ctx.is_cancelled = True
        handler.send_response(503)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    service.at("/a", cancel)
    begun = time.monotonic()
    failure = rest.failure(path="a")
    assert failure.message == 'resource "shop": the request was ended: the step was out of time'
    assert failure.timed_out
    assert time.monotonic() - begun < 5
