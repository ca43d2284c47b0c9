"""Sources on the test's SFTP server."""

from pathlib import Path
from typing import Any

from aetherflow.core.bundles.values import BundleSource
from tests.bundles_remote.sources import resource, source
from tests.support.sftp_server import PASSWORD, USER, SftpServer, written


def orders(sftp: SftpServer, *, path: str = "/orders", config: dict[str, Any] | None = None) -> BundleSource:
    """Name the bundle with the right credentials and the right host key."""
    right = {"username": USER, "password": PASSWORD, "host_key": written(sftp.host_key)}
    given = right if config is None else config
    return source(f"sftp://127.0.0.1:{sftp.port}{path}", sftp.root.parent, resource("sftp", given))


def orders_by_file(sftp: SftpServer, known_hosts: str, folder: Path) -> BundleSource:
    """Name the bundle with the right credentials and a known_hosts file."""
    (folder / "known_hosts").write_text(known_hosts)
    config = {"username": USER, "password": PASSWORD}
    given = resource("sftp", config, known_hosts="known_hosts")
    return source(f"sftp://127.0.0.1:{sftp.port}/orders", folder, given)
