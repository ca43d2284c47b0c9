"""WebhookObserver against a real web server."""

import base64
import hashlib
import hmac
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from aetherflow.core.api import Event, EventType
from aetherflow.core.builtins.observers.webhook import WebhookObserver
from tests.observers.shipped.observed import EVERYTHING, events_of, observe, run, warnings_in
from tests.observers.shipped.web_hook import WebHook, web_hook
from tests.support.project import Project

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef").decode()


@pytest.fixture
def hook() -> Iterator[WebHook]:
    """Give a server that takes messages."""
    with web_hook() as running:
        yield running


def logs(count: int) -> list[Event]:
    """Make events."""
    return [
        Event(seq=seq, type=EventType.LOG, timestamp=1.5, flow_id="f", run_id="r", payload={"message": str(seq)})
        for seq in range(1, count + 1)
    ]


def sent(hook: WebHook, events: list[Event], **config: Any) -> list[str]:
    """Tell an observer of events, and give what it raised."""
    observer = WebhookObserver("it", {"url": hook.url, "backoff_seconds": 0.01, **config})
    observer.on_startup()
    raised = []
    for event in events:
        try:
            observer.on_event(event)
        except ConnectionError as error:
            raised.append(str(error))
    observer.on_shutdown()
    return raised


def test_a_run_s_events_arrive_one_by_one_in_order(project: Project, hook: WebHook) -> None:
    observe(project, "WebhookObserver", {"url": hook.url})
    assert run(project).exit_code == 1
    assert [event for received in hook.received for event in received.events] == events_of(project)
    assert [len(received.events) for received in hook.received] == [1] * len(hook.received)


def test_types_choose_and_batches_gather_what_is_sent(project: Project, hook: WebHook) -> None:
    observe(project, "WebhookObserver", {"url": hook.url, "types": ["step_finished", "job_gated"], "batch_events": 4})
    run(project)
    finished = [e["type"] for e in events_of(project) if e["type"] in ("step_finished", "job_gated")]
    assert hook.types == finished
    assert [len(received.events) for received in hook.received] == [4, 4, len(finished) - 8]


def test_what_is_left_of_a_batch_is_sent_at_the_end(hook: WebHook) -> None:
    sent(hook, logs(5), batch_events=2)
    assert [[event["seq"] for event in received.events] for received in hook.received] == [[1, 2], [3, 4], [5]]


@pytest.mark.parametrize(("secret", "key"), [(SECRET, b"0123456789abcdef"), ("a phrase", b"a phrase")])
def test_messages_are_signed_and_the_same_id_means_the_same_message(hook: WebHook, secret: str, key: bytes) -> None:
    hook.then(503)
    assert sent(hook, logs(1), secret=secret) == []
    first, second = hook.received
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "f.r.1-1"
    for received in hook.received:
        stamp = received.headers["webhook-timestamp"]
        assert abs(int(stamp) - time.time()) < 60
        signed = b".".join([b"f.r.1-1", stamp.encode(), received.body])
        signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        assert received.headers["webhook-signature"] == f"v1,{signature}"


def test_secrets_come_from_the_environment_and_are_in_no_log(project: Project, hook: WebHook) -> None:
    hook.then(401)
    config = {
        "url": {"env": "HOOK_URL"},
        "secret": {"env": "HOOK_SIGNING"},
        "headers": {"Authorization": {"env": "HOOK_PERMIT", "prefix": "Bearer "}},
    }
    observe(project, "WebhookObserver", config)
    values = {"HOOK_URL": f"{hook.url}/path-s3cret", "HOOK_SIGNING": "phrase-s3cret", "HOOK_PERMIT": "permit-s3cret"}
    outcome = run(project, EVERYTHING, "--debug-plugins", **values)
    assert hook.received[0].path == "/hook/path-s3cret"
    assert hook.received[0].headers["authorization"] == "Bearer permit-s3cret"
    server = hook.url.removesuffix("/hook")
    assert f"{server} did not take 1 event in 1 try (1 so far are lost): it answered 401" in warnings_in(outcome)[0]
    logs_of_run = [path.read_text() for path in (project.root / "state").rglob("*.log")]
    assert len(logs_of_run) == 2
    for text in (outcome.stdout, outcome.stderr, *logs_of_run, str(events_of(project))):
        assert "s3cret" not in text


def test_the_url_is_not_logged_by_the_library_either(hook: WebHook, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    sent(hook, logs(2))
    assert hook.types == ["log", "log"]
    assert "/hook" not in caplog.text


def test_it_tries_again_after_5xx_and_429_and_keeps_the_order(hook: WebHook) -> None:
    for status in (500, 503, 429):
        hook.then(status)
    assert sent(hook, logs(3), retries=3) == []
    assert [received.events[0]["seq"] for received in hook.received] == [1, 1, 1, 1, 2, 3]


def test_it_waits_as_long_as_the_server_asks(hook: WebHook) -> None:
    hook.then(503, Retry_After="1")
    begun = time.monotonic()
    assert sent(hook, logs(1)) == []
    assert time.monotonic() - begun >= 1


def test_it_gives_up_after_its_tries_and_counts_what_is_lost(hook: WebHook) -> None:
    for _ in range(4):
        hook.then(503)
    server = hook.url.removesuffix("/hook")
    assert sent(hook, logs(5), retries=1, batch_events=2) == [
        f"{server} did not take 2 events in 2 tries (2 so far are lost): it answered 503",
        f"{server} did not take 2 events in 2 tries (4 so far are lost): it answered 503",
    ]
    assert hook.received[-1].events[0]["seq"] == 5


def test_a_refused_connection_is_tried_again() -> None:
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        nobody = WebHook()
        nobody.url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        (raised,) = sent(nobody, logs(1), retries=2)
    assert "did not take 1 event in 3 tries (1 so far are lost): ConnectError: " in raised
    assert "Connection refused" in raised


def test_a_server_that_does_not_answer_is_left_after_the_timeout(hook: WebHook) -> None:
    hook.then(200, wait=lambda: time.sleep(1))
    begun = time.monotonic()
    (raised,) = sent(hook, logs(1), timeout_seconds=0.2, retries=0)
    assert time.monotonic() - begun < 0.9
    assert raised.endswith("no answer within 0.2 s")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(hook: WebHook, status: int) -> None:
    with web_hook() as other:
        hook.then(status, Location=other.url)
        (raised,) = sent(hook, logs(1), headers={"Authorization": "Bearer x"})
        assert other.received == []
    assert raised.endswith(f"it answered {status}, and redirects are not followed")
    assert len(hook.received) == 1


def test_certificates_are_checked_and_an_authority_can_be_named(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with web_hook(context) as hook:
        (raised,) = sent(hook, logs(1))
        assert hook.received == []
        assert sent(hook, logs(1), ca_file=str(tmp_path / "ca.pem")) == []
        assert hook.types == ["log"]
    assert raised.endswith("in 1 try (1 so far are lost): its certificate was not made by an authority that is trusted")


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("elsewhere.example").configure_cert(context)
    with web_hook(context) as hook:
        (raised,) = sent(hook, logs(1), ca_file=str(tmp_path / "ca.pem"))
        assert hook.received == []
    assert "certificate" in raised


def test_a_server_that_is_away_changes_neither_outcome_nor_the_time_of_a_run(project: Project, hook: WebHook) -> None:
    for _ in range(100):
        hook.then(503)
    observe(project, "WebhookObserver", {"url": hook.url, "backoff_seconds": 60}, drain_seconds=0.5)
    begun = time.monotonic()
    outcome = run(project, EVERYTHING.replace("[1, 2]", "[1]"))
    assert outcome.exit_code == 0
    assert time.monotonic() - begun < 10
    assert warnings_in(outcome)[-1].startswith('observer "it" did not see ')
