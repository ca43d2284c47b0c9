"""Archives of this machine: where they are looked for, and what keeps them from being read."""

import hashlib
import os
import resource
from pathlib import Path

import pytest

from aetherflow.core.bundles.sources.archive import ArchiveFetcher
from aetherflow.core.bundles.values import Fetched, FetchFailed, Limits
from aetherflow.core.contracts.span import Span
from tests.bundles_archives.archives import FILES, contents, fetched, local, modes, told, zip_of


def failure(root: Path, location: str, **source: str) -> FetchFailed:
    """Give why a source cannot be fetched."""
    (root / "into").mkdir(exist_ok=True)
    with pytest.raises(FetchFailed) as caught:
        ArchiveFetcher().fetch(local(root, location, **source), root / "into", Limits())
    assert list((root / "into").iterdir()) == []
    return caught.value


def test_a_relative_location_is_relative_to_the_folder_of_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "ops").mkdir()
    (tmp_path / "orders.zip").write_bytes(zip_of())
    (tmp_path / "into").mkdir()
    ArchiveFetcher().fetch(local(tmp_path / "ops", "../orders.zip"), tmp_path / "into", Limits())
    assert contents(tmp_path / "into") == FILES


@pytest.mark.parametrize("prefix", ["", "file://", "file://localhost", "FILE://"])
def test_a_location_may_be_absolute_or_a_file_url(tmp_path: Path, prefix: str) -> None:
    (tmp_path / "two words.zip").write_bytes(zip_of())
    (tmp_path / "into").mkdir()
    name = "two%20words.zip" if prefix else "two words.zip"
    source = local(Path("/nowhere"), f"{prefix}{tmp_path}/{name}")
    ArchiveFetcher().fetch(source, tmp_path / "into", Limits())
    assert contents(tmp_path / "into") == FILES


def test_an_archive_may_be_named_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "1.2.zip").write_bytes(zip_of())
    (tmp_path / "current.zip").symlink_to("1.2.zip")
    (tmp_path / "into").mkdir()
    ArchiveFetcher().fetch(local(tmp_path, "current.zip"), tmp_path / "into", Limits())
    assert contents(tmp_path / "into") == FILES


def test_a_missing_archive_is_named_with_the_one_that_may_be_meant(tmp_path: Path) -> None:
    (tmp_path / "orders.zip").write_bytes(b"")
    assert told(failure(tmp_path, "order.zip")) == (
        'AF-B140 archive "order.zip": there is no such file\ndid you mean "orders.zip", in the same folder?'
    )


def test_a_missing_archive_is_told_with_where_it_was_looked_for(tmp_path: Path) -> None:
    assert told(failure(tmp_path, "build/x.zip")) == (
        f'AF-B140 archive "build/x.zip": there is no such file\nit was looked for at {tmp_path}/build/x.zip'
    )


def test_a_folder_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    assert told(failure(tmp_path, "orders")) == (
        'AF-B140 archive "orders": it is a folder, not an archive'
        "\nname the archive, or write `type: filesystem` for the folder"
    )


def test_a_pipe_in_the_place_of_an_archive_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "orders.zip")
    assert told(failure(tmp_path, "orders.zip")) == (
        'AF-B140 archive "orders.zip": it is no plain file\ngive the path of a file'
    )


def test_a_device_is_no_archive(tmp_path: Path) -> None:
    assert "it is no plain file" in told(failure(tmp_path, "/dev/zero"))


def test_an_archive_that_may_not_be_read_is_told(without_root: Path) -> None:
    (without_root / "orders.zip").write_bytes(zip_of())
    (without_root / "orders.zip").chmod(0)
    assert told(failure(without_root, "orders.zip")) == (
        'AF-B140 archive "orders.zip": it cannot be read: permission denied\nsee to it that it is there and may be read'
    )


@pytest.mark.parametrize(
    ("location", "finding"),
    [
        (
            "ftp://host/orders.zip",
            'nothing here fetches archives from "ftp://"'
            "\nwrite a path, or an http or https URL; folders elsewhere are sources of type remote",
        ),
        (
            "file://host/orders.zip",
            'a "file://" URI names a file of this machine, not of another'
            "\nwrite three slashes before an absolute path: file:///srv/bundles/orders.zip",
        ),
        ("file://[/orders.zip", "its URL cannot be read\nwrite the path itself, or file:///path/to/archive.zip"),
    ],
)
def test_a_location_that_nothing_fetches_from_is_told(tmp_path: Path, location: str, finding: str) -> None:
    assert told(failure(tmp_path, location)) == f'AF-B141 archive "{location}": {finding}'


def test_a_location_with_a_nul_is_told(tmp_path: Path) -> None:
    assert "it cannot be read: its path has a NUL character in it" in told(failure(tmp_path, "a\0b"))


def test_a_finding_points_at_the_location_in_the_manifest(tmp_path: Path) -> None:
    span = Span("manifest.yaml", 4, 20, 4, 30)
    (finding,) = failure(tmp_path, "x.zip", places={"location": span}).diagnostics  # type: ignore[arg-type]  # as given
    assert finding.span == span


def test_a_finding_about_the_checksum_points_at_that(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(zip_of({"a": b"1"}))
    location, sha256 = Span("manifest.yaml", 4, 20, 4, 30), Span("manifest.yaml", 5, 20, 5, 84)
    places = {"location": location, "sha256": sha256}
    (finding,) = failure(tmp_path, "x.zip", sha256="0" * 64, places=places).diagnostics  # type: ignore[arg-type]  # as given
    assert finding.span == sha256


@pytest.mark.parametrize("form", ["{}", "sha256:{}", " {}\n"])
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_an_archive_with_the_sha256_of_the_manifest_is_unpacked(tmp_path: Path, form: str, case: "type[str]") -> None:
    content = zip_of({"a": b"1"})
    fetched(tmp_path, content, sha256=form.format(case(hashlib.sha256(content).hexdigest())))
    assert contents(tmp_path / "into") == {"a": b"1"}


def test_another_archive_than_the_manifest_names_is_not_unpacked(tmp_path: Path) -> None:
    content = zip_of()
    (tmp_path / "orders.zip").write_bytes(content)
    assert told(failure(tmp_path, "orders.zip", sha256="ab" * 32)) == (
        f'AF-B149 archive "orders.zip": its sha256 is {hashlib.sha256(content).hexdigest()}, and the manifest wants '
        + "ab" * 32
        + "\nsee who changed it; if it may be trusted, write its sha256 into the manifest"
    )


def test_what_is_unpacked_is_what_was_hashed_even_if_the_file_changes_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aetherflow.core.bundles.sources import archive

    def change_and_extract(*arguments: object) -> object:
        (tmp_path / "orders.zip").write_bytes(zip_of({"evil": b"1"}))
        return extract(*arguments)  # type: ignore[arg-type]  # as given

    extract = archive.extract
    monkeypatch.setattr(archive, "extract", change_and_extract)
    fetched(tmp_path, zip_of())
    assert contents(tmp_path / "into") == FILES


def test_nothing_stays_beside_the_folder(tmp_path: Path) -> None:
    fetched(tmp_path, zip_of())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["into", "orders.zip"]


def test_a_full_disk_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "into").mkdir()
    (tmp_path / "orders.zip").write_bytes(zip_of({"a": os.urandom(100_000)}))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))  # what a full disk is to a program
    try:
        with pytest.raises(FetchFailed) as caught:
            ArchiveFetcher().fetch(local(tmp_path), tmp_path / "into", Limits())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert told(caught.value).startswith('AF-B188 archive "orders.zip": what it has cannot be written: file too large')


@pytest.mark.parametrize("missing", ["into", "nowhere/into"])
def test_a_folder_that_cannot_be_written_to_is_a_finding(tmp_path: Path, missing: str) -> None:
    (tmp_path / "orders.zip").write_bytes(zip_of())
    with pytest.raises(FetchFailed) as caught:
        ArchiveFetcher().fetch(local(tmp_path), tmp_path / missing, Limits())
    assert told(caught.value).startswith("AF-B188 ")


def test_a_folder_that_is_a_link_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "into").symlink_to("elsewhere")
    (tmp_path / "orders.zip").write_bytes(zip_of())
    with pytest.raises(FetchFailed):
        ArchiveFetcher().fetch(local(tmp_path), tmp_path / "into", Limits())
    assert modes(tmp_path / "elsewhere") == {}


def test_an_archive_is_current_until_its_content_changes(tmp_path: Path) -> None:
    got = fetched(tmp_path, zip_of())
    (tmp_path / "orders.zip").touch()
    assert ArchiveFetcher().is_current(local(tmp_path), got) is True
    (tmp_path / "orders.zip").write_bytes(zip_of({"a": b"1"}))
    assert ArchiveFetcher().is_current(local(tmp_path), got) is False


def test_an_archive_that_is_gone_is_a_finding_when_it_is_asked_about(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed) as caught:
        ArchiveFetcher().is_current(local(tmp_path), Fetched(revision="sha256:" + "0" * 64))
    assert told(caught.value).startswith('AF-B140 archive "orders.zip": there is no such file')


def test_an_archive_that_the_manifest_names_by_its_sha256_needs_no_asking(tmp_path: Path) -> None:
    got = Fetched(revision="sha256:" + "ab" * 32)
    assert ArchiveFetcher().is_current(local(tmp_path, sha256="AB" * 32), got) is True
    assert ArchiveFetcher().is_current(local(tmp_path, sha256="cd" * 32), got) is False
