"""The folders of a run's jobs: made when they are first wanted, remembered for the cleaning at the end."""

import os
from pathlib import Path

from aetherflow.core.contracts.errors import StepFailed
from aetherflow.core.documents.flow import Layout
from aetherflow.core.state.cleaning import clean_scratch
from aetherflow.core.state.folder import Folder, make_folder
from aetherflow.core.state.workspace import JobFolders, job_folders


class Workspaces:
    """Gives the folders of jobs and items, and removes their scratch folders once, when told to."""

    def __init__(self, work_root: Path, flow_id: str, run_id: str, layout: Layout) -> None:
        self._work_root = work_root
        self._flow_id = flow_id
        self._run_id = run_id
        self._layout = layout
        self._jobs: dict[tuple[str, int], JobFolders] = {}
        self._made: dict[Folder, Path] = {}

    def folders(self, job_id: str, item: int) -> JobFolders:
        """Give the folders of a job or item; nothing is created yet."""
        key = (job_id, item)
        if key not in self._jobs:
            self._jobs[key] = job_folders(self._work_root, self._flow_id, job_id, self._run_id, self._layout, item=item)
        return self._jobs[key]

    def made(self, folder: Folder) -> Path:
        """Give a folder's path, and make it the first time."""
        if folder not in self._made:
            self._made[folder] = make_folder(folder)
        return self._made[folder]

    def clean_scratch(self) -> list[str]:
        """Remove the scratch folders; give a warning for each that was left alone."""
        return clean_scratch(self._jobs.values())


def write_atomic(folder: Path, path: str | Path, data: str | bytes) -> Path:
    """Write a file so that it is seen whole or not at all; a relative path stays inside the folder."""
    target = folder / path
    if not Path(path).is_absolute() and ".." in Path(path).parts:
        raise StepFailed(
            f'the file "{path}" leads out of "{folder}"', hint="write inside the folder, or name a full path"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{os.urandom(4).hex()}.unfinished")
    try:
        with unfinished.open("wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target
