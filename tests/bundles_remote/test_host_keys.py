"""Whether an SSH server is the one that it should be."""

from pathlib import Path

import paramiko
import pytest

from aetherflow.core.bundles.values import FetchFailed, Limits
from tests.bundles_remote.sftp_sources import orders, orders_by_file
from tests.bundles_remote.sources import FILES, failure, fetcher, read, resource, source, told
from tests.support.sftp_server import PASSWORD, USER, SftpServer, written


def fingerprint(key: paramiko.PKey) -> str:
    return f"{key.get_name()} {key.fingerprint}"


def test_a_key_in_known_hosts_is_trusted(sftp: SftpServer, into: Path, tmp_path: Path) -> None:
    known = (
        f"# ours\n\nother.example {written(paramiko.ECDSAKey.generate())}\n{sftp.name} {written(sftp.host_key)} note\n"
    )
    fetcher().fetch(orders_by_file(sftp, known, tmp_path), into, Limits())
    assert read(into) == FILES


def test_a_server_that_nobody_knows_is_not_signed_in_to(sftp: SftpServer, into: Path, tmp_path: Path) -> None:
    failed = failure(orders_by_file(sftp, "", tmp_path), into)
    assert told(failed) == (
        f'AF-B197: remote folder "sftp://127.0.0.1:{sftp.port}/orders": the server\'s host key is not known: '
        f'{fingerprint(sftp.host_key)}, and "{tmp_path}/known_hosts" has none of it\n'
        "= compare it with what the server's operator says, then add it to known_hosts or write it as `host_key`"
    )
    assert sftp.passwords_seen == []
    assert read(into) == {}


def test_a_server_with_another_key_is_not_signed_in_to(sftp: SftpServer, into: Path, tmp_path: Path) -> None:
    failed = failure(orders_by_file(sftp, f"{sftp.name} {written(paramiko.ECDSAKey.generate())}\n", tmp_path), into)
    assert told(failed) == (
        f'AF-B198: remote folder "sftp://127.0.0.1:{sftp.port}/orders": the server\'s host key is another one: '
        f'{fingerprint(sftp.host_key)}, which is not the one in "{tmp_path}/known_hosts"\n'
        "= somebody may stand in between: ask the server's operator before you change what is known of it"
    )
    assert sftp.passwords_seen == []


def test_a_server_with_a_key_of_another_sort_is_another_one(sftp: SftpServer, into: Path, tmp_path: Path) -> None:
    known = f"{sftp.name} {written(paramiko.RSAKey.generate(2048))}\n"
    assert failure(orders_by_file(sftp, known, tmp_path), into).diagnostics[0].code == "AF-B198"


def test_the_key_that_is_known_is_the_one_asked_for(sftp: SftpServer, into: Path, tmp_path: Path) -> None:
    sftp.other_host_key = paramiko.RSAKey.generate(2048)
    fetcher().fetch(orders_by_file(sftp, f"{sftp.name} {written(sftp.other_host_key)}\n", tmp_path), into, Limits())
    assert read(into) == FILES


def test_one_of_several_keys_of_a_sort_will_do(sftp: SftpServer, into: Path, tmp_path: Path) -> None:
    known = f"{sftp.name} {written(paramiko.ECDSAKey.generate())}\n{sftp.name} {written(sftp.host_key)}\n"
    fetcher().fetch(orders_by_file(sftp, known, tmp_path), into, Limits())
    assert read(into) == FILES


@pytest.mark.parametrize("names", ["other,{name}", "[127.0.*]:*", "HASHED"])
def test_known_hosts_names_hosts_in_every_way(sftp: SftpServer, into: Path, tmp_path: Path, names: str) -> None:
    hashed = paramiko.HostKeys.hash_host(sftp.name)
    known = names.format(name=sftp.name).replace("HASHED", hashed)
    fetcher().fetch(orders_by_file(sftp, f"{known} {written(sftp.host_key)}\n", tmp_path), into, Limits())
    assert read(into) == FILES


@pytest.mark.parametrize("names", ["*,!{name}", "[127.0.0.1]:1", "127.0.0.1", "|1|damaged|line"])
def test_a_line_for_other_hosts_says_nothing(sftp: SftpServer, into: Path, tmp_path: Path, names: str) -> None:
    known = f"{names.format(name=sftp.name)} {written(sftp.host_key)}\n"
    assert failure(orders_by_file(sftp, known, tmp_path), into).diagnostics[0].code == "AF-B197"


def test_a_key_that_is_revoked_counts_for_nothing(sftp: SftpServer, into: Path, tmp_path: Path) -> None:
    known = f"{sftp.name} {written(sftp.host_key)}\n@revoked * {written(sftp.host_key)}\n"
    failed = failure(orders_by_file(sftp, known, tmp_path), into)
    assert failed.message == (
        f'remote folder "sftp://127.0.0.1:{sftp.port}/orders": the server\'s host key is another one: '
        f'{fingerprint(sftp.host_key)}, which "{tmp_path}/known_hosts" revokes'
    )


def test_an_authority_for_hosts_is_not_taken_for_a_key(sftp: SftpServer, into: Path, tmp_path: Path) -> None:
    known = f"@cert-authority * {written(sftp.host_key)}\n"
    assert failure(orders_by_file(sftp, known, tmp_path), into).diagnostics[0].code == "AF-B197"


def test_a_known_hosts_file_that_is_named_must_be_there(sftp: SftpServer, into: Path, tmp_path: Path) -> None:
    given = resource("sftp", {"password": PASSWORD}, known_hosts="nowhere")
    failed = failure(source(f"sftp://{USER}@127.0.0.1:{sftp.port}/orders", tmp_path, given), into)
    assert failed.message == (
        f'remote folder "sftp://127.0.0.1:{sftp.port}/orders": the resource "files" does not fit it: '
        f'the known_hosts file "{tmp_path}/nowhere" cannot be read: no such file or directory'
    )


def test_a_written_host_key_must_be_one(sftp: SftpServer, into: Path) -> None:
    failed = failure(orders(sftp, config={"host_key": "ssh-ed25519"}), into)
    assert failed.message.endswith("does not fit it: `host_key` is no key")
    assert failed.hint == 'write it as "ssh-ed25519 AAAA…"'


def test_another_key_than_the_written_one_is_refused(sftp: SftpServer, into: Path) -> None:
    config = {"username": USER, "password": PASSWORD, "host_key": written(paramiko.ECDSAKey.generate())}
    failed = failure(orders(sftp, config=config), into)
    assert failed.message.endswith(f"{fingerprint(sftp.host_key)}, which is not the one in the manifest")


def test_a_server_is_trusted_unseen_only_where_the_manifest_says_so(sftp: SftpServer, into: Path) -> None:
    config = {"username": USER, "password": PASSWORD, "strict_host_key": "false"}
    fetcher().fetch(orders(sftp, config=config), into, Limits())
    assert read(into) == FILES


def test_the_file_of_the_user_is_read_by_default(
    sftp: SftpServer, into: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    config = {"username": USER, "password": PASSWORD}
    with pytest.raises(FetchFailed, match=r"and ~/\.ssh/known_hosts has none of it"):
        fetcher().fetch(orders(sftp, config=config), into, Limits())
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh/known_hosts").write_text(f"{sftp.name} {written(sftp.host_key)}\n")
    fetcher().fetch(orders(sftp, config=config), into, Limits())
    assert read(into) == FILES
