"""Bundles on an SFTP server: what is fetched, and who is let in."""

from pathlib import Path

import paramiko
import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from msgspec.structs import replace

from aetherflow.core.bundles.listing import read_tree
from aetherflow.core.bundles.values import Limits
from tests.bundles_remote.sftp_sources import orders
from tests.bundles_remote.sources import FILES, failure, fetcher, read, resource, source, told
from tests.support.sftp_server import PASSWORD, USER, SftpServer, settle, written


def as_text(key: paramiko.ECDSAKey, passphrase: str | None) -> str:
    """Write a private key as `ssh-keygen` does."""
    encryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return key.signing_key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, encryption).decode()


def test_every_file_below_the_folder_is_fetched(sftp: SftpServer, into: Path) -> None:
    fetched = fetcher().fetch(orders(sftp), into, Limits())
    assert read(into) == FILES
    assert fetched.detail == {"files": "3", "size": "200,020 bytes"}


def test_the_revision_is_the_digest_of_what_was_fetched(sftp: SftpServer, into: Path) -> None:
    (sftp.root / "orders/profiles.yaml").chmod(0o755)
    fetched = fetcher().fetch(orders(sftp), into, Limits())
    assert fetched.revision == read_tree(into).listing.digest.replace("sha256:", "tree:")
    assert read_tree(into).listing.executable == {"profiles.yaml"}


def test_empty_folders_are_part_of_a_bundle(sftp: SftpServer, into: Path) -> None:
    (sftp.root / "orders/incoming/today").mkdir(parents=True)
    fetched = fetcher().fetch(orders(sftp), into, Limits())
    listing = read_tree(into).listing
    assert listing.empty_folders == {"incoming/today"}
    assert fetched.revision == listing.digest.replace("sha256:", "tree:")


def test_what_git_and_python_keep_is_left_out_and_not_looked_at(sftp: SftpServer, into: Path) -> None:
    for name in (".git", "flows/__pycache__"):
        (sftp.root / "orders" / name).mkdir()
    (sftp.root / "orders/.git/link").symlink_to("/")
    (sftp.root / "orders/flows/__pycache__/x.pyc").write_text("")
    fetcher().fetch(orders(sftp), into, Limits())
    assert read(into) == FILES


def test_a_process_of_its_own_fetches_the_same(sftp: SftpServer, into: Path, tmp_path: Path) -> None:
    fetched = fetcher(in_child=True).fetch(orders(sftp), into, Limits())
    beside = tmp_path / "beside"
    beside.mkdir()
    assert fetched == fetcher().fetch(orders(sftp), beside, Limits())
    assert read(into) == FILES


def test_a_folder_is_current_until_something_in_it_changes(sftp: SftpServer, into: Path) -> None:
    fetched = fetcher().fetch(orders(sftp), into, Limits())
    assert fetcher().is_current(orders(sftp), fetched) is True
    (sftp.root / "orders/flows/other.yaml").write_text("flow: {id: other}\n")
    assert fetcher().is_current(orders(sftp), fetched) is False


def test_a_file_that_was_written_just_now_may_change_unseen(sftp: SftpServer, into: Path) -> None:
    (sftp.root / "orders/profiles.yaml").write_text("{}\n")
    fetched = fetcher().fetch(orders(sftp), into, Limits())
    assert fetcher().is_current(orders(sftp), fetched) is None


def test_a_location_may_say_who_signs_in(sftp: SftpServer, into: Path) -> None:
    config = {"password": PASSWORD, "host_key": written(sftp.host_key)}
    asked = source(f"sftp://{USER}@127.0.0.1:{sftp.port}/orders/", into, resource("sftp", config))
    fetcher().fetch(asked, into, Limits())
    assert read(into) == FILES


def test_a_bundle_may_be_all_that_a_server_has(sftp: SftpServer, into: Path) -> None:
    fetcher().fetch(orders(sftp, path=""), into, Limits())
    assert set(read(into)) == {f"orders/{name}" for name in FILES}


def test_a_file_without_anything_in_it_is_fetched(sftp: SftpServer, into: Path) -> None:
    (sftp.root / "orders/empty").write_text("")
    settle(sftp.root)
    fetcher().fetch(orders(sftp), into, Limits())
    assert read(into)["empty"] == b""


@pytest.mark.parametrize("passphrase", [None, "open sesame"])
def test_a_private_key_signs_in(sftp: SftpServer, into: Path, passphrase: str | None) -> None:
    sftp.authorized = key = paramiko.ECDSAKey.generate()
    config = {"username": USER, "private_key": as_text(key, passphrase), "host_key": written(sftp.host_key)}
    fetcher().fetch(orders(sftp, config=config | {"passphrase": passphrase}), into, Limits())
    assert read(into) == FILES


def test_a_key_file_lies_relative_to_the_manifest(sftp: SftpServer, into: Path, tmp_path: Path) -> None:
    sftp.authorized = key = paramiko.RSAKey.generate(2048)
    key.write_private_key_file(str(tmp_path / "deploy_key"))
    config = {"username": USER, "key_filename": "deploy_key", "host_key": written(sftp.host_key)}
    fetcher().fetch(replace(orders(sftp, config=config), folder=tmp_path), into, Limits())
    assert read(into) == FILES


def test_a_private_key_without_its_passphrase_lets_nobody_in(sftp: SftpServer, into: Path) -> None:
    text = as_text(paramiko.ECDSAKey.generate(), "open sesame")
    config = {"username": USER, "private_key": text, "host_key": written(sftp.host_key)}
    assert told(failure(orders(sftp, config=config), into)) == (
        f'AF-B196: remote folder "sftp://127.0.0.1:{sftp.port}/orders": it lets nobody in with these credentials: '
        "the private key wants a passphrase\n"
        '= look at the resource "files" of the manifest'
    )


def test_what_is_no_private_key_is_told(sftp: SftpServer, into: Path) -> None:
    config = {"username": USER, "private_key": "no key at all", "host_key": written(sftp.host_key)}
    assert told(failure(orders(sftp, config=config), into)) == (
        f'AF-B193: remote folder "sftp://127.0.0.1:{sftp.port}/orders": the resource "files" does not fit it: '
        "`private_key` cannot be read, with or without the passphrase\n"
        "= None"
    )


def test_a_wrong_password_is_told_without_it(sftp: SftpServer, into: Path) -> None:
    config = {"username": USER, "password": "battery-staple", "host_key": written(sftp.host_key)}
    failed = failure(orders(sftp, config=config), into)
    assert told(failed) == (
        f'AF-B196: remote folder "sftp://127.0.0.1:{sftp.port}/orders": it lets nobody in with these credentials: '
        "Authentication failed.\n"
        '= look at the resource "files" of the manifest'
    )
    assert failed.mask("password: battery-staple") == "password: ***"


def test_without_credentials_the_finding_says_where_they_belong(
    sftp: SftpServer, into: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh/known_hosts").write_text(f"{sftp.name} {written(sftp.host_key)}\n")
    asked = source(f"sftp://{USER}@127.0.0.1:{sftp.port}/orders", into)
    assert told(failure(asked, into)) == (
        f'AF-B196: remote folder "sftp://127.0.0.1:{sftp.port}/orders": it lets nobody in with these credentials: '
        "No authentication methods available\n"
        "= describe credentials under `resources` and name them in the source: `resource: NAME`"
    )
