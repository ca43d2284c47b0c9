"""The examples of http_request and its connector run as their pages print them, against a real server."""

import json
from pathlib import Path

from tests.data_steps.examples import outputs_of, run_example
from tests.data_steps.rest.web_service import WebService, answered, as_json
from tests.support.project import Project


def test_http_request(project: Project, service: WebService) -> None:
    service.at(
        "/v1/orders",
        as_json({"data": [{"id": 1}], "meta": {"next": "b"}}),
        as_json({"data": [{"id": 2}], "meta": {"next": None}}),
    )
    service.at("/v1/reports/2026-01-31", answered(200, b"%PDF"))
    service.at("/v1/fetched", as_json({"id": "r-1"}, 201))
    outcome = run_example(project, "http_request", SHOP_URL=service.url, SHOP_TOKEN="t-0123456789")
    orders = outputs_of(outcome, "fetch", "orders")
    assert Path(str(orders["path"])).read_text() == '{"id":1}\n{"id":2}\n'
    assert outputs_of(outcome, "fetch", "report")["bytes"] == 4
    assert outcome.json["jobs"]["fetch"]["outputs"] == {"receipt": "r-1"}
    assert json.loads(service.asked[-1].body) == {"day": "2026-01-31", "orders": 2, "sha256": orders["sha256"]}
    assert "t-0123456789" not in outcome.stdout + outcome.stderr


def test_rest_httpx(project: Project, service: WebService) -> None:
    service.at("/health", answered(503))
    outcome = run_example(project, "rest-httpx", SHOP_URL=service.url, SHOP_PASSWORD="opensesame")
    outputs = outputs_of(outcome, "ask", "health")
    assert (outputs["status"], outputs["headers"]) == (503, {"etag": None})
    assert service.asked[0].headers["accept-language"] == "en"
