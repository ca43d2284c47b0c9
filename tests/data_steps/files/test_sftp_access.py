"""Who is signed in to, and how: host keys before anything else, and no secret in what is said."""

import socket
from pathlib import Path
from typing import Any

import paramiko
import pytest

from aetherflow.core.api import StepFailed
from aetherflow.core.builtins.connectors.sftp import SftpConnector
from aetherflow.core.builtins.files.host_keys import HostKey
from aetherflow.core.builtins.steps.files_list import FilesList
from tests.data_steps.files.place import Job, fill
from tests.support.sftp_server import PASSWORD, USER, SftpServer, written


def fingerprint(key: paramiko.PKey) -> str:
    return HostKey(key.get_name(), key.asbytes()).fingerprint


def connect(job: Job, server: SftpServer, config: dict[str, Any] | None = None, **options: Any) -> None:
    given = {"username": USER, "password": PASSWORD} if config is None else config
    whole = {"host": "127.0.0.1", "port": server.port, "root": "/", **given}
    job.connectors["server"] = SftpConnector(config=whole, options=options)


def said(job: Job) -> StepFailed:
    return job.failure(FilesList, resource="server")


def told(server: SftpServer) -> str:
    return f"{server.host_key.get_name()} {fingerprint(server.host_key)}"


def test_an_unknown_host_key_is_refused_before_anybody_signs_in(
    job: Job, server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    connect(job, server)
    failed = said(job)
    assert failed.message == (
        f'resource "server": the server\'s host key is not known: {told(server)}; ~/.ssh/known_hosts has none of it'
    )
    assert failed.hint == (
        f"compare it with what the server's operator says, then write `host_key: {fingerprint(server.host_key)}` or "
        f"`ssh-keyscan -p {server.port} 127.0.0.1` prints the line for known_hosts"
    )
    assert server.passwords_seen == []


def test_a_changed_host_key_is_refused(job: Job, server: SftpServer, tmp_path: Path) -> None:
    known = tmp_path / "known"
    known.write_text(f"{server.name} {written(paramiko.ECDSAKey.generate())}\n")
    connect(job, server, known_hosts=str(known))
    failed = said(job)
    assert failed.message == (
        f'resource "server": the server shows another host key than "{known}" has: {told(server)}'
    )
    assert failed.hint == "ask the server's operator whether its key was changed; if not, somebody stands in between"
    assert server.passwords_seen == []


def hashed(server: SftpServer) -> str:
    return paramiko.HostKeys.hash_host(server.name)


@pytest.mark.parametrize(
    "line",
    [
        lambda server: f"{server.name} {written(server.host_key)}",
        lambda server: f"other,{server.name} {written(server.host_key)} comment",
        lambda server: f"[127.0.0.?]:* {written(server.host_key)}",
        lambda server: f"{hashed(server)} {written(server.host_key)}",
    ],
)
def test_a_key_in_known_hosts_is_trusted(job: Job, server: SftpServer, served: Path, tmp_path: Path, line: Any) -> None:
    fill(served, "a")
    (tmp_path / "known").write_text(f"# comment\n|1|damaged|line ssh-rsa x\n{line(server)}\n")
    connect(job, server, known_hosts=str(tmp_path / "known"))
    assert job.list(resource="server") == ["a"]


@pytest.mark.parametrize(
    "line",
    [
        lambda server: f"@revoked * {written(server.host_key)}\n{server.name} {written(server.host_key)}",
        lambda server: f"@cert-authority * {written(server.host_key)}",
        lambda server: f"127.0.0.1 {written(server.host_key)}",
        lambda server: f"!{server.name},* {written(server.host_key)}",
    ],
)
def test_other_lines_of_known_hosts_do_not_make_it_trusted(
    job: Job, server: SftpServer, tmp_path: Path, line: Any
) -> None:
    (tmp_path / "known").write_text(line(server))
    connect(job, server, known_hosts=str(tmp_path / "known"))
    assert "host key" in said(job).message
    assert server.passwords_seen == []


def test_the_file_of_the_user_is_read_by_default(
    job: Job, server: SftpServer, served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh/known_hosts").write_text(f"{server.name} {written(server.host_key)}\n")
    fill(served, "a")
    connect(job, server)
    assert job.list(resource="server") == ["a"]


def test_a_host_key_may_be_written_as_a_fingerprint_or_whole(job: Job, server: SftpServer, served: Path) -> None:
    fill(served, "a")
    for host_key in (fingerprint(server.host_key), written(server.host_key)):
        connect(job, server, host_key=host_key)
        assert job.list(resource="server") == ["a"]
    other = paramiko.ECDSAKey.generate()
    for host_key in (fingerprint(other), written(other)):
        connect(job, server, host_key=host_key)
        assert said(job).message.endswith(f"shows another host key than the resource has: {told(server)}")
    connect(job, server, host_key="ssh-ed25519")
    assert said(job).message == 'resource "server": `host_key` is no key'


def test_any_server_is_trusted_only_where_the_resource_says_so(job: Job, server: SftpServer, served: Path) -> None:
    fill(served, "a")
    connect(job, server, insecure_host_key=True)
    assert job.list(resource="server") == ["a"]


def test_a_switch_that_a_template_made_a_text_is_read_as_what_it_says(job: Job, server: SftpServer) -> None:
    connect(job, server, insecure_host_key="false", host_key=written(paramiko.ECDSAKey.generate()))
    assert "another host key" in said(job).message
    connect(job, server, insecure_host_key="maybe")
    assert said(job).message == 'resource "server": option "insecure_host_key" must be true or false'
    with pytest.raises(ValueError, match="option \"timeout_seconds\" must be a number of seconds above 0, found 'x'"):
        SftpConnector(config={}, options={"timeout_seconds": "x"})


def test_a_known_hosts_file_that_is_named_must_be_there(job: Job, server: SftpServer, tmp_path: Path) -> None:
    connect(job, server, known_hosts=str(tmp_path / "nowhere"))
    assert said(job).message == (
        f'resource "server": the known_hosts file "{tmp_path}/nowhere" cannot be read: no such file or directory'
    )


def key_text(key: paramiko.PKey, path: Path, passphrase: str | None = None) -> str:
    key.write_private_key_file(str(path), password=passphrase)
    return path.read_text()


@pytest.mark.parametrize("passphrase", [None, "open sesame"])
def test_a_key_signs_in_by_file_and_by_text(served: Path, job: Job, tmp_path: Path, passphrase: str | None) -> None:
    fill(served, "a")
    key = paramiko.ECDSAKey.generate()
    text = key_text(key, tmp_path / "id", passphrase)
    server = SftpServer(served, authorized=key)
    trusted = {"host_key": written(server.host_key)}
    for given in ({"key_filename": str(tmp_path / "id")}, {"private_key": text}):
        config = {"username": USER, **given, **({"passphrase": passphrase} if passphrase else {})}
        connect(job, server, config, **trusted)
        assert job.list(resource="server") == ["a"]
        job.close()
    if passphrase:
        connect(job, server, {"username": USER, "private_key": text}, **trusted)
        assert said(job).message == 'resource "server": the private key wants a passphrase'
        connect(job, server, {"username": USER, "private_key": text, "passphrase": "wrong"}, **trusted)
        assert said(job).message == ('resource "server": `private_key` cannot be read, with or without the passphrase')
    connect(job, server, {"username": USER, "key_filename": str(tmp_path / "no")}, **trusted)
    assert said(job).message == (
        f'resource "server": the key file "{tmp_path}/no" cannot be read: no such file or directory'
    )
    server.close()


def test_a_wrong_password_is_told_without_it(job: Job, server: SftpServer) -> None:
    config = {"username": USER, "password": "wrong-horse-battery"}
    connect(job, server, config, host_key=written(server.host_key))
    failed = said(job)
    assert failed.message == 'resource "server": the server does not let us sign in'
    assert "wrong-horse" not in f"{failed.message}{failed.hint}"


def test_nothing_to_sign_in_with_is_told(job: Job, server: SftpServer) -> None:
    connect(job, server, {"username": USER}, host_key=written(server.host_key))
    assert said(job).message == ('resource "server": the server wants another way to sign in than the resource has')


def test_neither_agent_nor_keys_of_the_user_are_tried_unasked(
    job: Job, server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ssh").mkdir()
    key = paramiko.ECDSAKey.generate()
    key.write_private_key_file(str(tmp_path / ".ssh/id_ecdsa"))
    server.authorized = key
    connect(job, server, {"username": USER}, host_key=written(server.host_key))
    assert "another way to sign in" in said(job).message
    connect(job, server, {"username": USER}, host_key=written(server.host_key), look_for_keys=True)
    assert job.run(FilesList, resource="server").status == "SKIPPED"


def test_a_server_that_is_not_running_is_told(job: Job, server: SftpServer) -> None:
    server.close()
    connect(job, server, host_key=written(server.host_key))
    failed = said(job)
    assert (failed.message, failed.hint) == (
        'resource "server": the connection was refused',
        "look whether the server runs, and at host and port",
    )


def test_a_server_that_is_something_else_is_told(job: Job, server: SftpServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        job.sftp(server, port=other.getsockname()[1], connect_timeout_seconds=0.5)
        assert said(job).message == ('resource "server": the server did not take the connection within 0.5 seconds')


def test_a_root_that_is_not_there_is_told(job: Job, server: SftpServer) -> None:
    job.sftp(server, root="/nowhere")
    assert said(job).message == ('resource "server": listing ".": there is no such file or folder on the server')


def test_paths_begin_at_the_root(job: Job, server: SftpServer, served: Path) -> None:
    fill(served, "in/a", "b")
    for root in ("/in", "in", "/in/", "/x/../in"):
        job.sftp(server, root=root)
        assert job.list(resource="server") == ["a"]
