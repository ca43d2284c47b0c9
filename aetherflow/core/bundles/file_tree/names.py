"""Names of files: those that may be meant, and many of them in a few words."""

from collections.abc import Sequence
from pathlib import Path

from aetherflow.core.diagnostics.cells import make_visible
from aetherflow.core.diagnostics.suggestion import nearest

_MOST_NAMED = 5


def hint_for_missing(written: str, path: Path) -> str | None:
    """Advise where there is nothing at a path: a name beside it that may be meant, or where it was looked for."""
    if similar := nearest(path.name, _names_in(path.parent)):
        folder, slash, _ = written.rstrip("/").rpartition("/")
        return f'did you mean "{folder}{slash}{similar}"?'
    return None if Path(written).is_absolute() else f"it was looked for at {path.resolve()}"


def _names_in(folder: Path) -> list[str]:
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
