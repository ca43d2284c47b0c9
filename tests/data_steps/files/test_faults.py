"""Servers that drop, stall, are slow or refuse: bounded by timeouts, told by the resource's name, without a secret."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.builtins.steps.files_copy import FilesCopy
from aetherflow.core.builtins.steps.files_delete import FilesDelete
from aetherflow.core.builtins.steps.files_download import FilesDownload
from aetherflow.core.builtins.steps.files_list import FilesList
from aetherflow.core.builtins.steps.files_upload import FilesUpload
from tests.data_steps.files.conftest import BUCKET
from tests.data_steps.files.place import Job, fill, read
from tests.support.proxy import Proxy
from tests.support.s3_server import KEY, SECRET
from tests.support.sftp_server import PASSWORD, SftpServer

STEPS = [
    (FilesList, {}),
    (FilesDownload, {}),
    (FilesUpload, {"to": "new"}),
    (FilesCopy, {"to_resource": "folder"}),
    (FilesDelete, {"pattern": "*"}),
]


@pytest.fixture
def line(server: SftpServer, job: Job, served: Path) -> Iterator[Proxy]:
    """Give the line to the SFTP server; both sides have a file."""
    fill(served, "a.csv", size=3_000_000)
    fill(job.artifacts_dir, "b.csv", size=3_000_000)
    made = Proxy(server.port)
    job.sftp(server, port=made.port, timeout_seconds=0.7, connect_timeout_seconds=2)
    yield made
    made.close()


def bounded(job: Job, step: Any, seconds: float, **inputs: Any) -> str:
    """Give what a step says that must fail soon, and never with the password or a traceback in it."""
    began = time.monotonic()
    failed = job.failure(step, resource="server", **inputs)
    assert time.monotonic() - began < seconds
    assert PASSWORD not in f"{failed.message}{failed.hint}"
    assert failed.message.startswith('resource "server": ')
    return failed.message.removeprefix('resource "server": ')


@pytest.mark.parametrize(("step", "inputs"), STEPS)
def test_a_server_that_stalls_before_it_answers_is_left(line: Proxy, job: Job, step: Any, inputs: Any) -> None:
    line.stall_after = 0
    assert bounded(job, step, 6, **inputs) == "the server did not take the connection within 2 seconds"


@pytest.mark.parametrize(("step", "inputs"), STEPS)
def test_a_server_that_stalls_once_it_has_signed_us_in_is_left(
    line: Proxy, job: Job, server: SftpServer, step: Any, inputs: Any
) -> None:
    job.list(resource="server")  # by a connection that is kept
    line.stall_after = line._sent
    message = bounded(job, step, 6, **inputs)
    assert message in (
        "the server did not take the connection within 2 seconds",  # to look whether the kept one lives
        'the server did not answer within 0.7 seconds while listing "."',
        'listing ".": no answer came in time',
    )


@pytest.mark.parametrize(
    ("step", "inputs", "doing"),
    [(FilesDownload, {}, 'reading "a.csv"'), (FilesCopy, {"to_resource": "folder"}, 'reading "a.csv"')],
)
def test_a_server_that_stalls_in_the_middle_of_a_file_is_left(
    line: Proxy, job: Job, tmp_path: Path, step: Any, inputs: Any, doing: str
) -> None:
    line.stall_after = 1_000_000
    assert bounded(job, step, 4, **inputs) == f"the server did not answer within 0.7 seconds while {doing}"
    assert read(job.artifacts_dir / "..").keys() & {"artifacts/a.csv"} == set()
    assert read(tmp_path / "folder") == {}


def test_a_server_that_stalls_in_the_middle_of_an_upload_is_left(
    line: Proxy, job: Job, server: SftpServer, served: Path
) -> None:
    server.behaviour.on_write = lambda offset: server.behaviour.stall() if offset > 1_000_000 else None
    assert bounded(job, FilesUpload, 4, to="new").startswith("the server did not answer within 0.7 seconds while ")
    assert not (served / "new/b.csv").exists()


@pytest.mark.parametrize(
    ("step", "inputs", "after"),
    [
        *((step, inputs, after) for step, inputs in STEPS for after in (0, 500, 3000)),
        (FilesDownload, {}, 1_000_000),
        (FilesCopy, {"to_resource": "folder"}, 1_000_000),
    ],
)
def test_a_server_that_drops_the_line_is_told(line: Proxy, job: Job, step: Any, inputs: Any, after: int) -> None:
    line.cut_after = after
    message = bounded(job, step, 5, **inputs)
    doing, _, what = message.rpartition(": ")
    assert what in ("the connection broke off", "what answers there is no SSH server, or too slow a one"), message
    assert doing in ("", 'listing "."', 'reading "a.csv"', 'writing "new/b.csv"', 'deleting "a.csv"'), message


def test_a_line_that_drops_in_the_middle_of_an_upload_leaves_no_file(
    line: Proxy, job: Job, server: SftpServer, served: Path
) -> None:
    server.behaviour.on_write = lambda offset: server.behaviour.drop() if offset > 1_000_000 else None
    assert bounded(job, FilesUpload, 5, to="new").endswith('ing "new/b.csv": the connection broke off')
    assert not (served / "new/b.csv").exists()


def test_a_slow_server_is_waited_for_while_something_comes(line: Proxy, job: Job, server: SftpServer) -> None:
    server.behaviour.on_read = lambda _offset: time.sleep(0.03)  # 3 seconds for the file
    assert job.download(resource="server")["count"] == 1


@pytest.mark.parametrize("step", [FilesDownload, FilesUpload, FilesCopy])
def test_a_step_that_is_cancelled_ends_within_a_second_and_leaves_no_part(
    line: Proxy, job: Job, server: SftpServer, served: Path, tmp_path: Path, step: Any
) -> None:
    server.behaviour.on_read = server.behaviour.on_write = lambda _offset: time.sleep(0.03)
    cancelled = threading.Event()
    job.cancelled = cancelled.is_set
    threading.Timer(0.6, cancelled.set).start()
    inputs = {FilesUpload: {"to": "new"}, FilesCopy: {"to_resource": "folder"}}.get(step, {})
    began = time.monotonic()
    failed = job.failure(step, resource="server", **inputs)
    assert time.monotonic() - began < 1.6
    assert failed.timed_out
    assert failed.message.endswith(" was ended: the step was out of time")
    time.sleep(0.3)
    assert [name for name in read(job.artifacts_dir) if name != "b.csv"] == []
    assert read(tmp_path / "folder") == {}


@pytest.mark.parametrize("where", ["on_read", "on_list"])
def test_a_cancelled_step_does_not_wait_for_a_server_that_stalls(
    job: Job, server: SftpServer, served: Path, where: str
) -> None:
    fill(served, "a.csv")
    setattr(server.behaviour, where, lambda *_: server.behaviour.stall())
    cancelled = threading.Event()
    job.cancelled = cancelled.is_set
    threading.Timer(0.5, cancelled.set).start()
    began = time.monotonic()
    assert job.failure(FilesDownload, resource="server").timed_out
    assert time.monotonic() - began < 1.7


def test_an_interrupt_ends_a_transfer_within_a_second(job: Job, server: SftpServer, served: Path) -> None:
    fill(served, "a.csv")
    server.behaviour.on_read = lambda _offset: server.behaviour.stall()
    began = time.monotonic()

    def interrupted() -> bool:
        if time.monotonic() - began > 0.5:
            raise KeyboardInterrupt
        return False

    job.cancelled = interrupted
    with pytest.raises(KeyboardInterrupt):
        job.run(FilesDownload, resource="server")
    assert time.monotonic() - began < 1.7


def test_the_connections_of_a_failed_step_are_closed(line: Proxy, job: Job, server: SftpServer) -> None:
    line.stall_after = 1_000_000
    bounded(job, FilesDownload, 4)
    until = time.monotonic() + 5
    while any(connection.is_active() for connection in server.behaviour.connections):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_connection_that_the_server_has_closed_is_replaced(job: Job, server: SftpServer, served: Path) -> None:
    fill(served, "a.csv")
    assert job.list(resource="server") == ["a.csv"]
    server.behaviour.drop()
    assert job.list(resource="server") == ["a.csv"]


def s3(job: Job, endpoint: str, **config: Any) -> None:
    job.fs("server", "s3", BUCKET, **{"key": KEY, "secret": SECRET, "endpoint_url": endpoint, **config})
    job.connectors["server"].answer_seconds = job.connectors["server"].connect_seconds = 1


def _stalls(line: Proxy) -> None:
    line.stall_after = 100_000


def _drops(line: Proxy) -> None:
    line.cut_after = 100_000


@pytest.mark.parametrize("fault", [_stalls, _drops])
@pytest.mark.parametrize("step", [FilesDownload, FilesCopy])
def test_a_bucket_that_stalls_or_drops_is_left(
    bucket: Any, job: Job, s3_endpoint: str, tmp_path: Path, step: Any, fault: Callable[[Proxy], None]
) -> None:
    bucket.put_object(Bucket=BUCKET, Key="a.csv", Body=bytes(3_000_000))
    line = Proxy(int(s3_endpoint.rpartition(":")[2]))
    s3(job, line.url)
    fault(line)
    inputs = {"to_resource": "folder"} if step is FilesCopy else {}
    began = time.monotonic()
    failed = job.failure(step, resource="server", **inputs)
    assert time.monotonic() - began < 8
    assert failed.message.startswith('resource "server": ')
    assert SECRET not in f"{failed.message}{failed.hint}"
    left = read(job.artifacts_dir) | read(tmp_path / "folder")
    assert "a.csv" not in left
    while left:  # a thread that the library holds up takes its part away as soon as it is let go
        assert time.monotonic() - began < 20
        time.sleep(0.1)
        left = read(job.artifacts_dir) | read(tmp_path / "folder")
    line.close()


def test_a_bucket_that_does_not_know_us_says_so(bucket: Any, job: Job, s3_endpoint: str) -> None:
    s3(job, "http://127.0.0.1:9")
    job.connectors["server"].answer_seconds = 20  # it says no at once, but for a machine that is busy
    assert job.failure(FilesList, resource="server").message == (
        'resource "server": listing ".": the connection was refused'
    )
    s3(job, s3_endpoint)
    job.connectors["server"].config["root"] = "no-such-bucket"
    assert job.failure(FilesList, resource="server").message == (
        'resource "server": listing ".": there is no such file, folder or bucket'
    )


def test_what_no_bucket_knows_in_a_config_is_told(bucket: Any, job: Job, s3_endpoint: str) -> None:
    s3(job, s3_endpoint, pasword="opensesame-x")
    job.connectors["server"].answer_seconds = 20  # as above
    failed = job.failure(FilesList, resource="server")
    assert 'the config does not fit the protocol "s3": ' in failed.message
    assert "'pasword'" in failed.message
    assert "opensesame" not in failed.message


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"protocol": "s33"}, 'fsspec knows no protocol "s33"'),
        ({"protocol": "memory", "pasword": "opensesame-x"}, None),
        ({"protocol": "file", "root": "/nowhere"}, 'listing ".": there is no such file, folder or bucket'),
    ],
)
def test_what_is_wrong_with_a_config_is_told(job: Job, config: dict[str, Any], message: str | None) -> None:
    job.fs("server", **{"root": "/", **config})
    if message is not None:
        assert job.failure(FilesList, resource="server").message == f'resource "server": {message}'
