"""Sources of bundles that are in trouble, and a cache that somebody else has."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bundles_sources.servers import silent_server
from tests.docs_blocks.around import Replaced
from tests.docs_blocks.served import Folder

_HOLDER = """
import sys
from pathlib import Path
from aetherflow.core.bundles.cache import bundle_cache, locked

with locked(bundle_cache(Path(sys.argv[1]), "orders"), within_seconds=5):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def silent(folder: Folder, host: str) -> Iterator[Replaced]:
    """Have a server that takes connections and says nothing."""
    with silent_server() as port:
        yield {host: f"127.0.0.1:{port}"}


@contextmanager
def held(folder: Folder, process_id: str) -> Iterator[Replaced]:
    """Let another process have the cache of the bundle."""
    command = [sys.executable, "-c", _HOLDER, f"{folder.above}/state/bundles"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        yield {f"({process_id})": f"({holder.pid})"}
        holder.communicate()
