"""All pages of a list are asked for, within bounds, and on the service's own server."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.data_steps.rest.conftest import Rest
from tests.data_steps.rest.web_service import WebService, answered, as_json


def linked(*pages: Any, service: WebService, rel: str = 'rel="next"') -> None:
    for number, page in enumerate(pages, 1):
        link = {"Link": f'<http://no.example/0>; rel="prev", </{number + 1}?a=1,2>; title="a, b"; {rel}'}
        service.at(f"/{number}", as_json(page, **(link if number < len(pages) else {})))


@pytest.mark.parametrize("rel", ['rel="next"', "rel=next", 'rel="last next"', "REL=NEXT"])
def test_links_are_followed_to_the_end(rest: Rest, service: WebService, rel: str) -> None:
    linked([1, 2], [], [3], service=service, rel=rel)
    outputs = rest.outputs(path="1", pagination={"type": "link"})
    assert (outputs["items"], outputs["count"], outputs["pages"], outputs["requests"]) == ([1, 2, 3], 3, 3, 3)
    assert service.asked[1].path == "/2?a=1,2"


@pytest.mark.parametrize("piece", ["<", "<a>;", '<a>;rel="', " next", "<a>; rel = "])
def test_no_header_takes_long_to_read(rest: Rest, service: WebService, piece: str) -> None:
    service.at("/1", as_json([1], Link="<a>" + piece * (60_000 // len(piece))))
    begun = time.monotonic()
    rest.outputs(path="1", pagination={"type": "link"})
    assert time.monotonic() - begun < 5


def test_a_cursor_goes_into_its_parameter_with_the_other_ones(rest: Rest, service: WebService) -> None:
    service.at(
        "/a",
        as_json({"data": {"items": [1]}, "meta": {"next": "x y&z"}}),
        as_json({"data": {"items": [2]}, "meta": {"next": 7}}),
        as_json({"data": {"items": [3]}, "meta": {"next": None}}),
    )
    how = {"type": "cursor", "items": "data.items", "cursor": "meta.next", "cursor_param": "after"}
    assert rest.outputs(path="a", query={"size": 1}, pagination=how)["items"] == [1, 2, 3]
    assert [asked.query for asked in service.asked] == [
        {"size": ["1"]},
        {"size": ["1"], "after": ["x y&z"]},
        {"size": ["1"], "after": ["7"]},
    ]


def test_a_cursor_takes_the_place_of_what_the_first_page_was_asked_with(rest: Rest, service: WebService) -> None:
    service.at("/a", as_json({"items": [1], "next": 2}), as_json({"items": [2]}))
    how = {"type": "cursor", "items": "items", "cursor": "next", "cursor_param": "page"}
    query = {"page": 1, "tag": ["a b", "c&d"], "empty": ""}
    assert rest.outputs(path="a", query=query, pagination=how)["items"] == [1, 2]
    assert [asked.path for asked in service.asked] == [
        "/a?page=1&tag=a+b&tag=c%26d&empty=",
        "/a?tag=a+b&tag=c%26d&empty=&page=2",
    ]


@pytest.mark.parametrize("end", [{}, {"next": None}, {"next": ""}, {"next": False}, {"next": 0}])
def test_a_cursor_may_be_the_url_of_the_next_page(rest: Rest, service: WebService, end: dict[str, Any]) -> None:
    service.at("/a", as_json({"rows": [1], "next": f"{service.url}/b"}))
    service.at("/b", as_json({"rows": [2], **end}))
    how = {"type": "cursor", "items": "rows", "cursor": "next"}
    assert rest.outputs(path="a", pagination=how)["items"] == [1, 2]


def test_no_page_is_asked_of_another_server(rest: Rest, service: WebService, other: WebService) -> None:
    service.at("/a", as_json([1], Link=f'<{other.url}/b>; rel="next"'))
    assert rest.said(path="a", pagination={"type": "link"}) == "the link to the next page leads to another server"
    assert other.asked == []


def test_pages_that_go_in_a_circle_end(rest: Rest, service: WebService) -> None:
    service.at("/a", as_json({"items": [1], "next": "c"}))
    how = {"type": "cursor", "items": "items", "cursor": "next", "cursor_param": "after"}
    assert rest.said(path="a", pagination=how).startswith("the pages go in a circle")
    assert len(service.asked) == 2


@pytest.mark.parametrize(
    ("bounds", "more", "message"),
    [
        ({"max_pages": 2}, {}, "there are more than 2 pages"),
        ({"max_items": 2}, {}, "there are more than 2 items"),
        ({}, {"max_bytes": 10}, "the answer is longer than 5 bytes"),
        ({}, {"save_to": "a", "max_file_bytes": 5}, "the items are longer than 5 bytes"),
        ({}, {"save_to": "a", "max_bytes": 4}, "the answer is longer than 4 bytes"),
    ],
)
def test_more_than_is_allowed_fails_rather_than_being_cut(
    rest: Rest, service: WebService, bounds: dict[str, Any], more: dict[str, Any], message: str
) -> None:
    linked([11], [22], [33, 44], service=service)
    if "max_bytes" in more and "save_to" not in more:
        linked([1], [2, 345], service=service)
        message = "the answer is longer than 7 bytes"
    assert rest.said(path="1", pagination={"type": "link", **bounds}, **more) == message
    assert list(rest.ctx.artifacts_dir.iterdir()) == []


def test_items_go_to_a_file_a_line_each(rest: Rest, service: WebService) -> None:
    linked([{"a": "ä\n"}], [{"a": 2}], service=service)
    outputs = rest.outputs(path="1", pagination={"type": "link"}, save_to="orders.jsonl", max_bytes=20)
    assert [json.loads(line) for line in Path(outputs["path"]).read_text().splitlines()] == [{"a": "ä\n"}, {"a": 2}]
    assert (outputs["items"], outputs["count"], outputs["pages"]) == (None, 2, 2)


@pytest.mark.parametrize("save_to", [None, "a"])
def test_no_items_are_nothing_to_do_unless_the_flow_says_otherwise(
    rest: Rest, service: WebService, save_to: str | None
) -> None:
    service.at("/a", as_json([]))
    result = rest.ask(path="a", save_to=save_to, pagination={"type": "link"})
    assert (result.status, result.reason, result.outputs["items"]) == ("SKIPPED", "there are no items", [])
    assert list(rest.ctx.artifacts_dir.iterdir()) == []
    assert rest.outputs(path="a", save_to=save_to, pagination={"type": "link", "skip_when_empty": False})["count"] == 0


@pytest.mark.parametrize(
    ("page", "items", "message"),
    [
        ({"rows": 1}, "rows", '"rows" of the page is no list'),
        ({"rows": []}, "row", '"row" of the page is not there'),
        ({"rows": []}, "", "the page is no list"),
    ],
)
def test_a_page_without_a_list_is_said(rest: Rest, service: WebService, page: Any, items: str, message: str) -> None:
    service.at("/a", as_json(page))
    assert rest.said(path="a", pagination={"type": "link", "items": items}) == message


def test_a_page_that_is_missing_in_the_middle_is_no_end(rest: Rest, service: WebService) -> None:
    service.at("/a", as_json([1], Link="</b>; rel=next"))
    service.at("/b", answered(404))
    assert "404 Not Found" in rest.said(path="a", pagination={"type": "link"}, skip_on_status=404)


def test_each_page_has_its_attempts(rest: Rest, service: WebService) -> None:
    service.at("/a", answered(503), as_json([1], Link="</b>; rel=next"))
    service.at("/b", answered(503), answered(503), as_json([2]))
    outputs = rest.outputs(path="a", pagination={"type": "link"})
    assert (outputs["items"], outputs["requests"]) == ([1, 2], 5)


def test_only_reading_has_pages(rest: Rest) -> None:
    assert rest.said(method="POST", pagination={"type": "link"}) == "`pagination` is for GET, with nothing to send"
