"""Servers and jobs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3  # noqa: F401  # what it imports takes long, once
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from tests.data_steps.files.place import Job
from tests.support.s3_server import KEY, SECRET, client, s3_server
from tests.support.sftp_server import SftpServer

BUCKET = "incoming"


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """Give the folder that the SFTP server serves."""
    folder = tmp_path / "served"
    folder.mkdir()
    return folder


@pytest.fixture
def server(served: Path) -> Iterator[SftpServer]:
    """Give an SFTP server."""
    made = SftpServer(served)
    yield made
    made.close()


@pytest.fixture
def job(tmp_path: Path, server: SftpServer) -> Iterator[Job]:
    """Give a job whose resources are `server`, `memory` and `folder`."""
    made = Job(tmp_path / "job")
    made.sftp(server)
    made.fs("memory", "memory", "/files")
    (tmp_path / "folder").mkdir()
    made.fs("folder", "file", str(tmp_path / "folder"))
    yield made
    made.close()
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """Give the URL of an S3 server."""
    with s3_server() as url:
        yield url


@pytest.fixture
def bucket(s3_endpoint: str, job: Job) -> Iterator[Any]:
    """Give a client of the server; the job's resource `bucket` is the bucket "incoming", empty."""
    made = client(s3_endpoint)
    made.create_bucket(Bucket=BUCKET)
    job.fs("bucket", "s3", BUCKET, key=KEY, secret=SECRET, endpoint_url=s3_endpoint)
    yield made
    for item in made.list_objects_v2(Bucket=BUCKET, MaxKeys=1000).get("Contents", ()):
        made.delete_object(Bucket=BUCKET, Key=item["Key"])
    made.delete_bucket(Bucket=BUCKET)
