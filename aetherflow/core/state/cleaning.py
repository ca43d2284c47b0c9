"""Removing scratch folders, and nothing else, whatever links stand in the way."""

import os
import stat
from collections.abc import Iterable

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.state.folder import Folder, entered, require_name
from aetherflow.core.state.workspace import JobFolders


def clean_scratch(jobs: Iterable[JobFolders]) -> list[str]:
    """Remove the scratch folders of jobs; give a warning for each that was left alone, and why."""
    return [warning for job in jobs if (warning := _clean(job.scratch))]


def _clean(folder: Folder) -> str | None:
    try:
        with entered(folder.parent) as parent:
            why = _remove(require_name(folder.names[-1]), parent)
    except FileNotFoundError:
        return None
    except InputError as error:
        why = error.message
    except OSError as error:
        why = error.strerror
    return f'the scratch folder "{folder.path}" was left as it is: {why}' if why else None


def _remove(name: str, parent: int) -> str | None:
    """Remove a folder that is a real one; give the reason where that is not to be done, or fails midway."""
    kind = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
    if stat.S_ISLNK(kind):
        return "it is a symbolic link"
    if not stat.S_ISDIR(kind):
        return "it is not a folder"
    try:
        os.rmdir(name, dir_fd=parent)  # most are empty, and then shutil need not be imported
    except OSError:
        return _remove_tree(name, parent)
    return None


def _remove_tree(name: str, parent: int) -> str | None:
    import shutil  # deferred: some milliseconds, wanted only where a step has left something

    if not shutil.rmtree.avoids_symlink_attacks:
        return "this platform offers no way to remove it that is safe from links"
    try:
        shutil.rmtree(name, dir_fd=parent)
    except OSError as error:
        return f"{error.strerror} ({error.filename})"
    except RecursionError:
        return "its folders are nested too deeply"
    return None
