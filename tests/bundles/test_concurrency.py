"""Many syncs at once: all succeed, and one of them fetches."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from aetherflow.core.bundles.cache import CacheBusy
from aetherflow.core.bundles.synchronising import SyncOutcome
from aetherflow.core.bundles.values import BundleSource, Fetched, Limits
from aetherflow.core.bundles.verification import verify
from tests.bundles.shelf import ORDERS, Library, change
from tests.bundles.zip_server import ZipServer, zip_server
from tests.support.project import Project

AT_ONCE = 24


@pytest.fixture
def server() -> Iterator[ZipServer]:
    with zip_server() as served:
        served.publish(ORDERS)
        yield served


def results_at_once(project: Project) -> list[Any]:
    """Run `bundle sync` so many times at once, each in a process of its own."""
    syncs = [project.start("bundle", "sync", "--bundle-manifest", "m.yaml", "--json") for _ in range(AT_ONCE)]
    ended = [sync.communicate(timeout=60) for sync in syncs]
    assert [sync.returncode for sync in syncs] == [0] * AT_ONCE, ended
    return [json.loads(stdout) for stdout, _ in ended]


def test_of_24_processes_one_fetches_and_all_have_the_same_bundle(project: Project, server: ZipServer) -> None:
    project.write(
        "m.yaml", f"version: 1\nbundle: {{id: orders, source: {{type: archive, location: '{server.url}'}}}}\n"
    )
    first = results_at_once(project)
    assert server.sent == 1
    server.publish(ORDERS | {"flows/main.yaml": "flow: {id: newer}\n"})
    second = results_at_once(project)
    for results in (first, second):
        assert len({result["digest"] for result in results}) == 1
        assert [result["fetched"] for result in results].count(True) == 1
    assert Path(second[0]["local_root"], "flows/main.yaml").read_text() == "flow: {id: newer}\n"
    assert list((project.root / "state/bundles/orders/staging").iterdir()) == []


def at_once(library: Library, **options: object) -> list[SyncOutcome]:
    start = threading.Barrier(AT_ONCE)

    def sync(_: int) -> SyncOutcome:
        start.wait()
        return library.sync(**options)

    library.shelf.before_fetch = lambda: time.sleep(0.1)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(sync, range(AT_ONCE)))


def whole(outcomes: list[SyncOutcome]) -> bool:
    return all(verify(outcome.active) == [] for outcome in outcomes)


def test_who_waited_does_not_fetch_again_from_a_source_that_cannot_tell(library: Library) -> None:
    library.shelf.can_tell = False
    outcomes = at_once(library)
    assert library.shelf.fetched == 1
    assert whole(outcomes)


def test_with_always_each_fetches_once(library: Library) -> None:
    library.shelf.before_fetch = lambda: None
    outcomes = at_once(library, policy="always")
    assert library.shelf.fetched == AT_ONCE
    assert whole(outcomes)


def test_what_was_changed_is_replaced_by_one_of_them(library: Library) -> None:
    change(library.sync().active.root / "profiles.yaml", "changed: true\n")
    library.shelf.fetched = 0
    outcomes = at_once(library, replaces_changed=True)
    assert library.shelf.fetched == 1
    assert whole(outcomes)


def test_who_waits_for_a_fetch_that_is_out_of_date_when_it_ends_fetches_what_is_new(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.sync()
    library.shelf.files = ORDERS | {"profiles.yaml": "second: {}\n"}
    fetch, begun, go_on = library.shelf.fetch, threading.Event(), threading.Event()

    def slow_fetch(source: BundleSource, into: Path, limits: Limits) -> Fetched:
        fetched = fetch(source, into, limits)
        begun.set()
        go_on.wait(10)
        return fetched

    monkeypatch.setattr(library.shelf, "fetch", slow_fetch)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(library.sync)
        begun.wait(10)
        library.shelf.files = ORDERS | {"profiles.yaml": "third: {}\n"}
        second = pool.submit(library.sync)  # it asks, and waits for the first one
        while library.shelf.asked < 2:
            time.sleep(0.001)
        go_on.set()
        assert (first.result().active.root / "profiles.yaml").read_text() == "second: {}\n"
        assert (second.result().active.root / "profiles.yaml").read_text() == "third: {}\n"


def test_readers_see_a_whole_bundle_while_another_becomes_active(library: Library) -> None:
    library.sync()
    is_over = threading.Event()

    def read() -> int:
        count = 0
        while not is_over.is_set():
            outcome = library.held_sync()
            assert verify(outcome.active) == []
            outcome.hold.release()
            count += 1
        return count

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for number in range(12):
            library.shelf.files = ORDERS | {"profiles.yaml": f"number{number}: {{}}\n"}
            library.sync()
        is_over.set()
        assert all(reader.result() > 0 for reader in readers)


HOLDER = """
import os, signal, sys
from pathlib import Path
from aetherflow.core.bundles.cache import bundle_cache, locked

with locked(bundle_cache(Path(sys.argv[1]), "orders"), within_seconds=5):
    print("held", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)
"""


@contextmanager
def stopped_holder(library: Library) -> Iterator[int]:
    """Let a process take the cache and stop in the midst of it; gives its id."""
    command = [sys.executable, "-c", HOLDER, str(library.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process.pid
        process.send_signal(signal.SIGCONT)


def test_who_waits_behind_a_stopped_process_is_told_which_one(library: Library) -> None:
    with stopped_holder(library) as holder, pytest.raises(CacheBusy) as raised:
        library.sync(limits=Limits(seconds=0.2))
    assert raised.value.exit_code == 4
    [finding] = raised.value.diagnostics
    told = f'another process ({holder}) has held the cache "{library.folder}" for 0.3 seconds and more'
    assert (finding.code, finding.message) == ("AF-B227", told)


def test_behind_a_stopped_process_the_copy_that_is_here_serves_where_that_is_allowed(library: Library) -> None:
    first = library.sync()
    library.shelf.files["flows/main.yaml"] = "flow: {id: newer}\n"
    with stopped_holder(library):
        outcome = library.sync(limits=Limits(seconds=0.2), allow_stale=True)
    assert outcome.active.root == first.active.root
    assert [finding.code for finding in outcome.diagnostics] == ["AF-B214"]
