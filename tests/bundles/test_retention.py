"""Which trees stay in the cache, and for whom."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from aetherflow.core.bundles.activation import active_bundle
from aetherflow.core.bundles.values import ActiveBundle
from aetherflow.core.contracts.errors import StateError
from tests.bundles.shelf import Library
from tests.support.project import Project


def publish(library: Library, number: int, **options: object) -> ActiveBundle:
    library.clock.seconds += 1
    library.shelf.files["profiles.yaml"] = f"number{number}: {{}}\n"
    return library.sync(**options).active


def test_the_last_five_stay(library: Library) -> None:
    bundles = [publish(library, number) for number in range(8)]
    assert library.trees() == {bundle.digest for bundle in bundles[3:]}
    assert {path.stem for path in (library.folder / "store").glob("*.json")} == {
        bundle.root.name for bundle in bundles[3:]
    }


def test_one_that_is_fetched_again_is_young_again(library: Library) -> None:
    bundles = [publish(library, number) for number in range(5)]
    publish(library, 0)
    newest = publish(library, 5)
    assert library.trees() == {bundle.digest for bundle in (bundles[0], *bundles[2:], newest)}


def test_what_a_run_may_be_resumed_with_stays(library: Library) -> None:
    first = publish(library, 0)
    later = [publish(library, number, in_use=lambda: {first.digest}) for number in range(1, 8)]
    assert library.trees() == {first.digest, *(bundle.digest for bundle in later[-5:])}


def test_where_it_cannot_be_told_what_is_in_use_all_stay(library: Library) -> None:
    def damaged() -> set[str]:
        raise StateError("the state is damaged")

    for number in range(8):
        publish(library, number, in_use=damaged)
    assert len(library.trees()) == 8


def test_what_is_held_stays_until_it_is_released(library: Library) -> None:
    held = library.held_sync()
    later = [publish(library, number) for number in range(7)]
    assert library.trees() == {held.active.digest, *(bundle.digest for bundle in later[-5:])}
    held.hold.release()
    publish(library, 8)
    assert held.active.digest not in library.trees()


def test_a_hold_that_nobody_has_any_more_keeps_nothing(library: Library) -> None:
    digest = library.held_sync().active.digest
    for number in range(6):
        publish(library, number)
    assert digest not in library.trees()


HOLDER = """
import sys
from pathlib import Path
from aetherflow.core.bundles.holds import hold_tree
hold = hold_tree(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_what_a_live_process_uses_stays_until_it_dies(library: Library) -> None:
    first = library.sync().active
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, first.root], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        for number in range(6):
            publish(library, number)
        assert first.digest in library.trees()
        holder.kill()
        holder.wait()
    publish(library, 7)
    assert first.digest not in library.trees()


def test_what_another_source_of_the_id_still_has_stays_while_it_is_asked_for(library: Library) -> None:
    steady = replace(library.source, location="steady")
    library.shelf.files["profiles.yaml"] = "steady: {}\n"
    library.sync(source=steady)
    for number in range(8):
        publish(library, number)
        library.clock.seconds += 100
        library.shelf.files["profiles.yaml"] = "steady: {}\n"
        assert not library.sync(source=steady).fetched


def test_a_pointer_goes_with_its_tree(library: Library) -> None:
    other = replace(library.source, location="other")
    library.sync(source=other)
    for number in range(6):
        publish(library, number)
    assert active_bundle(library.root, "orders", other) is None
    assert len(list((library.folder / "active").iterdir())) == 1


def test_a_clock_that_was_set_back_does_not_evict_what_is_active(library: Library) -> None:
    for number in range(5):
        publish(library, number)
    library.clock.seconds -= 1_000_000
    active = publish(library, 6)
    assert active.digest in library.trees()
    assert len(library.trees()) == 5


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
def test_read_only_trees_can_be_evicted_by_an_ordinary_user(without_root: Path) -> None:
    library = Library(without_root)
    for number in range(7):
        publish(library, number)
    assert len(library.trees()) == 5


FLOW = """
flow: {id: orders, state: {path: own/state.db}}
jobs:
  - id: one
    steps: [{id: stops, type: fail, inputs: {message: "number %d"}}]
"""


def test_a_run_that_can_be_resumed_keeps_its_bundle_wherever_its_state_is(project: Project) -> None:
    project.write(
        "m.yaml",
        "version: 1\nbundle: {id: orders, source: {type: filesystem, location: source}, entry_flow: main.yaml}\n",
    )
    digests = []
    for number in range(7):
        project.write("source/main.yaml", FLOW % number)
        if number == 0:
            assert project.aetherflow("run", "--bundle-manifest", "m.yaml").exit_code == 1
        digests.append(project.aetherflow("bundle", "sync", "--bundle-manifest", "m.yaml", "--json").json["digest"])
    kept = {f"sha256:{path.name}" for path in (project.root / "state/bundles/orders/store").iterdir() if path.is_dir()}
    assert (project.root / "own/state.db").exists()
    assert kept == {digests[0], *digests[2:]}
