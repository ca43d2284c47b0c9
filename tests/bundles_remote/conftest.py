"""Servers, and folders to serve and to write into."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bundles_remote.sources import write
from tests.bundles_remote.web_server import WebServer
from tests.support.sftp_server import SftpServer, settle


@pytest.fixture
def into(tmp_path: Path) -> Path:
    """Give the empty folder that is fetched into."""
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """Give the folder that servers serve; a bundle is in "orders" of it."""
    root = tmp_path / "served"
    write(root / "orders")
    settle(root)
    return root


@pytest.fixture
def sftp(served: Path) -> Iterator[SftpServer]:
    """Give an SFTP server."""
    server = SftpServer(served)
    yield server
    server.close()


@pytest.fixture
def web(served: Path) -> Iterator[WebServer]:
    """Give a web server."""
    server = WebServer(served)
    yield server
    server.close()
