"""A web shop on loopback that gives its orders by pages, to whoever has its token."""

import json
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.data_steps.rest.web_service import WebService

TOKEN = "tok-carrier-pigeon-4711"


def order(number: int) -> dict[str, Any]:
    """Make an order; of ten, one was cancelled."""
    return {
        "id": number,
        "customer": f" customer {number % 7}, «Ørsted» ",
        "placed_at": f"2026-01-31T10:{number % 60:02}:00",
        "total": f"{number}.25",
        "status": "cancelled" if number % 10 == 5 else "paid",
    }


def wanted(*numbers: int) -> list[tuple[int, str, str]]:
    """Give what shall become of these orders: id, customer and total of the valid ones."""
    return [
        (number, f"customer {number % 7}, «Ørsted»", f"{number}.25") for number in numbers if number % 10 != 5
    ]  # fmt: skip


def serve_orders(service: WebService, orders: list[dict[str, Any]]) -> None:
    """Let a service give orders, as many of them as there are when it is asked."""

    def page(handler: BaseHTTPRequestHandler) -> None:
        query = {name: int(values[0]) for name, values in parse_qs(urlsplit(handler.path).query).items()}
        first, size = query.get("cursor", 0), query["size"]
        newer = [each for each in orders if each["id"] > query["after"]]
        rest = first + size
        body = {"orders": newer[first:rest], "next": rest if rest < len(newer) else None}
        is_known = handler.headers["Authorization"] == f"Bearer {TOKEN}"
        _answer(handler, 200 if is_known else 401, body if is_known else {"error": "who are you?"})

    service.at("/v1/orders", page)


def _answer(handler: BaseHTTPRequestHandler, status: int, value: Any) -> None:
    body = json.dumps(value).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
