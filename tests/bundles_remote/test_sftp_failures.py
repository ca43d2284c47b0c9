"""What an SFTP server may do wrong, by mistake or on purpose: always one finding, and in time."""

import os
import socket
import stat
import time
from collections.abc import Callable
from pathlib import Path

import paramiko
import pytest

from aetherflow.core.bundles.values import Limits
from tests.bundles_remote.sftp_sources import orders
from tests.bundles_remote.sources import failure, read, resource, source, told
from tests.support.sftp_server import PASSWORD, SftpServer, named, settle

TRY_AGAIN = "the same command tries again"


def finding(code: str, sftp: SftpServer, what: str, hint: str) -> str:
    """Write a finding about the bundle on the server."""
    return f"{code}: {said(sftp, what)}\n= {hint}"


def said(sftp: SftpServer, what: str) -> str:
    """Begin a message as all do that are about the bundle on the server."""
    return f'remote folder "sftp://127.0.0.1:{sftp.port}/orders": {what}'


def test_a_folder_that_is_not_there_is_told(sftp: SftpServer, into: Path) -> None:
    assert told(failure(orders(sftp, path="/order"), into)) == (
        f'AF-B199: remote folder "sftp://127.0.0.1:{sftp.port}/order": there is no such folder: no such file\n'
        "= look at the location: upper and lower case count"
    )


def test_a_file_is_no_folder(sftp: SftpServer, into: Path) -> None:
    assert told(failure(orders(sftp, path="/orders/profiles.yaml"), into)) == (
        f'AF-B199: remote folder "sftp://127.0.0.1:{sftp.port}/orders/profiles.yaml": it is no folder\n'
        "= name the folder that the bundle lies in; for a zip or tar file write `type: archive`"
    )


def test_a_folder_that_may_not_be_read_is_told(sftp: SftpServer, into: Path) -> None:
    def deny() -> None:
        raise PermissionError(13, "no")

    sftp.behaviour.on_list = deny
    assert told(failure(orders(sftp), into)) == (
        finding(
            "AF-B200", sftp, "it may not be read: permission denied", 'look at the resource "files" of the manifest'
        )
    )


def test_a_folder_without_files_is_told(sftp: SftpServer, into: Path) -> None:
    (sftp.root / "empty/inside").mkdir(parents=True)
    assert told(failure(orders(sftp, path="/empty"), into)) == (
        f'AF-B201: remote folder "sftp://127.0.0.1:{sftp.port}/empty": there are no files in it\n'
        "= look at the location; a web server must be set up to list its folders (nginx: `autoindex on`)"
    )


def test_a_server_that_is_not_running_is_told(into: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    asked = source(f"sftp://127.0.0.1:{port}/orders", into, resource("sftp", {"password": PASSWORD}))
    assert told(failure(asked, into)) == (
        f'AF-B195: remote folder "sftp://127.0.0.1:{port}/orders": it cannot be reached: connection refused\n'
        "= see whether the server runs, and whether this machine may connect to it"
    )


def test_a_host_that_nobody_knows_is_told(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_arguments: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # a real look-up takes as long as the network likes
    asked = source("sftp://files.example.invalid/orders", into, resource("sftp", {"password": PASSWORD}))
    assert told(failure(asked, into)) == (
        'AF-B194: remote folder "sftp://files.example.invalid/orders": '
        "there is no such host: name or service not known\n"
        "= look at the location, and at how this machine looks up names"
    )


def test_a_server_that_is_something_else_is_told(into: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        asked = source(f"sftp://127.0.0.1:{other.getsockname()[1]}/", into, resource("sftp", {"password": PASSWORD}))
        # What has come before anybody takes up the connection is told, and there is nothing more to come.
        failed = failure(asked, into, in_child=True, idle_seconds=0.5)
    assert failed.message.endswith("it sent nothing for 0.5 seconds; the last was: connecting")
    assert failed.diagnostics[0].code == "AF-B202"


def test_a_connection_that_breaks_while_the_folder_is_listed_is_told(sftp: SftpServer, into: Path) -> None:
    sftp.behaviour.on_list = sftp.behaviour.drop
    assert told(failure(orders(sftp), into)) == (
        finding("AF-B203", sftp, "the connection broke while listing it: it was closed", TRY_AGAIN)
    )


def test_half_a_listing_is_no_listing(sftp: SftpServer, into: Path) -> None:
    sftp.behaviour.names = [named(f"file-{number}") for number in range(500)]
    asked = []

    def drop_later() -> None:
        asked.append(1)
        if len(asked) > 1:  # the folders inside
            sftp.behaviour.drop()

    sftp.behaviour.on_list = drop_later
    assert failure(orders(sftp), into).diagnostics[0].code == "AF-B203"


def test_a_connection_that_breaks_in_the_middle_of_a_file_is_told(sftp: SftpServer, into: Path) -> None:
    sftp.behaviour.on_read = lambda offset: sftp.behaviour.drop() if offset > 100_000 else None
    failed = failure(orders(sftp), into, in_child=True)
    assert failed.diagnostics[0].code == "AF-B203"
    assert failed.message.startswith(said(sftp, 'the connection broke while reading "'))


@pytest.mark.parametrize(("where", "last"), [("on_list", "listing the folder"), ("on_read", 'reading "profiles.yaml"')])
def test_a_server_that_stalls_is_left(sftp: SftpServer, into: Path, where: str, last: str) -> None:
    def stall(*_: object) -> None:
        sftp.behaviour.stall()

    setattr(sftp.behaviour, where, stall)
    began = time.monotonic()
    failed = failure(orders(sftp), into, in_child=True, idle_seconds=3)
    assert told(failed) == (
        finding(
            "AF-B202",
            sftp,
            f"it sent nothing for 3 seconds; the last was: {last}",
            "look at the server; the same command tries again",
        )
    )
    assert time.monotonic() - began < 30


def test_a_server_that_is_slow_all_the_time_is_left_in_the_end(sftp: SftpServer, into: Path) -> None:
    (sftp.root / "orders/large").write_bytes(b"x" * 5_000_000)
    sftp.behaviour.on_read = lambda _: time.sleep(0.05)
    failed = failure(orders(sftp), into, in_child=True, limits=Limits(seconds=1), idle_seconds=1)
    assert failed.message == said(sftp, 'it was not fetched within 1 seconds; the last was: reading "profiles.yaml"')
    assert failed.diagnostics[0].code == "AF-B202"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../../etc/cron.d/evil", "it has a slash in it"),
        ("/etc/passwd", "it has a slash in it"),
        ("a/b", "it has a slash in it"),
        ("..\\evil", "it has a backslash in it"),
        ("C:evil", "it is absolute"),
        ("line\nbreak", "it has control characters in it"),
        ("\x1b[31mred", "it has control characters in it"),
        ("", "it is empty"),
    ],
)
def test_a_name_that_no_bundle_may_have_is_refused(sftp: SftpServer, into: Path, name: str, reason: str) -> None:
    sftp.behaviour.names = [named(name)]
    failed = failure(orders(sftp), into)
    assert failed.diagnostics[0].code == "AF-B204"
    assert failed.message.endswith(f"no name for a file of a bundle: {reason}")
    assert failed.message.isprintable()
    assert read(into) == {}


def test_a_name_that_is_no_text_is_refused(sftp: SftpServer, into: Path) -> None:
    (sftp.root / "orders" / os.fsdecode(b"caf\xe9")).write_text("")
    sftp.behaviour.attributes = _as_bytes
    assert failure(orders(sftp), into).message == said(
        sftp, "a name in it is no name for a file of a bundle: it is not UTF-8"
    )


def _as_bytes(attributes: paramiko.SFTPAttributes) -> paramiko.SFTPAttributes:
    attributes.filename = os.fsencode(attributes.filename)  # type: ignore[assignment]  # as it goes over the line
    return attributes


def test_a_link_is_refused_wherever_it_leads(sftp: SftpServer, into: Path) -> None:
    (sftp.root / "orders/flows/latest.yaml").symlink_to("main.yaml")
    assert told(failure(orders(sftp), into)) == (
        finding(
            "AF-B205",
            sftp,
            '"flows/latest.yaml" in it is a link',
            "put a copy of what it leads to in the link's place, or remove it",
        )
    )


@pytest.mark.parametrize("mode", [stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_what_is_neither_file_nor_folder_is_refused(sftp: SftpServer, into: Path, mode: int) -> None:
    sftp.behaviour.names = [named("strange", mode | 0o644)]
    assert told(failure(orders(sftp), into)) == (
        finding(
            "AF-B205",
            sftp,
            '"strange" in it is neither a file nor a folder',
            "remove it: devices, pipes and sockets are no part of a bundle",
        )
    )


def test_a_server_that_tells_no_kinds_is_read_by_its_lines(sftp: SftpServer, into: Path) -> None:
    sftp.behaviour.attributes = lambda attributes: _without_kind(attributes)
    assert failure(orders(sftp), into).message == said(sftp, '"data" in it is neither a file nor a folder')


def _without_kind(attributes: paramiko.SFTPAttributes) -> paramiko.SFTPAttributes:
    attributes.st_mode = None
    return attributes


def test_two_entries_by_one_name_are_refused(sftp: SftpServer, into: Path) -> None:
    sftp.behaviour.names = [named("profiles.yaml")]
    assert failure(orders(sftp), into).message == said(
        sftp, '"profiles.yaml" is in it twice, or as a file and as a folder, or in capitals as well'
    )


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        (Limits(most_entries=3), "it has more than 3 files and folders"),
        (Limits(most_file_bytes=199_999), '"data/ü b.csv" in it has more than 199,999 bytes'),
        (Limits(most_bytes=200_000), "it has more than 200,000 bytes"),
    ],
)
def test_a_folder_with_too_much_in_it_is_refused(sftp: SftpServer, into: Path, limits: Limits, what: str) -> None:
    assert told(failure(orders(sftp), into, limits=limits)) == (
        finding(
            "AF-B206",
            sftp,
            what,
            "a source that is this large is no bundle of flows: take out what the flows do not need",
        )
    )


def test_a_listing_without_end_is_ended(sftp: SftpServer, into: Path) -> None:
    sftp.behaviour.names = [named(f"file-{number}") for number in range(20_000)]
    failed = failure(orders(sftp), into, limits=Limits(most_entries=100))
    assert failed.message == said(sftp, "it has more than 100 files and folders")


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more" * 50_000)
    os.utime(path, (1_600_000_000, 1_600_000_000))


def _shrink(path: Path) -> None:
    os.truncate(path, 100_000)
    os.utime(path, (1_600_000_000, 1_600_000_000))


def _touch(path: Path) -> None:
    os.utime(path, (1_600_000_001, 1_600_000_001))


@pytest.mark.parametrize("change", [_grow, _shrink, _touch, Path.unlink])
def test_a_file_that_changes_while_it_is_read_is_told(
    sftp: SftpServer, into: Path, change: Callable[[Path], None]
) -> None:
    def once(_offset: int) -> None:
        sftp.behaviour.on_read = lambda _: None
        change(sftp.root / "orders/data/ü b.csv")

    sftp.behaviour.on_read = once
    assert told(failure(orders(sftp), into)) == (
        finding(
            "AF-B207",
            sftp,
            '"data/ü b.csv" in it changed while the folder was read',
            "the same command tries again, once nobody writes to it",
        )
    )


def test_a_file_that_comes_while_others_are_read_is_told(sftp: SftpServer, into: Path) -> None:
    def once(_offset: int) -> None:
        sftp.behaviour.on_read = lambda _: None
        (sftp.root / "orders/late.yaml").write_text("")
        settle(sftp.root)

    sftp.behaviour.on_read = once
    assert failure(orders(sftp), into).message == said(sftp, '"late.yaml" in it changed while the folder was read')


def test_a_name_that_is_too_long_for_the_disk_is_told(sftp: SftpServer, into: Path) -> None:
    name = "\N{EURO SIGN}" * 200  # 600 bytes
    sftp.behaviour.names = [named(name)]
    assert told(failure(orders(sftp), into)) == finding(
        "AF-B209",
        sftp,
        f'"{name[:120]}…" of it cannot be written: file name too long',
        "look at the disk of the state folder",
    )
