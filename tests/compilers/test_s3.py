"""Flows in a bucket of a real S3 server, and servers that are none."""

import json
import time
from collections.abc import Iterator

import pytest

from tests.bundles_archives.web import Web
from tests.compilers.flows import FLOW, OTHER, finding
from tests.support.project import Project
from tests.support.s3_server import KEY, SECRET, client, s3_server


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Give a server that has a flow."""
    with s3_server() as url:
        made = client(url)
        made.create_bucket(Bucket="flows")
        made.put_object(Bucket="flows", Key="orders.yaml", Body=FLOW.encode())
        made.put_object(Bucket="flows", Key="binary.yaml", Body=b"\x00\xff")
        yield url


def settings(project: Project, url: str, /, **more: object) -> Project:
    """Say where the server is, and how to sign in."""
    options = {"endpoint_url": url, "key": KEY, "secret": SECRET, **more}
    project.write("plugins.yaml", f"workflow_plugins: {{s3: {{options: {json.dumps(options)}}}}}")
    return project


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("s3://flows/none.yaml", "AF-C104 there is no such flow: nothing is there"),
        ("s3://nobucket/orders.yaml", "AF-C104 there is no such flow: nothing is there"),
        ("s3://flows/binary.yaml", "AF-Y00"),
        ("s3://flows/", "AF-C101 the flow cannot be fetched: its URI is of no use: it names no file"),
        ("s3://", "AF-C101 the flow cannot be fetched: its URI is of no use: it names no file"),
        ("s3://flows/a.yaml?versionId=1", "AF-C104 there is no such flow"),
    ],
)
def test_an_object_that_cannot_be_had_is_told(uri: str, told: str, endpoint: str, project: Project) -> None:
    assert finding(settings(project, endpoint), uri).startswith(told)


def test_an_option_that_s3_does_not_know_is_told_without_any_value(endpoint: str, project: Project) -> None:
    told = finding(settings(project, endpoint, endpoint="https://s3cr3t.example"), "s3://flows/orders.yaml")
    assert told.startswith(
        'AF-C112 the flow cannot be fetched: its options are not understood: nothing here knows its "endpoint"'
    )
    assert "s3cr3t" not in told


def test_a_server_that_is_silent_is_left_in_time(site: Web, project: Project) -> None:
    site.answers["/flows/orders.yaml"] = lambda handler: site.is_over.wait(20) and None
    started = time.monotonic()
    # moto's own server answers HEAD; ours here knows no HEAD at all, and GET never ends.
    told = finding(settings(project, site.url, timeout_seconds=3), "s3://flows/orders.yaml")
    assert time.monotonic() - started < 15
    assert told[:7] in ("AF-C103", "AF-C105", "AF-C107")
    assert SECRET not in told


def test_a_copy_is_used_while_the_object_has_its_etag(endpoint: str, project: Project) -> None:
    made = client(endpoint)
    made.put_object(Bucket="flows", Key="changing.yaml", Body=FLOW.encode())
    settings(project, endpoint)
    said = []
    for text in (FLOW, FLOW, OTHER):
        made.put_object(Bucket="flows", Key="changing.yaml", Body=text.encode())
        outcome = project.aetherflow("run", "s3://flows/changing.yaml", "--json")
        said.append(outcome.json["jobs"]["load"]["outputs"]["said"])
    assert said == ["orders of today", "orders of today", "other orders of today"]


def test_a_library_that_is_not_installed_is_told_in_its_own_words(project: Project) -> None:
    assert finding(project, "gs://flows/a.yaml") == (
        "AF-C102 the flow cannot be fetched: a Python package that does so is not installed | "
        "Please install gcsfs to access Google Storage"
    )
