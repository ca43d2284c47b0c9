"""Another run that is at work, with a lock or a key."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.docs_blocks.around import Replaced
from tests.docs_blocks.frames import FLOW, SMALL_FLOW
from tests.docs_blocks.served import Folder
from tests.support.project import COMMAND, kill_tree

_AT_WORK = (
    "{id: work, type: external.process, inputs: {command: [sh, -c, 'touch {{env.HOME}}/is_at_work; exec sleep 60']}}"
)
_LOCKED = f"""\
version: 1
flow: {{id: orders, locks: {{scope: flow}}}}
jobs: [{{id: load, steps: [{_AT_WORK}]}}]
"""
_WITH_LOCK = """\
version: 1
flow: {id: orders}
jobs:
  - id: load
    steps: [{id: work, type: with_lock, inputs: {lock_key: warehouse, step: STEP}}]
""".replace("STEP", _AT_WORK.replace("id: work, ", ""))
_PLAIN = f"version: 1\nflow: {{id: daily}}\njobs: [{{id: load, steps: [{_AT_WORK}]}}]\n"
_LONGEST_SECONDS = 20


def of_locked_flow(folder: Folder) -> AbstractContextManager[Replaced]:
    """Let a run of the flow "orders" be at work, which runs one at a time."""
    return _at_work(folder, _LOCKED, ())


def holding_lock(folder: Folder) -> AbstractContextManager[Replaced]:
    """Let a run hold the lock "warehouse"."""
    return _at_work(folder, _WITH_LOCK, ())


def with_key(folder: Folder, key: str) -> AbstractContextManager[Replaced]:
    """Let a run of the flow "daily" be at work, which has a key."""
    return _at_work(folder, _PLAIN, ("--run-key", key))


@contextmanager
def _at_work(folder: Folder, flow: str, options: Sequence[str]) -> Iterator[Replaced]:
    folder.write({FLOW: flow})
    command = [COMMAND, "run", FLOW, *options]
    run = subprocess.Popen(
        command,
        cwd=folder.root,
        env=folder.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(folder.above / "is_at_work")
        yield {SMALL_FLOW: flow}  # a key is that of one flow
    finally:
        kill_tree(run)


def _wait_for(file: Path) -> None:
    until = time.monotonic() + _LONGEST_SECONDS
    while not file.exists():
        assert time.monotonic() < until, "the other run does not get to work"
        time.sleep(0.01)
