"""Removing scratch folders, and the folders of pruned runs, and nothing else, whatever links stand in the way."""

import os
import stat
from collections.abc import Iterable

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.state.folder import Folder, entered, require_name
from aetherflow.core.state.workspace import JobFolders


def clean_scratch(jobs: Iterable[JobFolders]) -> list[str]:
    """Remove the scratch folders of jobs; give a warning for each that was left alone, and why."""
    return [
        f'the scratch folder "{job.scratch.path}" was left as it is: {why}'
        for job in jobs
        if (why := remove_folder(job.scratch))
    ]


def remove_folder(folder: Folder) -> str | None:
    """Remove a folder below its root with all that is in it; give the reason where it was left, wholly or in part.

    No link is followed, on the way or inside; a folder that is not there is no trouble.
    """
    try:
        with entered(folder.parent) as parent:
            return _remove(require_name(folder.names[-1]), parent)
    except FileNotFoundError:
        return None
    except InputError as error:
        return error.message
    except OSError as error:
        return error.strerror


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
