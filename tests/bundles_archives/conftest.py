"""Fixtures of the tests of archives."""

from collections.abc import Iterator

import pytest

from tests.bundles_archives.web import Web, web


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go to the servers of this machine directly, whatever this machine is used to."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def site() -> Iterator[Web]:
    """Give a web server of this machine."""
    with web() as running:
        yield running
