"""Which files a pattern, an age and a size mean, on every kind of resource."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.api import STEP_SKIPPED
from aetherflow.core.builtins.files.patterns import Pattern
from aetherflow.core.builtins.steps.files_list import FilesList
from tests.data_steps.files.place import OLD, Job, fill
from tests.support.s3_server import KEY, SECRET
from tests.support.sftp_server import SftpServer, named

NAMES = ("in/a.csv", "in/b.txt", "in/.hidden.csv", "in/2026/c.csv", "in/2026/01/d.csv", "in/.git/e.csv", "top.csv")


@pytest.mark.parametrize(
    ("inputs", "paths"),
    [
        ({}, ["top.csv"]),
        ({"folder": "in"}, ["in/a.csv", "in/b.txt"]),
        ({"folder": "in/", "pattern": "*.csv"}, ["in/a.csv"]),
        ({"folder": "in", "pattern": "*.csv", "recursive": True}, ["in/2026/01/d.csv", "in/2026/c.csv", "in/a.csv"]),
        ({"folder": "in", "pattern": "2026/*.csv"}, ["in/2026/c.csv"]),
        ({"folder": "in", "pattern": "**/d.csv"}, ["in/2026/01/d.csv"]),
        ({"pattern": "in/**"}, ["in/2026/01/d.csv", "in/2026/c.csv", "in/a.csv", "in/b.txt"]),
        ({"folder": "in", "pattern": ".*"}, ["in/.hidden.csv"]),
        ({"folder": "in", "pattern": "[ab].?s?"}, ["in/a.csv"]),
    ],
)
@pytest.mark.parametrize("resource", ["server", "folder", "memory", "bucket"])
def test_the_same_files_fit_everywhere(
    job: Job, served: Path, bucket: Any, resource: str, inputs: dict[str, Any], paths: list[str]
) -> None:
    if resource == "server":
        fill(served, *NAMES)
    else:
        fill(job.artifacts_dir, *NAMES)
        job.upload(resource=resource, paths=list(NAMES))
    assert job.list(resource=resource, **inputs) == paths


def test_age_and_size_leave_files_out(job: Job, served: Path) -> None:
    fill(served, "small", size=10)
    fill(served, "large", size=10_000)
    fill(served, "new", size=100)
    for name in ("small", "large"):
        os.utime(served / name, (OLD, OLD))
    assert job.list(resource="server", min_age_seconds=3600) == ["large", "small"]
    assert job.list(resource="server", min_bytes=11) == ["large", "new"]
    assert job.list(resource="server", min_bytes=11, max_bytes=100) == ["new"]


def test_files_come_in_the_order_asked_for_with_size_and_moment(job: Job, served: Path) -> None:
    for age, (name, size) in enumerate([("a", 30), ("b", 10), ("c", 20)]):
        fill(served, name, size=size)
        os.utime(served / name, (OLD - age, OLD - age))
    result = job.run(FilesList, resource="server", sort="modified")
    assert result.outputs["files"] == [
        {"path": "c", "size": 20, "modified": "2020-09-13T12:26:38Z"},
        {"path": "b", "size": 10, "modified": "2020-09-13T12:26:39Z"},
        {"path": "a", "size": 30, "modified": "2020-09-13T12:26:40Z"},
    ]
    assert job.list(resource="server", sort="size", descending=True) == ["a", "c", "b"]
    newest = job.run(FilesList, resource="server", sort="modified", descending=True, limit=1).outputs
    assert (newest["paths"], newest["count"], newest["bytes"], newest["truncated"]) == (["a"], 3, 60, True)


def test_without_files_the_step_is_skipped_and_says_why(job: Job, served: Path) -> None:
    (served / "in").mkdir()
    result = job.run(FilesList, resource="server", folder="in", pattern="*.csv")
    assert (result.status, result.reason) == (STEP_SKIPPED, 'no file in "in" fits "*.csv"')
    assert result.outputs["files"] == []
    assert job.run(FilesList, resource="server", folder="in", skip_when_empty=False).status == "SUCCESS"


def test_a_folder_that_is_not_there_fails_the_step(job: Job) -> None:
    failed = job.failure(FilesList, resource="server", folder="nowhere")
    assert failed.message == 'resource "server": listing "nowhere": there is no such file or folder on the server'
    failed = job.failure(FilesList, resource="folder", folder="nowhere")
    assert failed.message == 'resource "folder": listing "nowhere": there is no such file, folder or bucket'


def test_in_a_bucket_a_folder_without_files_is_empty_and_not_missing(job: Job, bucket: Any, s3_endpoint: str) -> None:
    result = job.run(FilesList, resource="bucket", folder="in")
    assert (result.status, result.reason) == (STEP_SKIPPED, 'no file in "in" fits "*"')
    job.fs("gone", "s3", "no-such-bucket/in", key=KEY, secret=SECRET, endpoint_url=s3_endpoint)
    failed = job.failure(FilesList, resource="gone")
    assert failed.message == 'resource "gone": listing ".": there is no such file, folder or bucket'


def test_links_and_devices_are_left_out_and_counted(job: Job, served: Path, tmp_path: Path) -> None:
    fill(served, "in/a.csv")
    fill(tmp_path / "folder", "in/a.csv")
    for root in (served, tmp_path / "folder"):
        (root / "in/b.csv").symlink_to("a.csv")
        (root / "in/folder").symlink_to("/etc")
        os.mkfifo(root / "in/c.csv")
    for resource in ("server", "folder"):
        outputs = job.run(FilesList, resource=resource, folder="in", pattern="*", recursive=True).outputs
        assert (outputs["paths"], outputs["left_out"]) == (["in/a.csv"], 3)
    assert ("warning", "resource \"server\": 'in/b.csv' is a link or a device, and left out") in job.logged


@pytest.mark.parametrize("folder", ["..", "in/../..", "/etc", "a//b", "C:\\x", "x\ny", "a/./b"])
@pytest.mark.parametrize("resource", ["server", "folder"])
def test_no_folder_leads_out_of_the_root(job: Job, served: Path, resource: str, folder: str) -> None:
    fill(served, "in/a.csv")
    failed = job.failure(FilesList, resource=resource, folder=folder)
    assert failed.message.startswith(f"`folder`: {folder!r} is no path below the resource's root: ")


@pytest.mark.parametrize("resource", ["server", "folder"])
def test_no_link_leads_out_of_the_root(job: Job, served: Path, tmp_path: Path, resource: str) -> None:
    fill(tmp_path / "secret", "x.csv")
    for root in (served, tmp_path / "folder"):
        (root / "out").symlink_to(tmp_path / "secret")
    failed = job.failure(FilesList, resource=resource, folder="out")
    assert failed.message in (
        'resource "server": "out" is a link, which is not followed',
        'resource "folder": "out" is a link that leads out of the root',
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../../x", "it has a slash in it"),
        ("/etc/passwd", "it has a slash in it"),
        ("a/b", "it has a slash in it"),
        ("x..\\evil", "it has a backslash in it"),
        ("C:x", "it begins like a drive"),
        ("line\nbreak", "it has control characters in it"),
        ("\x1b[31mred", "it has control characters in it"),
        ("caf\udce9.txt", "it is not UTF-8"),
        ("", "it is no name"),
    ],
)
def test_a_name_that_no_file_may_have_is_refused_where_it_fits_and_passed_over_else(
    job: Job, server: SftpServer, served: Path, name: str, reason: str
) -> None:
    fill(served, "good.csv")
    server.behaviour.names = [named(name)]
    assert job.list(resource="server", pattern="*.csv") == ["good.csv"]
    assert job.download(resource="server", pattern="*.csv")["count"] == 1
    failed = job.failure(FilesList, resource="server", pattern=".*" if name.startswith(".") else "*")
    assert failed.message == (
        f'resource "server": it names a file {name!r}, which no file here may be called: {reason}'
    )
    assert failed.message.isprintable()


def test_a_folder_of_such_a_name_is_not_entered(job: Job, server: SftpServer, served: Path) -> None:
    fill(served, "in/good.csv")
    server.behaviour.names = [named(name, 0o040755) for name in ("..", "../..", ".", "x/../..", "a\nb")]
    assert job.list(resource="server", recursive=True) == ["in/good.csv"]
    assert [message for _, message in job.logged] == [
        f'resource "server": the folder {name!r} is not entered: none here may be called so'
        for name in ("x/../..", "a\nb", "in/x/../..", "in/a\nb")
    ]
    job.logged.clear()
    assert job.list(resource="server", pattern="in/*") == ["in/good.csv"]
    assert job.logged == []


def test_a_server_that_names_a_file_twice_is_refused(job: Job, server: SftpServer, served: Path) -> None:
    fill(served, "a")
    server.behaviour.names = [named("a")]
    assert job.failure(FilesList, resource="server").message == "resource \"server\": it lists 'a' twice"


def test_unfinished_files_of_transfers_are_no_files(job: Job, served: Path) -> None:
    fill(served, ".a.csv.aetherflow-0123456789ab-1.part", ".other.part")
    assert job.list(resource="server", pattern=".*") == [".other.part"]


@pytest.mark.parametrize("pattern", ["/x", "a//b", "../x", "**/**/**/**/x"])
def test_a_pattern_that_is_none_is_refused(job: Job, pattern: str) -> None:
    assert job.failure(FilesList, resource="server", pattern=pattern).message.startswith(f"`pattern`: {pattern!r} ")


def test_no_pattern_takes_long() -> None:
    began = time.monotonic()
    pattern = Pattern("**/a/**/a/**/b", recursive=False)
    assert not pattern.fits("/".join(["a"] * 500))
    assert time.monotonic() - began < 1
