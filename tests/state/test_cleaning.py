"""Cleaning removes scratch folders and nothing else."""

import os
import subprocess
from pathlib import Path

import pytest

from aetherflow.core.documents.flow import Layout
from aetherflow.core.state.cleaning import clean_scratch, remove_folder
from aetherflow.core.state.folder import Folder, make_folder
from aetherflow.core.state.workspace import JobFolders, job_folders


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Give a folder with a file that must survive everything."""
    folder = tmp_path / "outside"
    (folder / "scratch").mkdir(parents=True)
    (folder / "scratch" / "precious").write_text("mine")
    (folder / "precious").write_text("mine")
    return folder


@pytest.fixture
def job(tmp_path: Path) -> JobFolders:
    folders = job_folders(tmp_path / "root", "etl", "load", "nightly", Layout())
    for folder in (folders.artifacts, folders.scratch):
        (make_folder(folder) / "file").write_text("text")
    return folders


def survives(outside: Path) -> bool:
    return (outside / "precious").exists() and (outside / "scratch" / "precious").exists()


def test_scratch_goes_and_everything_else_stays(job: JobFolders) -> None:
    (job.scratch.path / "deep" / "er").mkdir(parents=True)
    (job.scratch.path / "deep" / "er" / "file").touch()
    assert clean_scratch([job]) == []
    assert [path.name for path in job.job.path.iterdir()] == ["artifacts"]
    assert (job.artifacts.path / "file").read_text() == "text"


def test_an_empty_scratch_and_a_missing_one_are_no_trouble(tmp_path: Path) -> None:
    empty, missing = (job_folders(tmp_path, "etl", job_id, "r", Layout()) for job_id in ("empty", "missing"))
    make_folder(empty.scratch)
    assert clean_scratch([missing, empty]) == []
    assert not empty.scratch.path.exists()


def test_links_inside_scratch_are_removed_and_not_followed(job: JobFolders, outside: Path) -> None:
    (job.scratch.path / "to-folder").symlink_to(outside)
    (job.scratch.path / "to-file").symlink_to(outside / "precious")
    assert clean_scratch([job]) == []
    assert not job.scratch.path.exists()
    assert survives(outside)


def test_a_scratch_that_is_a_link_is_left_alone(job: JobFolders, outside: Path) -> None:
    job.scratch.path.rename(job.job.path / "moved")
    job.scratch.path.symlink_to(outside)
    assert clean_scratch([job]) == [f'the scratch folder "{job.scratch.path}" was left as it is: it is a symbolic link']
    assert job.scratch.path.is_symlink()
    assert survives(outside)


def test_a_scratch_that_is_a_file_is_left_alone(job: JobFolders) -> None:
    job.scratch.path.rename(job.job.path / "moved")
    job.scratch.path.write_text("a file")
    assert clean_scratch([job]) == [f'the scratch folder "{job.scratch.path}" was left as it is: it is not a folder']
    assert job.scratch.path.is_file()


@pytest.mark.parametrize("depth", range(3))
def test_a_link_above_scratch_is_not_followed(job: JobFolders, outside: Path, depth: int) -> None:
    link = job.job.root.joinpath(*job.job.names[: depth + 1])
    link.rename(outside / "moved")
    target = outside if depth == 2 else outside / "moved"
    link.symlink_to(target)
    assert clean_scratch([job]) == [
        f'the scratch folder "{job.scratch.path}" was left as it is: "{link}" is a symbolic link'
    ]
    assert survives(outside)
    assert list((outside / "moved").rglob("file")) != []


def test_a_link_inside_a_nested_layout_is_not_followed(tmp_path: Path, outside: Path) -> None:
    folders = job_folders(tmp_path / "root", "etl", "load", "nightly", Layout(scratch="work/scratch"))
    (make_folder(folders.job) / "work").symlink_to(outside)
    assert len(clean_scratch([folders])) == 1
    assert survives(outside)


def test_the_root_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "root").symlink_to("disk")
    folders = job_folders(tmp_path / "root", "etl", "load", "nightly", Layout())
    make_folder(folders.scratch)
    assert clean_scratch([folders]) == []
    assert not (tmp_path / "disk/etl/load/nightly/scratch").exists()


@pytest.mark.parametrize("names", [("..", "outside", "scratch"), ("etl", ".."), ("etl", "../../outside/scratch")])
def test_names_that_nobody_checked_before_lead_nowhere_either(
    job: JobFolders, outside: Path, names: tuple[str, ...]
) -> None:
    forged = JobFolders(
        job=job.job, artifacts=job.artifacts, scratch=Folder(job.job.root, names), manifests=job.manifests
    )
    (warning,) = clean_scratch([forged])
    assert warning.endswith("cannot be the name of a folder")
    assert survives(outside)


def test_a_scratch_nested_beyond_all_measure_is_gone_or_a_warning(job: JobFolders) -> None:
    descriptor = os.open(job.scratch.path, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=descriptor)
        inner = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    os.close(descriptor)
    try:
        assert len(clean_scratch([job])) == int(job.scratch.path.exists())
    finally:
        subprocess.run(["rm", "-rf", str(job.scratch.path)], check=True)  # pytest cannot


def test_one_that_is_left_does_not_keep_the_others(job: JobFolders, tmp_path: Path, outside: Path) -> None:
    bad = job_folders(tmp_path / "root", "etl", "bad", "nightly", Layout())
    make_folder(bad.job)
    bad.scratch.path.symlink_to(outside)
    assert len(clean_scratch([bad, job])) == 1
    assert not job.scratch.path.exists()


def test_a_whole_job_directory_goes_but_not_what_is_beside_it(job: JobFolders, outside: Path) -> None:
    beside = make_folder(job.job.parent.below("weekly"))
    (job.artifacts.path / "to-folder").symlink_to(outside)
    assert remove_folder(job.job) is None
    assert remove_folder(job.job) is None
    assert not job.job.path.exists()
    assert beside.exists()
    assert survives(outside)


def test_a_job_directory_behind_a_link_is_left_alone(tmp_path: Path, outside: Path) -> None:
    (tmp_path / "root" / "etl").mkdir(parents=True)
    (tmp_path / "root" / "etl" / "load").symlink_to(outside)
    (outside / "nightly").mkdir()
    why = remove_folder(Folder(tmp_path / "root", ("etl", "load", "nightly")))
    assert why == f'"{tmp_path}/root/etl/load" is a symbolic link'
    assert (outside / "nightly").exists()


@pytest.mark.parametrize("name", ["..", ".", "", "a/b"])
def test_a_name_that_leads_elsewhere_is_not_removed(tmp_path: Path, outside: Path, name: str) -> None:
    (tmp_path / "root" / "etl").mkdir(parents=True)
    assert "cannot be the name of a folder" in (remove_folder(Folder(tmp_path / "root", ("etl", name))) or "")
    assert survives(outside)
