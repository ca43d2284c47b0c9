"""The folders and links that decide where a path leads."""

from pathlib import Path

#: More parts than any path has; a circle of links ends here.
_MOST_PARTS = 1_000


def way_to(path: str) -> list[str]:
    """Give every folder and link on the way to an absolute path, from the root to what it leads to, itself included.

    Who may change one of them may put something else in the place of the path.
    """
    passed = {"/": None}
    folder = Path("/")
    waiting = _parts(path)
    for _ in range(_MOST_PARTS):
        if not waiting:
            break
        part = waiting.pop()
        if part == "..":
            folder = folder.parent
            continue
        place = folder / part
        passed[str(place)] = None
        target = _target(place)
        if target is None:
            folder = place
        else:
            folder = Path("/") if target.startswith("/") else folder
            waiting += _parts(target)
    return list(passed)


def _parts(path: str) -> list[str]:
    """Give the parts of a path, the last one first."""
    return [part for part in reversed(path.split("/")) if part not in ("", ".")]


def _target(place: Path) -> str | None:
    try:
        return str(place.readlink())
    except (OSError, ValueError):
        return None  # no link, or nothing that can be looked at
