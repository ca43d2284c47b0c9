"""What http_request sends, and what it makes of answers."""

import hashlib
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.builtins.conftest import SECRET
from tests.data_steps.rest.conftest import Rest
from tests.data_steps.rest.web_service import WebService, answered, as_json, raw


def test_json_comes_as_a_value_with_status_length_digest_and_url(rest: Rest, service: WebService) -> None:
    service.at("/v1/orders", as_json({"total": 2}, ETag='"a"'))
    outputs = rest.outputs(
        path="v1/orders",
        query={"day": "2026-01-31", "open": True, "id": [1, 2], "no": None},
        keep_headers=["ETag", "X-No"],
    )
    body = b'{"total": 2}'
    assert outputs == {
        "status": 200,
        "url": f"{service.url}/v1/orders?day=2026-01-31&open=true&id=1&id=2",
        "headers": {"etag": '"a"', "x-no": None},
        "json": {"total": 2},
        "text": None,
        "items": None,
        "count": None,
        "pages": None,
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "path": None,
        "requests": 1,
    }
    (asked,) = service.asked
    assert asked.headers["authorization"] == "Basic " + b64encode(f"anna:{SECRET}".encode()).decode()
    assert "content-type" not in asked.headers


def test_text_comes_as_text_in_its_own_encoding(rest: Rest, service: WebService) -> None:
    service.at("/a", answered(200, "Grüße".encode("latin-1"), Content_Type="text/plain; charset=ISO-8859-1"))
    assert rest.outputs(path="a")["text"] == "Grüße"


@pytest.mark.parametrize("charset", ["nobody-knows", "base64", "undefined", "idna", "unicode_escape", "punycode"])
def test_an_encoding_that_is_none_of_the_web_does_not_count(rest: Rest, service: WebService, charset: str) -> None:
    sent = b"-\\x41" + b"b" * 500_000  # of which punycode would make something else, in minutes
    service.at("/a", answered(200, sent, Content_Type=f"text/plain; charset={charset}"))
    assert rest.outputs(path="a")["text"] == sent.decode()


def test_what_is_said_to_be_json_and_is_not_fails_the_step(rest: Rest, service: WebService) -> None:
    service.at("/a", answered(200, b'{"a": ]', Content_Type="application/json"))
    assert rest.said(path="a") == "what the server sends is not JSON: invalid character (byte 6)"
    assert rest.outputs(path="a", parse="text")["text"] == '{"a": ]'


@pytest.mark.parametrize(
    ("sent", "body", "content_type"),
    [
        ({"json": {"a": [1, None]}}, b'{"a":[1,null]}', "application/json"),
        ({"form": {"a": "x y", "b": [1, True]}}, b"a=x+y&b=1&b=true", "application/x-www-form-urlencoded"),
        ({"body": "Grüße"}, "Grüße".encode(), "text/plain; charset=utf-8"),
        ({"body": "<a/>", "content_type": "application/xml"}, b"<a/>", "application/xml"),
        ({"file": "orders.csv"}, b"id\n1\n", "application/octet-stream"),
    ],
)
def test_each_kind_of_content_is_sent_with_its_type(
    rest: Rest, service: WebService, sent: dict[str, Any], body: bytes, content_type: str
) -> None:
    (rest.ctx.artifacts_dir / "orders.csv").write_bytes(b"id\n1\n")
    service.at("/a", answered(201))
    assert rest.outputs(method="POST", path="a", **sent)["status"] == 201
    (asked,) = service.asked
    assert (asked.body, asked.headers["content-type"]) == (body, content_type)
    assert asked.headers["content-length"] == str(len(body))


def test_two_contents_at_once_are_refused(rest: Rest) -> None:
    assert rest.said(method="POST", json={}, body="x") == "`json` and `body` cannot both be sent"


def test_a_token_signs_in_and_headers_of_the_step_win(rest: Rest, service: WebService) -> None:
    rest.config = {"base_url": service.url, "token": SECRET, "headers": {"X-Team": "a", "Accept": "text/csv"}}
    service.at("/a", answered(200))
    rest.ask(path="a", headers={"x-team": "b"})
    asked = service.asked[0].headers
    assert (asked["authorization"], asked["x-team"], asked["accept"]) == (f"Bearer {SECRET}", "b", "text/csv")


def test_a_file_is_written_whole_with_its_digest(rest: Rest, service: WebService) -> None:
    content = bytes(range(256)) * 4000
    service.at("/a", answered(200, content))
    outputs = rest.outputs(path="a", save_to="in/a.bin")
    assert Path(outputs["path"]).read_bytes() == content
    assert Path(outputs["path"]) == rest.ctx.artifacts_dir / "in/a.bin"
    assert (outputs["bytes"], outputs["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert (outputs["json"], outputs["text"]) == (None, None)


@pytest.mark.parametrize("is_announced", [True, False])
def test_more_than_is_allowed_fails_and_leaves_no_file(rest: Rest, service: WebService, is_announced: bool) -> None:
    chunks = raw(
        service, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + b"x" * 2000 + b"\r\n0\r\n\r\n"
    )
    service.at("/a", answered(200, b"x" * 2000) if is_announced else chunks)
    assert rest.said(path="a", save_to="a", max_file_bytes=1999) == "the answer is longer than 1,999 bytes"
    assert rest.said(path="a", max_bytes=1999) == "the answer is longer than 1,999 bytes"
    assert list(rest.ctx.artifacts_dir.iterdir()) == []
    assert rest.outputs(path="a", max_bytes=2000)["bytes"] == 2000


def test_a_wrong_status_is_said_with_what_the_server_says_of_it_and_no_credential(
    rest: Rest, service: WebService
) -> None:
    service.at("/a", as_json({"error": f"no order for anna:{SECRET}"}, 404))
    failure = rest.failure(path="a")
    assert failure.message == (
        f'resource "shop": GET {service.url}/a: the server answers 404 Not Found: {{"error": "no order for anna:***"}}'
    )
    assert failure.outputs == {"status": 404}
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("expected", "is_right"),
    [(404, True), ("404", True), (["200-299", "400-404"], True), (["200-299"], False), ([500], False)],
)
def test_the_flow_says_which_statuses_are_right(rest: Rest, expected: Any, is_right: bool) -> None:
    if is_right:
        assert rest.outputs(path="absent", expect_status=expected)["status"] == 404
    else:
        rest.failure(path="absent", expect_status=expected)


@pytest.mark.parametrize("wrong", ["2xx", "99", "299-200", 1000, ""])
def test_what_is_no_status_is_said(rest: Rest, wrong: Any) -> None:
    assert rest.said(expect_status=wrong).startswith(f"`expect_status`: {wrong!r} is no ")


def test_a_status_may_mean_that_there_is_nothing(rest: Rest, service: WebService) -> None:
    service.at("/a", answered(204))
    result = rest.ask(path="a", skip_on_status=[204, 404], save_to="a")
    assert (result.status, result.reason, result.outputs["status"]) == (
        "SKIPPED",
        "the server answers 204 No Content",
        204,
    )
    assert list(rest.ctx.artifacts_dir.iterdir()) == []


def test_head_gives_headers_and_reads_nothing(rest: Rest, service: WebService) -> None:
    service.at("/a", answered(200, b"12345"))
    outputs = rest.outputs(method="HEAD", path="a", keep_headers=["content-length"])
    assert (outputs["headers"], outputs["bytes"]) == ({"content-length": "5"}, 0)


@pytest.mark.parametrize(
    "path",
    ["http://evil.example/a", "//evil.example/a", "../admin", "a/%2e%2E/b", "a/./b", "a?x=1", "a#b", "a\nb", "a\\b"],
)
def test_no_path_leads_elsewhere(rest: Rest, service: WebService, path: str) -> None:
    assert rest.said(path=path).startswith("`path` ")
    assert service.asked == []


def test_a_path_is_joined_and_encoded(rest: Rest, service: WebService) -> None:
    rest.config["base_url"] = f"{service.url}/api/v1/"
    service.at("/api/v1/orders/a%20b:batch", answered(200))
    rest.outputs(path="/orders/a b:batch")


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"X-A": "a\r\nX-B: b"}, 'the header "X-A" has a line break or another character that none can have'),
        ({"X A": "a"}, "no header can be named 'X A'"),
        ({"Host": "evil.example"}, 'the header "Host" is made of what is sent, and cannot be written'),
    ],
)
def test_headers_that_would_become_others_are_refused(
    rest: Rest, service: WebService, headers: dict[str, str], message: str
) -> None:
    assert rest.said(headers=headers) == message
    assert service.asked == []


def test_numbers_beyond_64_bits_and_deep_nesting_do_not_break_it(rest: Rest, service: WebService) -> None:
    service.at("/big", answered(200, b"1" * 30, Content_Type="application/json"))
    service.at("/deep", answered(200, b"[" * 100_000, Content_Type="application/json"))
    assert rest.outputs(path="big")["bytes"] == 30
    assert rest.said(path="deep").startswith("what the server sends is not JSON")


def test_an_absent_library_is_said_with_the_command_that_installs_it(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    failure = rest.failure()
    assert failure.message == 'resource "shop": this needs the library httpx, which is not installed'
    assert failure.hint == "pip install 'aetherflow[http]'"


def test_the_way_is_the_proxy_that_the_environment_names(
    rest: Rest, other: WebService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", other.url)
    rest.config["base_url"] = "http://shop.invalid"
    other.at("/a", answered(200, b"by the proxy"))
    assert rest.outputs(path="a")["text"] == "by the proxy"
    assert other.asked[0].path == "http://shop.invalid/a"
    monkeypatch.setenv("no_proxy", "shop.invalid")
    assert rest.said(path="a") == "its host is not known (3 requests)"
