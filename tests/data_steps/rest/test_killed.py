"""kill -9 in the middle of a request: nothing half under its name, and nothing that was recorded is sent again."""

import hashlib
import signal
import time

import pytest

from tests.data_steps.killing import files_of, killed_when
from tests.data_steps.rest.web_service import WebService, answered, as_json, raw
from tests.support.project import Project

CONTENT = bytes(range(256)) * 20_000
FLOW = """
version: 1
flow: {id: shop}
resources:
  shop: {kind: rest, driver: httpx, config: {base_url: "{{env.SHOP}}"}}
jobs:
  - id: fetch
    steps:
      - {id: begin, type: http_request, inputs: {resource: shop, method: POST, path: begin, json: {day: 1}}}
      - {id: file, type: http_request, inputs: {resource: shop, path: file, save_to: orders.bin}}
      - {id: end, type: http_request, inputs: {resource: shop, method: POST, path: end, json: {}, KEY}}
"""


def paths(service: WebService) -> list[str]:
    return [f"{asked.method} {asked.path}" for asked in service.asked]


def test_a_download_that_was_killed_shows_no_part_and_begins_anew_alone(project: Project, service: WebService) -> None:
    project.write("flow.yaml", FLOW.replace(", KEY", ""))
    service.at("/begin", answered(201))
    service.at("/end", answered(201))
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(CONTENT)}\r\n\r\n".encode()
    service.at("/file", raw(service, head, CONTENT[:3_000_000], then_wait=True), answered(200, CONTENT))
    killed_when(project, "flow.yaml", lambda: sum(files_of(project).values()) > 1_000_000, SHOP=service.url)
    assert "orders.bin" not in files_of(project)
    outcome = project.aetherflow("run", "flow.yaml", "--resume", "r1", "--json", SHOP=service.url)
    assert outcome.exit_code == 0, outcome.stderr
    outputs = outcome.json["jobs"]["fetch"]["steps"]["file"]["outputs"]
    assert outputs["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert files_of(project) == {"orders.bin": len(CONTENT)}
    assert paths(service) == ["POST /begin", "GET /file", "GET /file", "POST /end"]


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_a_download_at_once_and_leaves_nothing(
    project: Project, service: WebService, signal_number: signal.Signals
) -> None:
    project.write("flow.yaml", FLOW.replace(", KEY", ""))
    service.at("/begin", answered(201))
    service.at("/file", raw(service, b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n", CONTENT, then_wait=True))
    process = project.start("run", "flow.yaml", "--run-id", "r1", SHOP=service.url)
    while sum(files_of(project).values()) < 1_000_000:
        time.sleep(0.02)
    begun = time.monotonic()
    process.send_signal(signal_number)
    process.communicate(timeout=30)
    assert process.returncode == 128 + signal_number
    assert time.monotonic() - begun < 10
    assert files_of(project) == {}


@pytest.mark.parametrize("has_key", [False, True])
def test_a_post_in_flight_is_sent_again_only_with_a_key_or_a_word(
    project: Project, service: WebService, has_key: bool
) -> None:
    project.write("flow.yaml", FLOW.replace("KEY", "idempotency_key: true" if has_key else "parse: text"))
    service.at("/begin", answered(201))
    service.at("/file", answered(200, CONTENT))
    service.at("/end", raw(service, then_wait=True), as_json({"ok": True}))
    killed_when(project, "flow.yaml", lambda: "POST /end" in paths(service), SHOP=service.url)
    resume = ("run", "flow.yaml", "--resume", "r1")
    outcome = project.aetherflow(*resume, SHOP=service.url)
    if not has_key:
        assert outcome.exit_code == 1
        assert "--redo fetch.end" in outcome.stdout + outcome.stderr
        assert len(service.asked) == 3
        outcome = project.aetherflow(*resume, "--redo", "fetch.end", SHOP=service.url)
    assert outcome.exit_code == 0, outcome.stderr
    assert paths(service) == ["POST /begin", "GET /file", "POST /end", "POST /end"]
    assert len({asked.headers.get("idempotency-key") for asked in service.asked[2:]}) == 1
