"""A real SMB server on loopback (impacket's), in a process of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.sftp_server import PASSWORD, USER

_SERVE = """
import sys
from impacket import smbserver
from impacket.ntlm import compute_lmhash, compute_nthash
root, port, user, password, read_only = sys.argv[1:]
server = smbserver.SimpleSMBServer(listenAddress="127.0.0.1", listenPort=int(port))
server.addShare("SHARE", root, "", readOnly=read_only)
server.setSMB2Support(True)
server.addCredential(user, 0, compute_lmhash(password), compute_nthash(password))
server.start()
"""


_SAID = {True: "no", False: "yes"}  # whether it is for reading only


@contextmanager
def smb_server(root: Path, *, writable: bool = False) -> Iterator[int]:
    """Give the port of a server that ends with the block; ``root`` is its share SHARE."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _SERVE, str(root), str(port), USER, PASSWORD, _SAID[writable]],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield port
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the SMB server does not come up")
