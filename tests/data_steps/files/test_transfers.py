"""Downloads, uploads and copies: whole or not at all, inside the job and the root, as they were listed."""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.api import STEP_SKIPPED
from aetherflow.core.builtins.steps.files_copy import FilesCopy
from aetherflow.core.builtins.steps.files_download import FilesDownload
from aetherflow.core.builtins.steps.files_upload import FilesUpload
from tests.data_steps.files.conftest import BUCKET
from tests.data_steps.files.place import OLD, Job, content, fill, read
from tests.support.sftp_server import SftpServer, named

NAMES = ("a.csv", "sub/b.csv", "sub/deep/ü c.csv", "empty.csv")
EVERYWHERE = ["server", "folder", "memory", "bucket"]


def everything(job: Job, resource: str, folder: str) -> dict[str, bytes]:
    """Read what a resource has in a folder, hidden files too, by another way than the steps'."""
    outputs = job.download(
        resource=resource, folder=folder, recursive=True, to=f"seen-{resource}", skip_when_empty=False
    )
    return {file["path"].removeprefix(f"{folder}/"): Path(file["target"]).read_bytes() for file in outputs["files"]}


@pytest.mark.parametrize("verify", ["size", "sha256"])
@pytest.mark.parametrize("resource", EVERYWHERE)
def test_files_go_there_and_come_back_as_they_were(job: Job, bucket: Any, resource: str, verify: str) -> None:
    files = fill(job.artifacts_dir / "out", *NAMES, size=600_000)
    (job.artifacts_dir / "out/empty.csv").write_bytes(b"")
    files["empty.csv"] = b""
    sent = job.upload(resource=resource, folder="out", recursive=True, to="in/new", verify=verify)
    assert (sent["count"], sent["bytes"], sent["transferred"], sent["resumed"]) == (4, 1_800_000, 4, 0)
    got = job.download(resource=resource, folder="in/new", recursive=True, to="back")
    assert read(job.artifacts_dir / "back") == files
    assert [(file["path"], file["size"], file["sha256"]) for file in got["files"]] == [
        (f"in/new/{name}", len(data), hashlib.sha256(data).hexdigest()) for name, data in sorted(files.items())
    ]
    assert got["files"][0]["target"] == str(job.artifacts_dir / "back/a.csv")


@pytest.mark.parametrize("source", EVERYWHERE)
@pytest.mark.parametrize("target", EVERYWHERE)
def test_files_are_copied_between_any_two_resources(job: Job, bucket: Any, source: str, target: str) -> None:
    files = fill(job.artifacts_dir / "out", *NAMES)
    job.upload(resource=source, folder="out", recursive=True, to="from")
    copied = job.copy(resource=source, to_resource=target, folder="from", recursive=True, to="copies", verify="sha256")
    assert (copied["count"], copied["transferred"]) == (4, 4)
    assert everything(job, target, "copies") == files


def test_nothing_hidden_stays_on_the_server(job: Job, served: Path, tmp_path: Path) -> None:
    fill(job.artifacts_dir, *NAMES)
    for resource in ("server", "folder"):
        job.upload(resource=resource, recursive=True, to="in")
        job.copy(resource=resource, folder="in", recursive=True, to="copies")
    for root in (served, tmp_path / "folder"):
        assert sorted(read(root)) == sorted(f"{folder}/{name}" for folder in ("in", "copies") for name in NAMES)


def test_a_larger_object_is_sent_in_pieces(job: Job, bucket: Any) -> None:
    data = content("large", 20_000_000)
    (job.artifacts_dir / "large").write_bytes(data)
    job.upload(resource="bucket", paths=["large"], verify="sha256")
    assert bucket.get_object(Bucket="incoming", Key="large")["Body"].read() == data
    assert not bucket.list_multipart_uploads(Bucket="incoming").get("Uploads")


def test_files_are_named_flattened_and_renamed(job: Job, served: Path) -> None:
    fill(served, "in/a.csv", "in/sub/b.csv")
    job.download(resource="server", files=["in/sub/b.csv"], to="one")
    job.download(resource="server", files=["in/sub/b.csv"], to="two", flatten=True)
    job.download(resource="server", files=["in/a.csv"], to="three", name="today.csv")
    listed = [{"path": "in/a.csv", "size": 20_000, "modified": None, "sha256": "…"}]
    job.download(resource="server", files=listed, to="four", flatten=True)
    assert sorted(read(job.artifacts_dir)) == ["four/a.csv", "one/in/sub/b.csv", "three/today.csv", "two/b.csv"]
    failed = job.failure(FilesDownload, resource="server", folder="in", recursive=True, name="x")
    assert failed.message == "`name` names one file, but 2 fit"


def test_an_upload_takes_files_by_their_paths(job: Job, served: Path) -> None:
    fill(job.artifacts_dir, "a.csv", "sub/b.csv")
    whole_path = str(job.artifacts_dir / "sub/b.csv")
    job.upload(resource="server", paths=["a.csv", "sub/b.csv", whole_path], to="in")
    assert sorted(read(served)) == ["in/a.csv", "in/b.csv", "in/sub/b.csv"]


def test_what_is_there_is_replaced_skipped_or_refused(job: Job, served: Path) -> None:
    fill(job.artifacts_dir, "a", "b")
    (served / "a").write_text("theirs")
    assert job.upload(resource="server", if_exists="skip")["skipped"] == 1
    assert read(served) == {"a": b"theirs", "b": content("b")}
    failed = job.failure(FilesUpload, resource="server", if_exists="fail", pattern="a")
    assert failed.message == 'resource "server": there is a file "a" already'
    job.upload(resource="server")
    assert read(served)["a"] == content("a")
    (job.artifacts_dir / "a").write_text("ours")
    assert job.download(resource="server", if_exists="skip", pattern="a")["skipped"] == 1
    failed = job.failure(FilesDownload, resource="server", if_exists="fail", pattern="a")
    assert failed.message == f'there is a file "{job.artifacts_dir}/a" already'
    job.download(resource="server", pattern="a")
    assert (job.artifacts_dir / "a").read_bytes() == content("a")


def test_without_files_the_step_is_skipped(job: Job, served: Path) -> None:
    fill(served, "in/a.txt")
    skipped = job.run(FilesDownload, resource="server", folder="in", pattern="*.csv")
    assert (skipped.status, skipped.reason) == (STEP_SKIPPED, 'no file in "in" fits "*.csv"')
    skipped = job.run(FilesUpload, resource="server", pattern="*.csv")
    assert (skipped.status, skipped.reason) == (STEP_SKIPPED, 'no file in "." fits "*.csv"')
    skipped = job.run(FilesCopy, resource="server", to_resource="memory", files=[])
    assert (skipped.status, skipped.reason) == (STEP_SKIPPED, "no files are named, or none of them fits")


def test_a_named_file_that_is_not_there_fails_the_step(job: Job) -> None:
    failed = job.failure(FilesDownload, resource="server", files=["a", "b", "a"])
    assert failed.message == 'resource "server": there is no file "a", and 1 more are missing'
    failed = job.failure(FilesUpload, resource="server", paths=["a"])
    assert failed.message.startswith('`paths`: there is no file "a", neither in "')


@pytest.mark.parametrize("to", ["..", "../x", "a/../../x", "/etc/x", "linked/x", "linked"])
def test_no_download_leads_out_of_the_jobs_directory(job: Job, served: Path, tmp_path: Path, to: str) -> None:
    fill(served, "evil")
    (tmp_path / "elsewhere").mkdir()
    (job.artifacts_dir / "linked").symlink_to(tmp_path / "elsewhere")
    failed = job.failure(FilesDownload, resource="server", to=to)
    assert failed.message == f'`to`: "{to}/_" may lead out of the job\'s directory'
    assert read(tmp_path / "elsewhere") == {}


def test_no_link_in_the_way_leads_a_download_out(job: Job, served: Path, tmp_path: Path) -> None:
    fill(served, "sub/evil")
    (tmp_path / "elsewhere").mkdir()
    (job.artifacts_dir / "sub").symlink_to(tmp_path / "elsewhere")
    failed = job.failure(FilesDownload, resource="server", recursive=True)
    assert "may lead out of the job's directory" in failed.message
    assert read(tmp_path / "elsewhere") == {}


def test_a_link_in_a_files_place_is_replaced_and_not_followed(job: Job, served: Path, tmp_path: Path) -> None:
    fill(served, "a")
    (tmp_path / "precious").write_text("precious")
    (job.artifacts_dir / "a").symlink_to(tmp_path / "precious")
    job.download(resource="server")
    assert (tmp_path / "precious").read_text() == "precious"
    assert (job.artifacts_dir / "a").read_bytes() == content("a")


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "in/../../secret", "a\\b", "C:x", "a\nb", ""])
def test_no_path_leads_out_of_the_root(job: Job, served: Path, path: str) -> None:
    fill(job.artifacts_dir, "a")
    for resource in ("server", "folder"):
        failed = job.failure(FilesDownload, resource=resource, files=[path])
        assert failed.message.startswith(f"`files`: {path!r} is no path below the resource's root: ")
    if path:
        failed = job.failure(FilesUpload, resource="server", to=path)
        assert failed.message.startswith(f"`to`: {path!r} is no path below the resource's root: ")


def test_no_link_leads_an_upload_out_of_the_root(job: Job, served: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    fill(job.artifacts_dir, "a")
    for root, resource in ((served, "server"), (tmp_path / "folder", "folder")):
        (root / "linked").symlink_to(tmp_path / "elsewhere")
        assert "is a link" in job.failure(FilesUpload, resource=resource, to="linked").message
    assert read(tmp_path / "elsewhere") == {}


def test_an_upload_passes_over_links_and_refuses_those_that_lead_out(job: Job, served: Path, tmp_path: Path) -> None:
    fill(tmp_path / "secret", "x")
    fill(job.artifacts_dir, "a")
    (job.artifacts_dir / "link").symlink_to(tmp_path / "secret/x")
    (job.artifacts_dir / "folder").symlink_to(tmp_path / "secret")
    job.upload(resource="server", recursive=True)
    assert sorted(read(served)) == ["a"]
    assert "may lead out" in job.failure(FilesUpload, resource="server", paths=["link"]).message
    assert "may lead out" in job.failure(FilesUpload, resource="server", folder="folder").message


def test_names_that_not_every_system_tells_apart_are_refused_before_anything_is_written(job: Job, served: Path) -> None:
    fill(served, "Report.csv", "report.CSV")
    failed = job.failure(FilesDownload, resource="server")
    assert failed.message == (
        '"Report.csv" and "report.CSV" would both be written as "report.CSV", which not every system tells apart'
    )
    fill(served, "x/same", "y/same")
    failed = job.failure(FilesDownload, resource="server", pattern="*/same", flatten=True)
    assert failed.message.startswith('"x/same" and "y/same" would both be written as "same"')
    assert read(job.artifacts_dir) == {}


def test_an_object_in_the_place_of_a_folder_is_listed_and_refused_before_anything_is_written(
    job: Job, bucket: Any
) -> None:
    for key in ("a", "a/b", "a/c/d"):
        bucket.put_object(Bucket=BUCKET, Key=key, Body=b"1")
    assert job.list(resource="bucket", recursive=True) == ["a", "a/b", "a/c/d"]
    failed = job.failure(FilesDownload, resource="bucket", recursive=True)
    assert failed.message == '"a" would be a file where "a/b" needs a folder'
    assert read(job.artifacts_dir) == {}
    assert job.download(resource="bucket", pattern="a/**")["count"] == 2


def test_a_hostile_name_fails_a_download_and_nothing_is_written(job: Job, server: SftpServer, served: Path) -> None:
    fill(served, "a")
    server.behaviour.names = [named("x\\..\\y")]
    assert "it has a backslash in it" in job.failure(FilesDownload, resource="server").message
    assert read(job.artifacts_dir) == {}


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")
    os.utime(path, (OLD, OLD))


def _shrink(path: Path) -> None:
    os.truncate(path, 400_000)
    os.utime(path, (OLD, OLD))


def _touch(path: Path) -> None:
    os.utime(path, (OLD + 1, OLD + 1))


@pytest.mark.parametrize("change", [_grow, _shrink, _touch, Path.unlink])
@pytest.mark.parametrize("step", [FilesDownload, FilesCopy])
def test_a_file_that_changes_while_it_is_read_fails_the_step(
    job: Job, server: SftpServer, served: Path, tmp_path: Path, step: Any, change: Any
) -> None:
    fill(served, "in/a.csv", size=900_000)
    os.utime(served / "in/a.csv", (OLD, OLD))

    def once(_offset: int) -> None:
        server.behaviour.on_read = lambda _: None
        change(served / "in/a.csv")

    server.behaviour.on_read = once
    more = {"to_resource": "folder"} if step is FilesCopy else {}
    failed = job.failure(step, resource="server", folder="in", **more)
    assert failed.message == 'resource "server": "in/a.csv" changed while it was read'
    assert read(job.artifacts_dir) == read(tmp_path / "folder") == {}


def test_a_local_file_that_changes_while_it_is_read_fails_the_step(job: Job, server: SftpServer, served: Path) -> None:
    fill(job.artifacts_dir, "a.csv", size=12_000_000)  # more than the line holds

    def once(_offset: int) -> None:
        server.behaviour.on_write = lambda _: None
        _touch(job.artifacts_dir / "a.csv")

    server.behaviour.on_write = once
    failed = job.failure(FilesUpload, resource="server")
    assert failed.message == f'"{job.artifacts_dir}/a.csv" changed while it was read'
    assert read(served) == {}


def test_what_has_no_end_is_not_uploaded(job: Job, served: Path) -> None:
    failed = job.failure(FilesUpload, resource="server", paths=["/dev/zero"])
    assert failed.message == '"/dev/zero" changed while it was read'
    assert read(served) == {}


def test_a_server_that_loses_bytes_is_noticed(job: Job, server: SftpServer, served: Path) -> None:
    fill(job.artifacts_dir, "a.csv", size=900_000)

    def lose(offset: int) -> None:
        if offset > 500_000:
            raise OSError(28, "No space left on device")

    server.behaviour.on_write = lose
    failed = job.failure(FilesUpload, resource="server")
    assert failed.message == 'resource "server": finishing "a.csv": the server refuses that: Failure'
    assert read(served) == {}


def test_what_is_read_back_is_compared(job: Job, served: Path, server: SftpServer) -> None:
    fill(job.artifacts_dir, "a.csv", size=900_000)

    def spoil(_offset: int) -> None:
        server.behaviour.on_read = lambda _: None
        (part,) = served.iterdir()
        part.write_bytes(bytes(900_000))

    server.behaviour.on_read = spoil
    failed = job.failure(FilesUpload, resource="server", verify="sha256")
    assert failed.message == 'resource "server": "a.csv" reads back as something else than was sent'
    assert read(served) == {}


def test_a_server_without_posix_rename_is_written_to(job: Job, server: SftpServer, served: Path) -> None:
    server.behaviour.knows_posix_rename = False
    fill(job.artifacts_dir, "a.csv")
    (served / "a.csv").write_text("old")
    job.upload(resource="server")
    assert read(served) == {"a.csv": content("a.csv")}


def test_what_is_there_is_not_lost_where_the_server_refuses_to_replace_it(
    job: Job, server: SftpServer, served: Path
) -> None:
    fill(job.artifacts_dir, "a.csv")
    (served / "a.csv").write_text("old")
    server.behaviour.on_rename = lambda old, new: "-0.part" in old or not new.endswith("/a.csv")
    failed = job.failure(FilesUpload, resource="server")
    assert failed.message == 'resource "server": publishing "a.csv": the server refuses that: Failure'
    assert read(served) == {"a.csv": b"old"}


def test_what_a_killed_replacement_has_put_aside_is_removed_by_the_next(
    job: Job, server: SftpServer, served: Path
) -> None:
    def drop() -> bool:
        server.behaviour.drop()
        return True

    server.behaviour.knows_posix_rename = False
    fill(job.artifacts_dir, "a.csv")
    (served / "a.csv").write_text("old")
    server.behaviour.on_rename = lambda _old, new: not (new.endswith("/a.csv") and drop())
    job.failure(FilesUpload, resource="server")
    assert [name.rpartition("-")[2] for name in sorted(read(served))] == ["0.part", "1.part"]
    server.behaviour.on_rename = lambda _old, _new: True
    job.upload(resource="server")
    assert read(served) == {"a.csv": content("a.csv")}


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        ("server", 'resource "server": "a.csv" is a folder'),
        ("folder", 'resource "folder": publishing "a.csv": a folder stands where a file should'),
    ],
)
def test_a_folder_in_a_files_place_is_left_as_it_is(
    job: Job, served: Path, tmp_path: Path, resource: str, message: str
) -> None:
    fill(job.artifacts_dir, "a.csv")
    root = served if resource == "server" else tmp_path / "folder"
    fill(root, "a.csv/inside")
    assert job.failure(FilesUpload, resource=resource, pattern="a.csv").message == message
    assert read(root) == {"a.csv/inside": content("a.csv/inside")}


def test_a_copy_onto_itself_is_refused(job: Job, served: Path) -> None:
    fill(served, "a.csv")
    failed = job.failure(FilesCopy, resource="server")
    assert failed.message == '"a.csv" would be copied onto itself'
    assert read(served) == {"a.csv": content("a.csv")}


def test_a_file_system_that_cannot_rename_is_read_only(job: Job) -> None:
    job.fs("web", "http", "http://127.0.0.1:9")
    fill(job.artifacts_dir, "a")
    assert job.failure(FilesUpload, resource="web").message == (
        'resource "web": files cannot be written by "http": fsspec has no renaming for it, so that half a file might '
        "be seen"
    )


def test_how_far_it_is_is_told_in_bytes(job: Job, served: Path) -> None:
    fill(served, "a", "b", size=500_000)
    job.download(resource="server")
    assert job.told[-1] == (1_000_000, 1_000_000, "bytes, 2 of 2 files")


def test_no_more_connections_are_opened_than_were_asked_for(job: Job, server: SftpServer, served: Path) -> None:
    fill(served, *(f"f{number}" for number in range(30)))
    job.download(resource="server", parallel=3)
    assert len(server.behaviour.connections) <= 3
    job.download(resource="server", parallel=3, to="again")
    assert len(server.behaviour.connections) <= 3  # those of before
    assert len(read(job.artifacts_dir)) == 60
