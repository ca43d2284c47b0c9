"""The examples of the file steps and connectors run as their pages print them, against real servers."""

import hashlib
import os
from pathlib import Path

import pytest

from aetherflow.core.builtins.files.host_keys import HostKey
from tests.data_steps.examples import outputs_of, run_example
from tests.data_steps.files.place import OLD, content, fill, read
from tests.support.project import Project
from tests.support.s3_server import KEY, SECRET, client
from tests.support.sftp_server import PASSWORD, USER, SftpServer, settle


@pytest.fixture
def sftp(server: SftpServer) -> dict[str, str]:
    """Give the variables that name the SFTP server."""
    key = HostKey(server.host_key.get_name(), server.host_key.asbytes())
    return {
        "SFTP_HOST": "127.0.0.1",
        "SFTP_PORT": str(server.port),
        "SFTP_USER": USER,
        "SFTP_PASSWORD": PASSWORD,
        "SFTP_HOST_KEY": key.fingerprint,
    }


@pytest.fixture
def inbox(project: Project) -> Path:
    """Give a folder with orders in it."""
    folder = project.root / "inbox"
    fill(folder, "orders/a.csv", "orders/sub/b.csv", "top.csv")
    settle(folder)
    return folder


def test_files_sftp(project: Project, sftp: dict[str, str], served: Path) -> None:
    fill(served, "orders/old.csv", "orders/new.csv")
    os.utime(served / "orders/old.csv", (OLD, OLD))
    assert outputs_of(run_example(project, "files-sftp", **sftp), "look", "newest")["paths"] == ["new.csv"]


def test_files_fs(project: Project, inbox: Path, s3_endpoint: str) -> None:
    s3 = client(s3_endpoint)
    s3.create_bucket(Bucket="orders-archive")
    outcome = run_example(project, "files-fs", INBOX=str(inbox), S3_ENDPOINT=s3_endpoint, S3_KEY=KEY, S3_SECRET=SECRET)
    assert outputs_of(outcome, "archive", "copy")["count"] == 1
    body = s3.get_object(Bucket="orders-archive", Key="2026/january/top.csv")["Body"].read()
    assert body == content("top.csv")


def test_files_list(project: Project, inbox: Path) -> None:
    outcome = run_example(project, "files_list", INBOX=str(inbox))
    assert outputs_of(outcome, "look", "orders")["paths"] == ["orders/a.csv", "orders/sub/b.csv"]
    assert outcome.json["jobs"]["each"]["items"][1]["steps"]["tell"]["outputs"] == {
        "message": "orders/sub/b.csv has 20000 bytes"
    }


def test_files_download(project: Project, sftp: dict[str, str], served: Path) -> None:
    fill(served, "orders/2026-01/x/a.csv", "orders/2025-01/b.csv")
    settle(served)
    outputs = outputs_of(run_example(project, "files_download", **sftp), "fetch", "orders")
    (file,) = outputs["files"]  # type: ignore[misc]
    assert Path(file["target"]).read_bytes() == content("orders/2026-01/x/a.csv")
    assert file["target"].endswith("/artifacts/orders/2026-01/x/a.csv")


def test_files_upload(project: Project, sftp: dict[str, str], served: Path) -> None:
    (served / "reports").mkdir()
    outputs = outputs_of(run_example(project, "files_upload", **sftp), "report", "send")
    assert read(served) == {"reports/2026/01/orders-2026-01-31.csv": b"orders,12\n"}
    assert outputs["files"][0]["sha256"] == hashlib.sha256(b"orders,12\n").hexdigest()  # type: ignore[index]


def test_files_copy(project: Project, sftp: dict[str, str], served: Path, inbox: Path) -> None:
    (served / "incoming").mkdir()
    outcome = run_example(project, "files_copy", INBOX=str(inbox), **sftp)
    assert outputs_of(outcome, "hand_on", "copy")["bytes"] == 40_000
    assert sorted(read(served)) == ["incoming/a.csv", "incoming/sub/b.csv"]
    outcome = run_example(project, "files_copy", INBOX=str(inbox), **sftp)
    error = outcome.json["jobs"]["hand_on"]["steps"]["copy"]["error"]
    assert error.startswith('resource "partner": there is a file "')
    assert PASSWORD not in outcome.stdout + outcome.stderr


def test_files_delete(project: Project, inbox: Path) -> None:
    outcome = run_example(project, "files_delete", INBOX=str(inbox))
    assert outputs_of(outcome, "take", "remove")["count"] == 1
    assert sorted(read(inbox)) == ["orders/sub/b.csv", "top.csv"]
