"""Bundles in folders of any other kind that fsspec knows; here those of this machine."""

import os
import sys
from pathlib import Path

import pytest

from aetherflow.core.bundles.values import Limits
from tests.bundles_remote.sources import FILES, failure, fetcher, read, resource, source, told


def test_every_file_below_the_folder_is_fetched(served: Path, into: Path) -> None:
    asked = source(f"file://{served}/orders", served)
    fetched = fetcher().fetch(asked, into, Limits())
    assert read(into) == FILES
    assert fetcher().is_current(asked, fetched) is True
    (served / "orders/profiles.yaml").write_text("[]\n")
    assert fetcher().is_current(asked, fetched) is False


def test_the_right_to_be_executed_is_kept(served: Path, into: Path) -> None:
    (served / "orders/profiles.yaml").chmod(0o755)
    fetcher().fetch(source(f"file://{served}/orders/", served), into, Limits())
    assert os.access(into / "profiles.yaml", os.X_OK)
    assert not os.access(into / "flows/main.yaml", os.X_OK)


def test_a_link_is_refused(served: Path, into: Path) -> None:
    (served / "orders/flows/passwd").symlink_to("/etc/passwd")
    failed = failure(source(f"file://{served}/orders", served), into)
    assert failed.message == f'remote folder "file://{served}/orders": "flows/passwd" in it is a link'


def test_a_pipe_is_refused_and_not_waited_for(served: Path, into: Path) -> None:
    os.mkfifo(served / "orders/pipe")
    failed = failure(source(f"file://{served}/orders", served), into)
    assert failed.message.endswith('"pipe" in it is neither a file nor a folder')


def test_a_folder_that_is_not_there_is_told(served: Path, into: Path) -> None:
    failed = failure(source(f"file://{served}/order", served), into)
    assert failed.message.endswith("there is no such folder: no such file or directory")


def test_a_file_is_no_folder(served: Path, into: Path) -> None:
    failed = failure(source(f"file://{served}/orders/profiles.yaml", served), into)
    assert failed.message.endswith("it is no folder")


def test_a_scheme_that_nobody_knows_is_told(into: Path) -> None:
    assert told(failure(source("gopher://h/orders", into), into)) == (
        'AF-B191: remote folder "gopher://h/orders": it cannot be fetched from: fsspec knows no "gopher"\n'
        "= it knows sftp, s3, smb, https, gs, abfs and more"
    )
    assert told(failure(source("sftpp://h/orders", into), into)).endswith('\n= did you mean "sftp"?')


def test_an_option_that_a_file_system_does_not_know_is_told(into: Path) -> None:
    failed = failure(source("ftp://h/orders", into, resource("ftp", {"host": "other", "username": {}})), into)
    assert failed.diagnostics[0].code in ("AF-B193", "AF-B194")


def test_a_library_that_is_not_ours_to_name_is_told_by_fsspec(into: Path) -> None:
    assert told(failure(source("gs://bucket/orders", into), into)) == (
        'AF-B190: remote folder "gs://bucket/orders": a Python package that fetches it is not installed\n'
        "= Please install gcsfs to access Google Storage"
    )


@pytest.mark.parametrize(
    ("location", "package"),
    [
        ("sftp://h/a", "paramiko"),
        ("https://h/a", "aiohttp"),
        ("file:///a", "fsspec"),
    ],
)
def test_a_library_that_is_not_installed_is_told(
    into: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, location: str, package: str
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / f"{package}.py").write_text(f"raise ModuleNotFoundError('no', name={package!r})\n")
    monkeypatch.syspath_prepend(str(hidden))
    assert told(failure(source(location, into), into, in_child=True)) == (
        f'AF-B190: remote folder "{location}": fetching it needs the Python package "{package}", '
        "which is not installed\n= pip install 'aetherflow[remote]'"
    )


def test_a_library_that_the_extra_does_not_bring_is_told(
    into: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyarrow.py").write_text("raise ModuleNotFoundError('no', name='pyarrow')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.partition(".")[0] == "pyarrow"]:  # of another test
        monkeypatch.delitem(sys.modules, name)
    failed = failure(source("hdfs://name-node/orders", into), into)
    assert told(failed) == (
        'AF-B190: remote folder "hdfs://name-node/orders": fetching it needs the Python package "pyarrow", '
        "which is not installed\n= install it where AetherFlow is"
    )
