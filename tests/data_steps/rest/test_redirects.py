"""Redirects are followed within bounds; another server never gets credentials, nor what is sent."""

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from aetherflow.core.builtins.web.addresses import is_same_server
from tests.data_steps.rest.conftest import Rest
from tests.data_steps.rest.web_service import WebService, answered, as_json, web_service

SENSITIVE = {"authorization", "x-key", "x-step", "idempotency-key"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_on_the_same_server_credentials_go_along(rest: Rest, service: WebService, status: int) -> None:
    service.at("/a", answered(status, Location="/b?x=1"))
    service.at("/b", as_json(1))
    outputs = rest.outputs(path="a")
    assert (outputs["json"], outputs["url"]) == (1, f"{service.url}/b?x=1")
    assert all("authorization" in asked.headers for asked in service.asked)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_another_server_gets_nothing_of_the_resource_or_the_step(
    rest: Rest, service: WebService, other: WebService, method: str
) -> None:
    rest.config["headers"] = {"X-Key": "k"}
    service.at("/a", answered(302, Location=f"{other.url.replace('//', '//bob:pw@')}/b"))
    other.at("/b", answered(200))
    outputs = rest.outputs(method=method, path="a", headers={"X-Step": "s"}, idempotency_key=True)
    assert outputs["url"] == f"{other.url}/b"
    assert SENSITIVE.isdisjoint(other.asked[0].headers)
    assert service.asked[0].headers.keys() >= SENSITIVE


def test_and_back_home_they_are_there_again(rest: Rest, service: WebService, other: WebService) -> None:
    service.at("/a", answered(302, Location=f"{other.url}/b"))
    other.at("/b", answered(302, Location=f"{service.url}/c"))
    service.at("/c", answered(200))
    rest.outputs(path="a")
    assert [("authorization" in asked.headers) for asked in (*service.asked, *other.asked)] == [True, True, False]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("status", [307, 308])
def test_what_is_sent_goes_to_no_other_server(
    rest: Rest, service: WebService, other: WebService, method: str, status: int
) -> None:
    service.at("/a", answered(status, Location=f"{other.url}/b"))
    assert rest.said(method=method, path="a", body="x").startswith("it is redirected to another server")
    assert other.asked == []
    service.at("/a", answered(status, Location="/b"))
    service.at("/b", answered(200))
    rest.outputs(method=method, path="a", body="x")
    assert (service.asked[-1].method, service.asked[-1].body) == (method, b"x")


@pytest.mark.parametrize("status", [302, 303])
def test_what_came_of_it_is_read_elsewhere(rest: Rest, service: WebService, status: int) -> None:
    service.at("/a", answered(status, Location="/b"))
    service.at("/b", answered(200))
    rest.outputs(method="POST", path="a", json={})
    assert (service.asked[1].method, service.asked[1].body) == ("GET", b"")
    assert "content-type" not in service.asked[1].headers


def test_what_clients_disagree_about_is_not_done(rest: Rest, service: WebService) -> None:
    service.at("/a", answered(301, Location="/b"))
    assert rest.said(method="POST", path="a", body="x").startswith("it is redirected to another place, by 301")
    assert len(service.asked) == 1


def test_they_are_bounded_and_no_circle_goes_on_for_ever(rest: Rest, service: WebService) -> None:
    rest.options["max_redirects"] = 4
    service.at("/a", answered(302, Location="/a"))
    assert rest.said(path="a") == "it is redirected more than 4 times"
    assert len(service.asked) == 5


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/a", "javascript:1", "http://[", "http://a:99999/"])
def test_what_is_no_web_server_is_not_asked(rest: Rest, service: WebService, target: str) -> None:
    service.at("/a", answered(302, Location=target))
    assert rest.said(path="a").startswith("it is redirected to what is no web server")


def test_an_expected_redirect_is_an_answer(rest: Rest, service: WebService) -> None:
    service.at("/a", answered(302, Location="/b"))
    outputs = rest.outputs(path="a", expect_status=302, keep_headers=["location"])
    assert outputs["headers"] == {"location": "/b"}


def test_https_does_not_lead_to_http(rest: Rest, service: WebService, tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with web_service(context) as secure:
        secure.at("/a", answered(302, Location=f"{service.url}/b"))
        secure.at("/c", answered(200))
        rest.config["base_url"] = secure.url
        rest.options["ca_file"] = str(tmp_path / "ca.pem")
        assert rest.said(path="a").startswith("it is redirected to http, from https")
        assert rest.outputs(path="c")["status"] == 200
        assert service.asked == []
        del rest.options["ca_file"]
        assert rest.said(path="c").startswith("the server's certificate is refused: ")
        assert len(secure.asked) == 2
        rest.options["verify"] = False
        assert rest.outputs(path="c")["status"] == 200


@pytest.mark.parametrize(
    ("service_url", "url", "is_same"),
    [
        ("http://a/x", "http://a/y", True),
        ("http://a", "http://A:80/y", True),
        ("http://a", "https://a/y", True),
        ("https://a", "http://a/y", False),
        ("http://a:8080", "https://a/y", False),
        ("http://a", "http://a.b/y", False),
        ("http://a", "http://a:81/y", False),
        ("http://a", "http://a@b/y", False),
    ],
)
def test_a_server_is_its_scheme_host_and_port(service_url: str, url: str, is_same: Any) -> None:
    assert is_same_server(service_url, url) is is_same
