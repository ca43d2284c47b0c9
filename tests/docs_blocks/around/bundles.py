"""Sources of bundles that are in trouble, and a cache that somebody else has."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bundles_sources.servers import silent_server
from tests.docs_blocks.around import Replaced
from tests.docs_blocks.frames import SMALL_FLOW
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


@contextmanager
def of_another_user(folder: Folder, location: str) -> Iterator[Replaced]:
    """Have a repository that git takes for somebody else's, as it can be told to for tests of its own."""
    repository = folder.above / "orders.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(repository)], check=True, env=folder.env)
    git = folder.above / "bin/git"
    git.parent.mkdir()
    git.write_text(f'#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {shutil.which("git")} "$@"\n')
    git.chmod(0o755)
    folder.env["PATH"] = os.pathsep.join([str(git.parent), folder.env["PATH"]])
    yield {location: str(repository)}


@contextmanager
def written_to(folder: Folder, location: str) -> Iterator[Replaced]:
    """Have a folder with a file that takes a while to read, into which somebody writes all the time."""
    written = folder.above / "written"
    written.mkdir()
    is_over = threading.Event()

    def write() -> None:
        with (written / "orders.db").open("wb", buffering=0) as file:
            file.truncate(64 * 1024**2)
            while not is_over.wait(0.001):
                file.write(b"order")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield {location: str(written)}
    finally:
        is_over.set()
        writer.join()


@contextmanager
def known_by_another_name(folder: Folder, url: str) -> Iterator[Replaced]:
    """Have a repository at a URL, for as long as git is configured so; nothing else is at that name."""
    repository = folder.above / "repository"
    git = ["git", "-C", str(repository), "-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    (repository / "flows").mkdir(parents=True)
    (repository / "flows/main.yaml").write_text(SMALL_FLOW)
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "first"]):
        subprocess.run([*git, *arguments], check=True, env=folder.env)
    (folder.above / ".gitconfig").write_text(f'[url "file://{repository}"]\n insteadOf = {url}\n')
    folder.env["HTTPS_PROXY"] = "http://127.0.0.1:9"
    yield {}
