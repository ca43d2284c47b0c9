"""Copies of what was read: used where that is allowed, judged each time, private, and never of what is invalid."""

import json
import re
import stat
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from aetherflow.core.compilers.copies import MOST_COPIES, FlowCopies, copy_of
from tests.bundles_archives.web import Web, content, send, status
from tests.compilers.flows import FLOW, OTHER, finding, findings, serve
from tests.support.project import Project


def said(project: Project, url: str, *options: str) -> str:
    outcome = project.aetherflow("run", url, "--json", *options)
    assert outcome.exit_code == 0, outcome.stdout + outcome.stderr
    return str(outcome.json["jobs"]["load"]["outputs"]["said"])


def copies(project: Project) -> list[Path]:
    return sorted((project.root / "state/compiled-flows").glob("*"))


def test_a_source_that_fails_names_the_age_of_the_copy_and_stops(site: Web, project: Project) -> None:
    url = serve(site)
    assert said(project, url) == "orders of today"
    site.answers["/flow.yaml"] = status(503)
    outcome = project.aetherflow("run", url)
    assert outcome.exit_code == 2
    assert re.fullmatch(
        rf"""error\[AF-C105\]: the flow cannot be fetched: the server answers 503 Service Unavailable
 --> {re.escape(url)}:1:1
  = see whether the server is up; the same command tries again
  = note: there is a copy of (a moment|\d+ seconds?) ago: `--allow-stale` takes it

1 error
""",
        outcome.stderr,
    )


@pytest.mark.parametrize("failure", [status(503), status(404)])
def test_allow_stale_runs_the_copy_with_a_warning(failure: object, site: Web, project: Project) -> None:
    url = serve(site)
    said(project, url)
    site.answers["/flow.yaml"] = failure  # type: ignore[assignment]  # both are answers
    outcome = project.aetherflow("run", url, "--allow-stale", "--json")
    assert outcome.exit_code == 0
    assert outcome.json["jobs"]["load"]["outputs"] == {"said": "orders of today"}
    (warning,) = project.aetherflow("validate", url, "--allow-stale", "--json").json["diagnostics"]
    assert (warning["code"], warning["severity"]) == ("AF-C140", "warning")
    assert re.match(r"this is the flow as it was (a moment|\d+ seconds?) ago: the(re| flow)", warning["message"])


def test_allow_stale_without_a_copy_changes_nothing(site: Web, project: Project) -> None:
    assert finding(project, f"{site.url}/flow.yaml", "--allow-stale").startswith("AF-C104 ")


def test_a_server_is_asked_whether_the_copy_is_still_good(site: Web, project: Project) -> None:
    url = serve(site, ETag='"1"', Last_Modified="Mon, 05 Jan 2026 10:00:00 GMT")
    said(project, url)

    def unchanged(handler: object) -> None:
        send(handler, 304, {})  # type: ignore[arg-type]  # a handler

    site.answers["/flow.yaml"] = unchanged
    assert said(project, url) == "orders of today"
    asked = site.asked[1][1]
    assert asked["If-None-Match"] == '"1"'
    assert asked["If-Modified-Since"] == "Mon, 05 Jan 2026 10:00:00 GMT"
    serve(site, OTHER, ETag='"2"')
    assert said(project, url) == "other orders of today"


def test_a_change_in_the_second_of_the_last_answer_is_seen(site: Web, project: Project) -> None:
    now = formatdate(usegmt=True)
    url = serve(site, Last_Modified=now)
    said(project, url)
    by_time = content(OTHER.encode(), Last_Modified=now)

    def told_by_time(handler: BaseHTTPRequestHandler) -> None:
        (status(304) if handler.headers["If-Modified-Since"] == now else by_time)(handler)

    site.answers["/flow.yaml"] = told_by_time
    assert said(project, url) == "other orders of today"


@pytest.mark.parametrize("when", ["yesterday", "Mon, 05 Jan 99999999 10:00:00 GMT", ""])
def test_a_time_that_is_none_harms_nobody(when: str, site: Web, project: Project) -> None:
    assert said(project, serve(site, Last_Modified=when)) == "orders of today"


def test_what_is_invalid_is_not_kept_and_no_copy_hides_it(site: Web, project: Project) -> None:
    url = serve(site, FLOW.replace("type: log", "type: lgo", 1))
    assert len(findings(project, url)) == 1
    assert copies(project) == []
    serve(site)
    said(project, url)
    kept = copies(project)[0].read_bytes()
    serve(site, FLOW.replace("type: log", "type: lgo", 1))
    assert findings(project, url, "--allow-stale") == findings(project, url)
    assert copies(project)[0].read_bytes() == kept


def test_a_copy_is_judged_again_each_time(site: Web, project: Project) -> None:
    url = serve(site, FLOW.replace("type: log", "type: greet", 1))
    step = "@register_step('greet')\ndef greet(ctx, inputs): return {'message': 'x'}\n"
    project.write("plugins/greet.py", f"from aetherflow.core.api import register_step\n{step}")
    assert findings(project, url, "--plugin-path", "plugins") == []
    site.answers["/flow.yaml"] = status(503)
    told = findings(project, url, "--allow-stale")
    assert [each[:7] for each in told] == ["AF-C140", "AF-F204"]


def test_no_cache_neither_keeps_nor_reads(site: Web, project: Project) -> None:
    url = serve(site, ETag='"1"')
    assert said(project, url, "--no-cache") == "orders of today"
    assert copies(project) == []
    said(project, url)
    said(project, url, "--no-cache")
    assert "If-None-Match" not in site.asked[-1][1]
    site.answers["/flow.yaml"] = status(503)
    assert "copy" not in finding(project, url, "--no-cache", "--allow-stale")


def test_a_copy_serves_unasked_for_as_long_as_the_options_say(site: Web, project: Project) -> None:
    project.write("plugins.yaml", "workflow_plugins: {http: {options: {cache_ttl_seconds: 3600}}}")
    url = serve(site)
    said(project, url)
    serve(site, OTHER)
    assert said(project, url) == "orders of today"
    assert len(site.asked) == 1
    for copy in copies(project):
        old = json.loads(copy.read_text())
        copy.write_text(json.dumps(old | {"taken_at": old["taken_at"] - 3601}))
    assert said(project, url) == "other orders of today"


def test_copies_are_for_their_user_alone_and_name_no_secret(site: Web, project: Project) -> None:
    site.answers["/flow.yaml?token=s3cr3t-t0ken"] = content(FLOW.encode(), ETag='"s3cr3t-t0ken"')
    said(project, f"{site.url}/flow.yaml?token=s3cr3t-t0ken")
    (copy,) = copies(project)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    assert "s3cr3t" not in copy.read_text()


@pytest.mark.parametrize("harm", ["corrupt", "writable", "another text", "a folder"])
def test_a_copy_that_cannot_be_trusted_is_as_good_as_none(harm: str, site: Web, project: Project) -> None:
    url = serve(site)
    said(project, url)
    (copy,) = copies(project)
    if harm == "corrupt":
        copy.write_text("{")
    elif harm == "writable":
        copy.chmod(0o666)
    elif harm == "another text":
        copy.write_text(copy.read_text().replace("orders of", "evil orders of"))
    else:
        copy.unlink()
        copy.mkdir()
    site.answers["/flow.yaml"] = status(503)
    assert "copy" not in finding(project, url, "--allow-stale")


def test_where_no_copy_can_be_kept_the_run_goes_on(site: Web, project: Project) -> None:
    project.write("state/compiled-flows", "a file")
    assert said(project, serve(site)) == "orders of today"


def test_the_newest_copies_are_kept(tmp_path: Path) -> None:
    kept = FlowCopies(tmp_path)
    for number in range(MOST_COPIES + 5):
        assert kept.keep(("http", "x", str(number)), copy_of("http://x", f"a: {number}", {}, 1.0))
    assert len(list((tmp_path / "compiled-flows").iterdir())) == MOST_COPIES
    newest = kept.find(("http", "x", str(MOST_COPIES + 4)))
    assert newest is not None and newest.text == f"a: {MOST_COPIES + 4}"


def test_sources_of_different_plugins_and_schemes_never_meet(tmp_path: Path) -> None:
    kept = FlowCopies(tmp_path)
    kept.keep(("my", "one", "key"), copy_of("my://key", "a: 1", {}, 1.0))
    assert kept.find(("my", "two", "key")) is None
    assert kept.find(("other", "one", "key")) is None
    assert kept.find(("my", "one", "key")) is not None
