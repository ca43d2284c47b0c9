"""Web servers that are not there, lie, hang or mislead: one finding each, soon, and nothing of a secret in it."""

import socket
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.bundles_archives.web import Web, content, raw, send, status
from tests.compilers.flows import FLOW, OTHER, finding, findings, serve
from tests.support.project import Project
from tests.support.registered import STEP_TYPES

HINT_OF_DOCUMENT = "look at the URI: it must lead to the document itself, not to a page about it or to a sign-in"


def hanging(handler: BaseHTTPRequestHandler, site: Web) -> None:
    """Answer nothing at all."""
    site.is_over.wait(20)


def test_findings_have_the_uri_as_their_file_with_line_and_column(site: Web, project: Project) -> None:
    url = serve(site, "flow: {id: a}\njobs: [{id: b, steps: [{id: c, type: lgo}]}]\n")
    outcome = project.aetherflow("validate", url)
    assert outcome.exit_code == 2
    assert outcome.stdout == (
        f"""\
error[AF-F204]: unknown step type "lgo"
 --> {url}:2:38
  |
2 | jobs: [{{id: b, steps: [{{id: c, type: lgo}}]}}]
  |                                      ^^^ did you mean "log"?
  |
  = {STEP_TYPES}: `aetherflow plugins list` shows them

1 error
"""
    )


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (404, "AF-C104 there is no such flow: the server answers 404 Not Found"),
        (410, "AF-C104 there is no such flow: the server answers 410 Gone"),
        (401, "AF-C105 the flow cannot be fetched: the server answers 401 Unauthorized"),
        (500, "AF-C105 the flow cannot be fetched: the server answers 500 Internal Server Error"),
        (204, "AF-C105 the flow cannot be fetched: the server answers 204 No Content"),
        (304, "AF-C105 the flow cannot be fetched: the server answers 304 Not Modified"),
    ],
)
def test_a_server_that_gives_no_flow_is_told_with_what_it_answers(
    code: int, told: str, site: Web, project: Project
) -> None:
    site.answers["/flow.yaml"] = status(code)
    assert finding(project, f"{site.url}/flow.yaml").startswith(f"{told} | ")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("\ufeff\n <!DOCTYPE html><html><body>sign in</body></html>", "an HTML page"),
        ("<!-- saved by a robot -->\n\n<!doctype html>\n<html></html>", "an HTML page"),
        ('<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"></html>', "an HTML page"),
        ("<title>Sign in</title><form></form>", "an HTML page"),
        ("<Error><Code>AccessDenied</Code></Error>", "tags (HTML or XML) in place of YAML or JSON"),
        ("<!-- nothing else -->", "tags (HTML or XML) in place of YAML or JSON"),
    ],
)
def test_a_page_is_no_flow_however_it_begins(text: str, what: str, site: Web, project: Project) -> None:
    url = serve(site, text, Content_Type="text/html")
    assert finding(project, url) == f"AF-C110 this is no flow: the server sends {what} | {HINT_OF_DOCUMENT}"


def test_a_flow_that_has_tags_in_it_is_a_flow(site: Web, project: Project) -> None:
    assert findings(project, serve(site, FLOW.replace("orders of", "<html> of"))) == []


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (503, "see whether the server is up; the same command tries again"),
        (429, "it was asked too often: try again later"),
        (407, "the proxy wants a user and password: write them into HTTPS_PROXY or HTTP_PROXY"),
        (401, "look at the URL, and at the credentials: `headers` under `workflow_plugins` of plugins.yaml"),
        (204, "look at the URL, and at the credentials: `headers` under `workflow_plugins` of plugins.yaml"),
    ],
)
def test_a_status_is_told_with_what_to_do_about_it(code: int, hint: str, site: Web, project: Project) -> None:
    site.answers["/flow.yaml"] = status(code)
    assert finding(project, f"{site.url}/flow.yaml").endswith(f" | {hint}")


def test_what_is_compressed_is_no_flow(site: Web, project: Project) -> None:
    url = serve(site, Content_Encoding="gzip")
    assert finding(project, url).startswith("AF-C110 this is no flow: the server sends it compressed (gzip)")


@pytest.mark.parametrize("data", [b"flow: {id: \xff}", b"\xff\xfef\x00l\x00", b"\x00\x01"])
def test_what_is_not_utf_8_is_told_as_of_a_file(data: bytes, site: Web, project: Project) -> None:
    site.answers["/flow.yaml"] = content(data)
    project.root.joinpath("flow.yaml").write_bytes(data)
    assert finding(project, f"{site.url}/flow.yaml") == finding(project, "flow.yaml")


def test_a_server_that_announces_more_than_it_sends_is_told(site: Web, project: Project) -> None:
    site.answers["/flow.yaml"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", FLOW.encode())
    assert finding(project, f"{site.url}/flow.yaml").startswith(
        f"AF-C108 the flow cannot be fetched: the connection ended after {len(FLOW)} of 5,000 bytes | "
    )


def test_a_server_that_announces_or_sends_too_much_is_told_at_once(site: Web, project: Project) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, {})
        while not site.is_over.is_set():
            handler.wfile.write(b"#" * 1_000_000)

    site.answers["/announced"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
    site.answers["/sent"] = endless
    for path in ("/announced", "/sent"):
        told = "AF-C109 the flow is not taken: it has more than 33,554,432 bytes | "
        assert finding(project, site.url + path).startswith(told)


@pytest.mark.parametrize("kind", ["silent", "dripping headers", "dripping content"])
def test_a_server_that_hangs_is_left_in_time(kind: str, site: Web, project: Project) -> None:
    def dripping(handler: BaseHTTPRequestHandler) -> None:
        if kind == "dripping content":
            send(handler, 200, {"Content-Length": "5000"})
        while not site.is_over.wait(0.1):
            handler.wfile.write(b"#")

    site.answers["/flow.yaml"] = (lambda handler: hanging(handler, site)) if kind == "silent" else dripping
    project.write("plugins.yaml", "workflow_plugins: {http: {options: {timeout_seconds: 1}}}")
    started = time.monotonic()
    told = finding(project, f"{site.url}/flow.yaml")
    assert time.monotonic() - started < 10
    assert told.startswith(("AF-C107 the flow cannot be fetched: it was not there within 1 seconds | ", "AF-C107"))


def test_thirty_seconds_are_the_bound_where_nothing_is_said(site: Web, project: Project) -> None:
    from aetherflow.core.api import create_compiler

    assert vars(create_compiler("https://", env=project.env))["_timeout_seconds"] == 30


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Location": "/flow.yaml"}, "it is redirected more than 5 times"),
        ({"Location": "ftp://host/flow.yaml"}, "it is redirected to what is no web server"),
        ({}, "it is redirected, and not told where to"),
    ],
)
def test_redirects_that_lead_nowhere_are_told(headers: dict[str, str], words: str, site: Web, project: Project) -> None:
    site.answers["/flow.yaml"] = status(302, **headers)
    assert finding(project, f"{site.url}/flow.yaml").startswith(f"AF-C106 the flow cannot be fetched: {words} | ")
    assert len(site.asked) <= 6


def test_a_redirect_is_followed_without_the_headers_of_the_first_server(
    site: Web, project: Project, tmp_path: Path
) -> None:
    from tests.bundles_archives.web import web

    with web() as other:
        serve(other)
        site.answers["/flow.yaml"] = status(302, Location=f"{other.url}/flow.yaml")
        project.write("plugins.yaml", "workflow_plugins: {http: {options: {headers: {X-Token: 'abc{{env.T}}'}}}}")
        assert findings(project, f"{site.url}/flow.yaml", T="def123") == []
        assert site.asked[0][1]["X-Token"] == "abcdef123"
        assert "X-Token" not in other.asked[0][1]


def test_credentials_of_a_url_sign_in_and_are_nowhere_to_be_seen(site: Web, project: Project) -> None:
    url = serve(site).replace("http://", "http://ann:p%40ssw0rd99@") + "?token=s3cr3t-t0ken"
    site.answers["/flow.yaml?token=s3cr3t-t0ken"] = site.answers["/flow.yaml"]
    outcome = project.aetherflow("run", url, "--json", "-v")
    assert outcome.exit_code == 0
    assert site.asked[0][1]["Authorization"] == "Basic YW5uOnBAc3N3MHJkOTk="
    told = [outcome.stdout, outcome.stderr, project.aetherflow("runs", "list", "--json").stdout]
    told += [project.aetherflow(command, url, "--json").stdout for command in ("validate", "explain", "graph")]
    stored = [path.read_bytes().decode("latin-1") for path in (project.root / "state").rglob("*") if path.is_file()]
    for text in (*told, *stored):
        assert "ssw0rd99" not in text
        assert "s3cr3t-t0ken" not in text


def test_a_header_that_none_can_have_is_told_without_its_value(site: Web, project: Project) -> None:
    project.write("plugins.yaml", 'workflow_plugins: {http: {options: {headers: {"X-A": "s3cret-1\\r\\nX-B: 2"}}}}')
    told = finding(project, serve(site))
    assert told.startswith("AF-C112 the header 'X-A' cannot be sent")
    assert "s3cret" not in told
    assert site.asked == []


def test_a_server_that_is_not_there_is_told(project: Project) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/flow.yaml"
    told = finding(project, url)
    assert told.startswith('AF-C103 the flow cannot be fetched: "127.0.0.1" cannot be reached: connection refused | ')


@pytest.mark.parametrize("url", ["http://", "https:///x", "http://[::1/x", "http://a:99999/x", "http://a\\b/x"])
def test_a_url_that_is_none_is_told(url: str, project: Project) -> None:
    assert finding(project, url)[:7] in ("AF-C101", "AF-C103")


def test_a_flow_that_changes_all_the_time_runs_as_it_was_validated(site: Web, project: Project) -> None:
    texts = iter([FLOW, OTHER, OTHER])

    def changing(handler: BaseHTTPRequestHandler) -> None:
        content(next(texts).encode())(handler)

    site.answers["/flow.yaml"] = changing
    outcome = project.aetherflow("run", f"{site.url}/flow.yaml", "--json")
    assert outcome.json["jobs"]["load"]["outputs"] == {"said": "orders of today"}
    assert len(site.asked) == 1


def test_a_workflow_is_chosen_by_its_name(site: Web, project: Project) -> None:
    both = "workflows: {a: {flow: {id: a}, jobs: [{id: x, steps: [{id: s, type: log, inputs: {message: A}}]}]},"
    both += " b: {flow: {id: b}, jobs: [{id: x, steps: [{id: s, type: log, inputs: {message: B}}]}]}}"
    url = serve(site, both)
    assert project.aetherflow("run", url, "--workflow", "b", "--json").json["flow_id"] == "b"
    assert finding(project, url).startswith("AF-S302 the document holds 2 workflows; say which one is meant | ")
    assert finding(project, url, "--workflow", "c").startswith('AF-S303 there is no workflow "c" in this document')
