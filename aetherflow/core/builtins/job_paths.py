"""Where the paths in a step's inputs lead: a relative one stays inside the job's directory, whatever links say."""

import os
from pathlib import Path, PurePath

from aetherflow.core.api import StepFailed


def path_in_job(job_dir: Path, text: str, key: str) -> Path:
    """Give the path that ``text`` under the input ``key`` means; an absolute one is taken at its word."""
    refuse_climbing(text, key)
    path = job_dir / text
    # The last part is left unresolved: whoever writes or replaces it must see for themselves that it is a link.
    holder = path if path == job_dir else path.parent
    if not PurePath(text).is_absolute() and not lies_in(holder, job_dir):
        raise leads_out(text, key)
    return path


def folder_in_job(job_dir: Path, text: str, key: str) -> Path:
    """Give the folder that ``text`` means, where a link that leads out of the job's directory is refused too."""
    path = path_in_job(job_dir, text, key)
    if not PurePath(text).is_absolute() and not lies_in(path, job_dir):
        raise leads_out(text, key)
    return path


def path_below(folder: Path, text: str, key: str) -> Path:
    """Give the path of something to look at below a folder; an absolute one is taken at its word."""
    refuse_climbing(text, key)
    return folder / text


def lies_in(path: Path, folder: Path) -> bool:
    """Tell whether a path is a folder or lies in it once all links are followed."""
    # realpath, unlike Path.resolve, says nothing of links in a circle: opening them will.
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def refuse_climbing(text: str, key: str) -> None:
    """Refuse what is no path, or climbs out of where it begins."""
    if not text or "\0" in text:
        raise StepFailed(f"`{key}` is no path: {text!r}")
    if ".." in PurePath(text).parts:
        raise leads_out(text, key)


def leads_out(text: str, key: str) -> StepFailed:
    """Give the failure of a path that leads, or may lead, out of the job's directory."""
    return StepFailed(
        f'`{key}`: "{text}" may lead out of the job\'s directory',
        hint="write a path below the job's directory without `..`, or an absolute one",
    )
