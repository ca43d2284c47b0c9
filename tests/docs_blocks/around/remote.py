"""Remote folders: servers that have some, and places where there is none."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import paramiko

from tests.bundles_archives.web import content
from tests.docs_blocks.around import Replaced
from tests.docs_blocks.around.web import answering
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


def s3_with_nothing(folder: Folder, bucket: str, prefix: str) -> AbstractContextManager[Replaced]:
    """Have a bucket with nothing that begins so."""
    authority = folder.above / "authority.pem"  # which answering writes
    folder.env |= {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}
    folder.env["AWS_CA_BUNDLE"] = str(authority)
    nothing = content(b'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></ListBucketResult>')
    asked = (f"/?list-type=2&prefix={name}&encoding-type=url" for name in (prefix, f"{prefix}%2F"))
    return answering(folder, dict.fromkeys(asked, nothing))


@contextmanager
def sftp_and_meddler(folder: Folder, host: str, name: str) -> Iterator[Replaced]:
    """Have an SFTP server, and somebody who puts a link into what is fetched from it meanwhile."""
    with _sftp(folder) as server:
        _let_in(folder, server)

        def meddle(_offset: int) -> None:
            for tree in (folder.above / "state/bundles/orders/staging").glob("*/tree"):
                link = tree / name
                link.parent.mkdir(exist_ok=True)
                if not link.is_symlink():  # a file is read piece by piece
                    link.symlink_to("main.yaml")

        server.behaviour.on_read = meddle
        yield {host: f"127.0.0.1:{server.port}"}


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
