"""Judges by its files whether a command that ended well has done its work."""

import os
from collections.abc import Iterator
from pathlib import Path

from aetherflow.core.builtins.job_paths import path_below
from aetherflow.core.builtins.steps.process_inputs import SuccessCriteria, as_tuple


def unmet_criteria(criteria: SuccessCriteria, folder: Path) -> list[str]:
    """Give what is missing or too much, one sentence each; relative paths are below ``folder``."""
    return list(_unmet(criteria, folder))


def _unmet(criteria: SuccessCriteria, folder: Path) -> Iterator[str]:
    for name in criteria.require_files:
        yield from _not_a_file(name, path_below(folder, name, "success.require_files"))
    if criteria.marker_file is not None:
        yield from _not_a_file(criteria.marker_file, path_below(folder, criteria.marker_file, "success.marker_file"))
    for pattern in as_tuple(criteria.require_glob):
        if not _matches(pattern, folder, "success.require_glob"):
            yield f'nothing matches "{pattern}"'
    for name in criteria.forbid_files:
        if matches := _matches(name, folder, "success.forbid_files"):
            yield f'"{matches[0]}" must not exist'


def _not_a_file(name: str, path: Path) -> Iterator[str]:
    try:
        if not path.exists():
            yield f'the file "{name}" is missing'
        elif not path.is_file():
            yield f'"{name}" is not a file'
    except OSError as error:
        yield f'"{name}" cannot be looked at ({(error.strerror or str(error)).lower()})'


def _matches(pattern: str, folder: Path, key: str) -> list[str]:
    if os.path.lexists(path_below(folder, pattern, key)):
        return [pattern]  # a name may hold the characters of a pattern
    import glob  # deferred: only where a pattern is asked for

    return sorted(glob.glob(pattern, root_dir=folder, recursive=True))  # noqa: PTH207  # Path.glob takes no absolute one
