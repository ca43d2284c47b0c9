"""Where runs and jobs keep their files: paths from ids and the flow's layout, never outside their roots."""

from pathlib import Path

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.documents.flow import Layout
from aetherflow.core.state.folder import Folder, folder_at
from aetherflow.core.state.records import NO_ITEM

#: The state of the flows that name none of their own, in the state root.
STATE_FILE = "state.db"


class JobFolders(Struct, frozen=True):
    """The directory of a job, or of one item of a loop, and the three folders in it. None of them need exist yet."""

    job: Folder
    artifacts: Folder
    scratch: Folder
    manifests: Folder


def run_folder(state_root: Path, flow_id: str, run_id: str) -> Folder:
    """Give a run's own folder, ``<state_root>/runs/<flow_id>/<run_id>``; raises InputError for ids that name none."""
    return folder_at(state_root).below("runs", flow_id, run_id)


def job_folders(
    work_root: Path, flow_id: str, job_id: str, run_id: str, layout: Layout, *, item: int = NO_ITEM
) -> JobFolders:
    """Give ``<work_root>/<flow_id>/<job_id>/<run_id>/[<item>/]`` and its folders; InputError for what leads out."""
    findings = layout_findings(layout)
    if findings:
        raise InputError(findings[0].message, hint=findings[0].hint, diagnostics=findings)
    job = folder_at(work_root).below(flow_id, job_id, run_id)
    if item != NO_ITEM:
        job = job.below(str(item))
    return JobFolders(
        job=job,
        artifacts=job.below(*_names(layout.artifacts)),
        scratch=job.below(*_names(layout.scratch)),
        manifests=job.below(*_names(layout.manifests)),
    )


def layout_findings(layout: Layout) -> list[Diagnostic]:
    """Say what is wrong with a layout; the findings' paths lead from the document's root."""
    folders = {"artifacts": layout.artifacts, "scratch": layout.scratch, "manifests": layout.manifests}
    findings = [_finding(key, why) for key, text in folders.items() if (why := _leads_out(key, text))]
    return findings or [
        _finding(key, f'the {key} folder "{folders[key]}" lies inside the scratch folder "{layout.scratch}"')
        for key in ("artifacts", "manifests")
        if _is_inside(folders[key], layout.scratch)
    ]


def _finding(key: str, message: str) -> Diagnostic:
    return Diagnostic(
        code="AF-R122",
        message=message,
        hint="name a folder inside the job's directory; scratch is removed at the end of a run, so keep it apart",
        path=("flow", "workspace", "layout", key),
    )


def _leads_out(key: str, text: str) -> str | None:
    names = _names(text)
    if text.startswith("/") or ".." in names or "\0" in text:
        return f'the {key} folder "{text}" leads out of the job\'s directory'
    if not names:
        return f'the {key} folder "{text}" is the job\'s directory itself'
    if names[0].isdigit():
        return f'the {key} folder "{text}" could be the directory of a loop\'s item'
    return None


def _names(text: str) -> list[str]:
    return [name for name in text.split("/") if name not in ("", ".")]


def _is_inside(text: str, other: str) -> bool:
    # Without regard to case: some file systems have none.
    outer = _names(other.casefold())
    return _names(text.casefold())[: len(outer)] == outer
