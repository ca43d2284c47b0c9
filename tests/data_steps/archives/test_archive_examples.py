"""The examples of zip, unzip and their connectors run as their pages print them."""

import zipfile
from pathlib import Path

import pytest
import pyzipper

from tests.builtins.conftest import SECRET
from tests.data_steps.examples import outputs_of, run_example
from tests.support.project import Project


@pytest.fixture
def archive(project: Project) -> dict[str, str]:
    """Give the variable that names an archive with two files in it."""
    path = project.root / "orders.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a.csv", "1\n")
        made.writestr("b/c.csv", "2\n")
    return {"ARCHIVE": str(path)}


def test_zip(project: Project) -> None:
    outputs = outputs_of(run_example(project, "zip"), "pack", "zip")
    with zipfile.ZipFile(str(outputs["path"])) as made:
        assert made.namelist() == ["a.csv"]


def test_unzip(project: Project, archive: dict[str, str]) -> None:
    outcome = run_example(project, "unzip", **archive)
    assert outputs_of(outcome, "unpack", "unzip")["names"] == ["a.csv", "b/c.csv"]
    assert "b/c.csv is there" in outcome.stderr


def test_archive_zipfile(project: Project, archive: dict[str, str]) -> None:
    assert outputs_of(run_example(project, "archive-zipfile", **archive), "unpack", "zip")["files"] == 2


def test_archive_pyzipper(project: Project, archive: dict[str, str]) -> None:
    outcome = run_example(project, "archive-pyzipper", **archive, ZIP_PASSWORD=SECRET)
    assert outputs_of(outcome, "pack", "check")["names"] == ["a.csv", "b/c.csv"]
    with pyzipper.AESZipFile(Path(str(outputs_of(outcome, "pack", "zip")["path"]))) as made:
        made.setpassword(SECRET.encode())
        assert made.read("a.csv") == b"1\n"
    assert SECRET not in outcome.stdout + outcome.stderr
