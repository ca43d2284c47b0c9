"""Remote folders: servers that have some, and places where there is none."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import paramiko

from tests.docs_blocks.around import Replaced
from tests.docs_blocks.served import Folder
from tests.support.sftp_server import USER, SftpServer, named, settle, written


@contextmanager
def nowhere(folder: Folder, host: str) -> Iterator[Replaced]:
    """Have a name that no name server knows."""
    yield {host: "flies.invalid"}


@contextmanager
def nobody(folder: Folder, address: str) -> Iterator[Replaced]:
    """Have a port at which nobody listens."""
    yield {address: "127.0.0.1:9"}


@contextmanager
def unknown_sftp(folder: Folder, host: str) -> Iterator[Replaced]:
    """Have an SFTP server of which nobody has the key."""
    with _sftp(folder) as server:
        yield {host: f"127.0.0.1:{server.port}"}


@contextmanager
def sftp(folder: Folder, host: str, *, large: str = "") -> Iterator[Replaced]:
    """Have an SFTP server with the folder "orders", and a large file if one is named; it lets the user in by a key."""
    with _sftp(folder) as server:
        _let_in(folder, server)
        if large:
            server.behaviour.names = [named(large, size=2**31)]
        yield {host: f"127.0.0.1:{server.port}"}


def sftp_with_data(folder: Folder, host: str, name: str) -> AbstractContextManager[Replaced]:
    """Have a server as above, with a large file in its topmost folder."""
    return sftp(folder, host, large=name)


@contextmanager
def s3_without_credentials(folder: Folder) -> Iterator[Replaced]:
    """Be a machine that has no credentials of S3, and asks no server of a cloud for some."""
    folder.env["AWS_EC2_METADATA_DISABLED"] = "true"
    yield {}


@contextmanager
def _sftp(folder: Folder) -> Iterator[SftpServer]:
    served = folder.above / "served"
    (served / "orders").mkdir(parents=True)
    (served / "orders/main.yaml").write_text("flow: {id: main}\n")
    settle(served)
    server = SftpServer(served)
    try:
        yield server
    finally:
        server.close()


def _let_in(folder: Folder, server: SftpServer) -> None:
    """Give the user a key that the server knows, and the server's own key."""
    keys = folder.above / ".ssh"
    keys.mkdir(mode=0o700)
    key = paramiko.ECDSAKey.generate()
    key.write_private_key_file(str(keys / "id_ecdsa"))
    server.authorized = key
    (keys / "known_hosts").write_text(f"{server.name} {written(server.host_key)}\n")
    folder.env["LOGNAME"] = USER  # who signs in where the location names nobody
