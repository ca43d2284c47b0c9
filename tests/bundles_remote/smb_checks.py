"""Bundles on a share of a Windows or Samba server.

`pip install impacket`, then `pytest tests/bundles_remote/smb_checks.py`. They are no part of the suite: impacket has
the server, and cannot be among what the tests need, for its scripts lie beside the interpreter's, where one of them
hides the module `smbclient` of the library that is tested.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.bundles.values import BundleSource, Limits
from tests.bundles_remote.smb_server import smb_server
from tests.bundles_remote.sources import FILES, failure, fetcher, read, resource, source, told, write
from tests.support.sftp_server import PASSWORD, USER, settle


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("share")
    write(root / "orders")
    settle(root)
    return root


@pytest.fixture(scope="module")
def port(share: Path) -> Iterator[int]:
    with smb_server(share) as number:
        yield number


def orders(port: int, path: str = "SHARE/orders", **config: Any) -> BundleSource:
    given = {"username": USER, "password": PASSWORD} | config
    return source(f"smb://127.0.0.1:{port}/{path}", Path("/"), resource("smb", given))


def test_every_file_below_the_folder_is_fetched(port: int, into: Path) -> None:
    fetched = fetcher(in_child=True).fetch(orders(port), into, Limits())
    assert read(into) == FILES
    assert fetcher(in_child=True).is_current(orders(port), fetched) is True


def test_a_folder_that_is_not_there_is_told(port: int, into: Path) -> None:
    failed = failure(orders(port, "SHARE/order"), into, in_child=True)
    assert failed.diagnostics[0].code == "AF-B199"
    assert failed.message.startswith(f'remote folder "smb://127.0.0.1:{port}/SHARE/order": there is no such folder')


def test_a_share_that_is_not_there_is_told(port: int, into: Path) -> None:
    assert failure(orders(port, "NONE/orders"), into, in_child=True).diagnostics[0].code == "AF-B199"


def test_a_file_is_no_folder(port: int, into: Path) -> None:
    assert failure(orders(port, "SHARE/orders/profiles.yaml"), into, in_child=True).diagnostics[0].code == "AF-B199"


def test_a_location_without_a_share_is_told(port: int, into: Path) -> None:
    assert told(failure(orders(port, ""), into, in_child=True)) == (
        f'AF-B191: remote folder "smb://127.0.0.1:{port}/": it cannot be fetched from: it names no share\n'
        "= for example smb://127.0.0.1/share/orders"
    )


def test_a_wrong_password_is_told_without_it(port: int, into: Path) -> None:
    failed = failure(orders(port, password="battery-staple"), into, in_child=True)
    assert failed.diagnostics[0].code == "AF-B196"
    assert failed.hint == 'look at the resource "files" of the manifest'
    assert "battery-staple" not in str(failed.diagnostics)


def test_a_server_that_is_not_running_is_told(into: Path) -> None:
    failed = failure(orders(1), into, in_child=True)
    assert failed.message == 'remote folder "smb://127.0.0.1:1/SHARE/orders": it cannot be reached: connection refused'
