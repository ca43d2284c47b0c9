"""The folders of a run's jobs: made when they are first wanted, remembered for the cleaning at the end."""

import os
from pathlib import Path

from aetherflow.core.contracts.errors import StepFailed
from aetherflow.core.documents.flow import Layout
from aetherflow.core.state.cleaning import clean_scratch
from aetherflow.core.state.folder import folder_at, make_folder
from aetherflow.core.state.workspace import JobFolders, job_folders


class Workspaces:
    """Gives the folders of jobs and items, and removes their scratch folders once, when told to."""

    def __init__(self, work_root: Path, flow_id: str, run_id: str, layout: Layout) -> None:
        self._work_root = work_root
        self._flow_id = flow_id
        self._run_id = run_id
        self._layout = layout
        self._jobs: dict[tuple[str, int], JobPlace] = {}

    def make_root(self) -> None:
        """Make the flow's folder below the work root; raises InputError where that cannot be written."""
        make_folder(folder_at(self._work_root).below(self._flow_id))

    def of_job(self, job_id: str, item: int) -> "JobPlace":
        """Give the folders of a job or item; nothing is created yet."""
        key = (job_id, item)
        if key not in self._jobs:
            folders = job_folders(self._work_root, self._flow_id, job_id, self._run_id, self._layout, item=item)
            self._jobs[key] = JobPlace(folders)
        return self._jobs[key]

    def clean_scratch(self) -> list[str]:
        """Remove the scratch folders; give a warning for each that was left alone."""
        return clean_scratch(place.folders for place in self._jobs.values())


class JobPlace:
    """The folders of one job or item. Asking for a path makes the folder, and refuses one that has become a link."""

    def __init__(self, folders: JobFolders) -> None:
        self.folders = folders

    @property
    def root(self) -> Path:
        """The job's own directory."""
        return make_folder(self.folders.job)

    @property
    def artifacts(self) -> Path:
        """For what the run leaves behind."""
        return make_folder(self.folders.artifacts)

    @property
    def scratch(self) -> Path:
        """For what is removed at the end of the run."""
        return make_folder(self.folders.scratch)

    @property
    def manifests(self) -> Path:
        """For lists of what was done."""
        return make_folder(self.folders.manifests)


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
