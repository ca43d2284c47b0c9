"""The folders of runs and jobs stay below their roots, whatever ids, layouts and links say."""

import os
from pathlib import Path

import pytest

from aetherflow.core.contracts.errors import InputError
from aetherflow.core.documents.flow import Layout
from aetherflow.core.state.folder import folder_at, make_folder
from aetherflow.core.state.workspace import JobFolders, job_folders, layout_findings, run_folder

NOT_NAMES = ["", ".", "..", "a/b", "/etc", "../x", "a\0b", "\ud800"]


def folders_of(root: Path, layout: Layout = Layout(), **ids: str) -> JobFolders:  # noqa: B008 - frozen
    names = {"flow_id": "etl", "job_id": "load", "run_id": "nightly"} | ids
    return job_folders(root, names["flow_id"], names["job_id"], names["run_id"], layout)


def test_a_job_works_below_flow_job_and_run(tmp_path: Path) -> None:
    folders = folders_of(tmp_path)
    assert folders.job.path == tmp_path / "etl/load/nightly"
    assert folders.scratch.path == tmp_path / "etl/load/nightly/scratch"
    assert folders.artifacts.path == tmp_path / "etl/load/nightly/artifacts"
    assert folders.manifests.path == tmp_path / "etl/load/nightly/manifests"


def test_an_item_of_a_loop_has_a_directory_of_its_own(tmp_path: Path) -> None:
    folders = job_folders(tmp_path, "etl", "load", "nightly", Layout(scratch="./tmp//deep/"), item=3)
    assert folders.scratch.path == tmp_path / "etl/load/nightly/3/tmp/deep"


def test_a_run_has_a_folder_below_the_state_root(tmp_path: Path) -> None:
    assert run_folder(tmp_path, "etl", "nightly").path == tmp_path / "runs/etl/nightly"


def test_paths_are_only_named_until_somebody_makes_them(tmp_path: Path) -> None:
    folders_of(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("umask", [0o000, 0o777], ids=oct)
def test_every_folder_that_is_made_is_0700(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        made = make_folder(folders_of(tmp_path / "a" / "b").artifacts)
    finally:
        os.umask(before)
    assert made == tmp_path / "a/b/etl/load/nightly/artifacts"
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "a").rglob("*")} == {0o700}


def test_making_a_folder_twice_changes_nothing(tmp_path: Path) -> None:
    folder = folders_of(tmp_path).artifacts
    make_folder(folder).chmod(0o750)
    assert make_folder(folder).stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize("id_key", ["flow_id", "job_id", "run_id"])
@pytest.mark.parametrize("text", NOT_NAMES, ids=ascii)
def test_an_id_that_names_no_folder_is_refused(tmp_path: Path, id_key: str, text: str) -> None:
    with pytest.raises(InputError) as caught:
        folders_of(tmp_path, **{id_key: text})
    assert caught.value.message == f'"{text}" cannot be the name of a folder'
    assert caught.value.diagnostics[0].code == "AF-R121"


@pytest.mark.parametrize("text", NOT_NAMES, ids=ascii)
def test_a_run_folder_of_such_an_id_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError):
        run_folder(tmp_path, "etl", text)
    with pytest.raises(InputError):
        run_folder(tmp_path, text, "nightly")


@pytest.mark.parametrize("key", ["artifacts", "scratch", "manifests"])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("../../x", 'the {key} folder "../../x" leads out of the job\'s directory'),
        ("a/../b", 'the {key} folder "a/../b" leads out of the job\'s directory'),
        ("/tmp/x", 'the {key} folder "/tmp/x" leads out of the job\'s directory'),
        ("a\0b", 'the {key} folder "a\0b" leads out of the job\'s directory'),
        ("", 'the {key} folder "" is the job\'s directory itself'),
        (".", 'the {key} folder "." is the job\'s directory itself'),
        ("0/x", 'the {key} folder "0/x" could be the directory of a loop\'s item'),
    ],
    ids=ascii,
)
def test_a_layout_that_leads_out_is_refused(tmp_path: Path, key: str, text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        folders_of(tmp_path, Layout(**{key: text}))
    (finding,) = caught.value.diagnostics
    assert finding.message == message.format(key=key)
    assert finding.code == "AF-R122"
    assert finding.path == ("flow", "workspace", "layout", key)


@pytest.mark.parametrize("artifacts", ["work", "work/out", "WORK/out", "./work//out"])
def test_nothing_that_stays_may_lie_inside_scratch(artifacts: str) -> None:
    (finding,) = layout_findings(Layout(scratch="work", artifacts=artifacts))
    assert finding.message == f'the artifacts folder "{artifacts}" lies inside the scratch folder "work"'
    assert finding.path == ("flow", "workspace", "layout", "artifacts")


def test_scratch_may_lie_inside_artifacts() -> None:
    assert layout_findings(Layout(scratch="work/tmp", artifacts="work", manifests="works")) == []


@pytest.mark.parametrize("depth", range(4))
def test_a_link_in_place_of_any_folder_is_refused(tmp_path: Path, depth: int) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    outside.mkdir()
    folder = folders_of(root).artifacts
    link = root.joinpath(*folder.names[: depth + 1])
    link.parent.mkdir(parents=True)
    link.symlink_to(outside)
    with pytest.raises(InputError) as caught:
        make_folder(folder)
    assert caught.value.message == f'"{link}" is a symbolic link'
    assert caught.value.diagnostics[0].code == "AF-R123"
    assert list(outside.iterdir()) == []


def test_a_file_in_place_of_a_folder_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "etl").touch()
    with pytest.raises(InputError) as caught:
        make_folder(folders_of(tmp_path).job)
    assert caught.value.message == f'"{tmp_path}/etl" is not a folder'


def test_the_root_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "root").symlink_to("disk")
    folders = folders_of(tmp_path / "root")
    (tmp_path / "root").unlink()  # it was followed once
    assert make_folder(folders.job) == tmp_path / "disk/etl/load/nightly"


@pytest.mark.parametrize("root", ["/proc/no/such", "/dev/null/x"])
def test_a_root_that_cannot_be_made_is_a_finding(root: str) -> None:
    with pytest.raises(InputError) as caught:
        make_folder(folder_at(Path(root)))
    assert caught.value.diagnostics[0].code == "AF-R124"
    assert caught.value.message.startswith(f'the folder "{root}" cannot be created: ')


def test_a_name_that_is_too_long_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be created: File name too long"):
        make_folder(folders_of(tmp_path, run_id="x" * 300).job)
