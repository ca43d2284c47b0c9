"""Kills a sync before each of its operations on files, one after the other, and looks at what is left each time.

`python -m tests.bundles.kill_points FOLDER FIRST STRIDE` takes every so manieth operation and prints what it found as
JSON. A process of its own: it forks, which a process with threads must not.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from aetherflow.core.bundles.activation import active_bundle
from aetherflow.core.bundles.verification import verify
from tests.bundles.shelf import Library, change

MOST_POINTS = 2_000
_OF_FILES = ("open", "os.", "fcntl.", "shutil.")
_SURVIVED = 0


def main(folder: Path, first: int, stride: int) -> None:
    """Try points of every kind of sync."""
    points: dict[str, int] = {}
    problems: list[str] = []
    for kind in (first_sync, new_content, same_content, sixth_tree, replaced_tree):
        number = first
        while kill_at(kind, folder / kind.__name__ / str(number), number, problems):
            number += stride
        points[kind.__name__] = len(range(first, number, stride))
    print(json.dumps({"points": points, "problems": problems}))


def first_sync(library: Library) -> None:
    """There is nothing yet."""


def new_content(library: Library) -> None:
    """A bundle is active, and the source has another one."""
    library.sync()
    library.shelf.files["flows/main.yaml"] = "flow: {id: newer}\n"


def same_content(library: Library) -> None:
    """The source has what is active, and is fetched all the same."""
    library.sync()
    library.shelf.can_tell = False


def sixth_tree(library: Library) -> None:
    """The oldest tree has to go."""
    for number in range(5):
        library.clock.seconds += 1
        library.shelf.files["flows/main.yaml"] = f"flow: {{id: orders{number}}}\n"
        library.sync()
    library.clock.seconds += 1
    library.shelf.files["flows/main.yaml"] = "flow: {id: newer}\n"


def replaced_tree(library: Library) -> None:
    """A file in the cache was changed: what is active is no good before, and must be whole or absent afterwards."""
    library.sync()
    change(next((library.folder / "store").glob("*/profiles.yaml")), "changed: true\n")


def kill_at(kind: Callable[[Library], None], folder: Path, number: int, problems: list[str]) -> bool:
    """Kill a sync before its operation of this number; gives False where it has fewer."""
    folder.mkdir(parents=True)
    library = Library(folder)
    kind(library)
    before = None if kind is replaced_tree else active_bundle(library.root, "orders", library.source)
    child = os.fork()
    if child == 0:
        killed_before(number)
        library.sync(replaces_changed=True)
        os._exit(_SURVIVED)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) != _SURVIVED:
        problems.append(f"{kind.__name__} {number}: the sync failed")
        return False
    for problem in left_behind(library, before.digest if before else None, is_damaged=kind is replaced_tree):
        problems.append(f"{kind.__name__}, killed before operation {number}: {problem}")
    return os.WIFSIGNALED(status) and number < MOST_POINTS


def killed_before(number: int) -> None:
    """Let this process die, as if the power were cut, when it is about to touch files for the so manieth time."""
    left = number

    def count(event: str, arguments: object) -> None:
        nonlocal left
        if event.startswith(_OF_FILES):
            left -= 1  # first, for the kill is an event too
            if left == -1:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def left_behind(library: Library, before: str | None, *, is_damaged: bool) -> Iterator[str]:
    """Say what is wrong with what a killed sync has left, and with the next sync."""
    active = active_bundle(library.root, "orders", library.source)
    if active is None and before:
        yield "nothing is active"
    if active:
        found = verify(active)
        if found and not is_damaged:
            yield f"what is active is not whole: {found[0].message}"
        new = library.shelf.files["flows/main.yaml"]
        text = (active.root / "flows/main.yaml").read_text()
        if active.digest != before and text != new:
            yield f"what is active is neither old nor new: {text}"
    outcome = library.sync(replaces_changed=True)
    if (
        verify(outcome.active)
        or (outcome.active.root / "flows/main.yaml").read_text() != library.shelf.files["flows/main.yaml"]
    ):
        yield "the next sync gives something else"
    if left := [path.name for path in (library.folder / "staging").iterdir()]:
        yield f"the next sync leaves {left}"
    if len(library.trees()) > 5:
        yield "the next sync keeps too much"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
