"""Names of files: those in a folder, and many of them in a few words."""

from collections.abc import Sequence
from pathlib import Path

from aetherflow.core.diagnostics.cells import make_visible

_MOST_NAMED = 5


def names_in(folder: Path) -> list[str]:
    """Give the names in a folder, to suggest one of them; none where it cannot be read."""
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return []


def named(key: str, names: Sequence[str]) -> dict[str, str]:
    """Put names into a detail of what was fetched, the first of them if they are many; nothing for none."""
    if not names:
        return {}
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return {key: ", ".join(map(make_visible, names[:_MOST_NAMED])) + more}
