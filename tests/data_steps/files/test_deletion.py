"""Deletes: what was to be deleted and nothing else; what is gone is fine."""

import os
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.api import STEP_SKIPPED
from aetherflow.core.builtins.steps.files_delete import FilesDelete
from tests.data_steps.files.place import OLD, Job, content, fill, read
from tests.support.sftp_server import SftpServer

NAMES = ("in/a.csv", "in/b.csv", "in/keep.txt", "in/sub/c.csv")


@pytest.mark.parametrize("resource", ["server", "folder", "memory", "bucket"])
def test_what_fits_is_deleted_and_the_rest_stays(job: Job, bucket: Any, resource: str) -> None:
    fill(job.artifacts_dir, *NAMES)
    job.upload(resource=resource, recursive=True)
    outputs = job.delete(resource=resource, folder="in", pattern="*.csv")
    assert [file["path"] for file in outputs["files"]] == ["in/a.csv", "in/b.csv"]
    assert (outputs["count"], outputs["bytes"], outputs["gone"], outputs["changed"]) == (2, 40_000, [], [])
    assert job.list(resource=resource, recursive=True) == ["in/keep.txt", "in/sub/c.csv"]


@pytest.mark.parametrize("resource", ["server", "folder", "memory", "bucket"])
def test_what_is_gone_is_fine_and_said(job: Job, bucket: Any, resource: str) -> None:
    fill(job.artifacts_dir, "in/a.csv")
    job.upload(resource=resource, recursive=True)
    outputs = job.delete(resource=resource, files=["in/a.csv", "in/never.csv"])
    assert (outputs["count"], outputs["gone"]) == (1, ["in/never.csv"])


def test_a_file_that_is_another_one_than_was_downloaded_is_left(job: Job, served: Path) -> None:
    fill(served, *NAMES)
    for name in NAMES:
        os.utime(served / name, (OLD, OLD))
    got = job.download(resource="server", folder="in", pattern="*.csv")
    (served / "in/b.csv").write_bytes(content("a newer one"))
    outputs = job.delete(resource="server", files=got["files"])
    assert ([file["path"] for file in outputs["files"]], outputs["changed"]) == (["in/a.csv"], ["in/b.csv"])
    assert sorted(read(served)) == ["in/b.csv", "in/keep.txt", "in/sub/c.csv"]


def test_a_later_attempt_deletes_nothing_that_came_since(job: Job, server: SftpServer, served: Path) -> None:
    fill(served, "a", "b", "c")
    for name in "abc":
        os.utime(served / name, (OLD, OLD))

    def refuse(path: str) -> None:
        if path.endswith("b"):
            raise PermissionError(13, "no")

    server.behaviour.on_remove = refuse
    failed = job.failure(FilesDelete, resource="server", pattern="*", parallel=1)
    assert failed.message == 'resource "server": deleting "b": the server does not allow that: permission denied'
    assert sorted(read(served)) == ["b", "c"]
    server.behaviour.on_remove = lambda _: None
    fill(served, "a", "d")
    (served / "c").write_bytes(b"a newer one")
    outputs = job.delete(resource="server", pattern="*", parallel=1)
    assert ([file["path"] for file in outputs["files"]], outputs["changed"]) == (["a", "b"], ["c"])
    assert sorted(read(served)) == ["a", "c", "d"]


def test_nothing_is_deleted_unless_the_flow_says_what(job: Job, served: Path) -> None:
    fill(served, "a")
    assert job.failure(FilesDelete, resource="server").message == "nothing says which files"
    assert sorted(read(served)) == ["a"]


def test_without_files_the_step_is_skipped(job: Job) -> None:
    result = job.run(FilesDelete, resource="server", pattern="*.csv")
    assert (result.status, result.reason) == (STEP_SKIPPED, 'no file fits "*.csv"')


def test_folders_and_links_are_not_deleted(job: Job, served: Path) -> None:
    fill(served, "in/a")
    (served / "link").symlink_to("in/a")
    job.run(FilesDelete, resource="server", pattern="*")
    assert job.failure(FilesDelete, resource="server", files=["in"]).message == (
        'resource "server": "in" is no file but a folder'
    )
    assert sorted(read(served)) == ["in/a", "link"]
