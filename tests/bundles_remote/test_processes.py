"""The process that reads a remote folder: it ends in time, and with the one that asked."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aetherflow.core.bundles.remote_folders import asking
from aetherflow.core.bundles.values import Limits
from tests.bundles_remote.sources import failure, source
from tests.support.project import REPOSITORY
from tests.support.sftp_server import SftpServer, written

_FETCH = """
import os, sys
from pathlib import Path
from aetherflow.core.bundles.sources.remote import RemoteFetcher
from aetherflow.core.bundles.values import BundleSource, Limits
from aetherflow.core.connectors.resources import ResolvedResource
location, host_key, into = sys.argv[1:]
given = ResolvedResource("files", "remote", "sftp", {"username": "u", "password": "p", "host_key": host_key}, {})
source = BundleSource(type="remote", location=location, folder=Path("/"), resource=given)
RemoteFetcher(os.environ).fetch(source, Path(into), Limits())
"""


def hidden_module(folder: Path, name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a module in front of the library of that name."""
    folder.mkdir()
    (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(str(folder))


def test_a_library_that_ends_the_process_is_told(into: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden_module(tmp_path / "hidden", "paramiko", "import os; os._exit(7)", monkeypatch)
    failed = failure(source("sftp://h/a", into), into, in_child=True)
    assert failed.diagnostics[0].code == "AF-B208"
    assert failed.message.endswith("it cannot be read: the process that read it ended with exit code 7")


def test_a_library_that_holds_everything_up_is_ended(
    into: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forever = "import re; re.match('(a+)+$', 'a' * 60 + 'b')"  # no other thread gets its turn
    hidden_module(tmp_path / "hidden", "paramiko", forever, monkeypatch)
    monkeypatch.setattr(asking, "_GRACE_SECONDS", 0.1)
    failed = failure(source("sftp://h/a", into), into, in_child=True, limits=Limits(seconds=0.5))
    assert failed.diagnostics[0].code == "AF-B202"


def test_nothing_that_a_library_prints_is_seen(
    into: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    noisy = "import sys; print('pw'); print('pw', file=sys.stderr); raise ValueError('no')"
    hidden_module(tmp_path / "hidden", "paramiko", noisy, monkeypatch)
    failed = failure(source("sftp://h/a", into), into, in_child=True)
    assert failed.message.endswith("it cannot be read: no")
    assert capfd.readouterr() == ("", "")


def test_a_process_that_cannot_be_started_is_told(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    failed = failure(source("sftp://h/a", into), into, in_child=True)
    assert failed.message.endswith('program "/nonexistent/python" does not exist')


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_who_asked_takes_the_process_along(sftp: SftpServer, into: Path, number: signal.Signals) -> None:
    sftp.behaviour.on_list = sftp.behaviour.stall
    arguments = [f"sftp://127.0.0.1:{sftp.port}/orders", written(sftp.host_key), str(into)]
    asking_process = subprocess.Popen(
        [sys.executable, "-c", _FETCH, *arguments], cwd=REPOSITORY, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        reading = _child_of(asking_process.pid)
        asking_process.send_signal(number)
        assert asking_process.wait(10) != 0
        assert _ends(reading)
    finally:
        asking_process.kill()
        asking_process.wait()


def _child_of(parent: int) -> int:
    children = Path(f"/proc/{parent}/task/{parent}/children")
    for _ in range(200):
        if found := children.read_text().split():
            return int(found[0])
        time.sleep(0.05)
    raise AssertionError("no process was started")


def _ends(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False
