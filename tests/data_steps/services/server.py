"""Starts a real server for the tests: in a folder of its own, as a user of its own, ended by its process id."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_START_SECONDS = 30.0
_STOP_SECONDS = 15.0
_NOBODY = 65534


def program(name: str, *folders: str) -> str:
    """Find a server's program, in folders that are not on PATH too; says what to install where it is absent."""
    candidates = [path for folder in folders for path in sorted(Path("/").glob(f"{folder.lstrip('/')}/{name}"))]
    found = shutil.which(name) or (str(candidates[-1]) if candidates else None)
    if found is None:
        raise RuntimeError(f"the tests need {name}: `.ci/run` installs it with apt-get")
    return found


@contextmanager
def server_folder(name: str) -> Iterator[Path]:
    """Give a folder with a short path, for sockets, which an ordinary user owns where the tests are run by root."""
    folder = Path(tempfile.mkdtemp(prefix=f"aetherflow-{name}-"))
    if os.geteuid() == 0:
        os.chown(folder, _NOBODY, _NOBODY)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def as_server(command: Sequence[str], folder: Path) -> None:
    """Run a command that prepares the server, to its end, as its user."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **_user())
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


@contextmanager
def running(command: Sequence[str], folder: Path, is_up: Callable[[], bool], stop: signal.Signals) -> Iterator[int]:
    """Start a server, wait until it answers, give its process id, and end it after the block."""
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **_user(),
        )
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not is_up():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} did not come up:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)
        yield process.pid
    finally:
        process.send_signal(stop)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """Give a port of the loopback interface that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Tell whether something listens at a port."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _user() -> dict[str, Any]:
    """Servers refuse to be run by root."""
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
