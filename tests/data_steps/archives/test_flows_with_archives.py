"""Archives in flows: the drivers that the operator allows, and what kill -9 leaves behind."""

import os
import zipfile

from tests.data_steps.killing import files_of, killed_when
from tests.support.project import Project

FLOW = """
version: 1
flow: {id: pack}
resources:
  zips: {kind: archive, driver: DRIVER, config: CONFIG}
jobs:
  - id: pack
    steps:
      - {id: make, type: external.process, inputs: {command: [cp, "{{env.SOURCE}}", artifacts/data.bin]}}
      - {id: zip, type: zip, inputs: {resource: zips, path: out.zip, files: ["*.bin"]}}
      - {id: unzip, type: unzip, inputs: {resource: zips, path: out.zip, into: again}}
"""


def flow(driver: str = "zipfile", config: str = "{}") -> str:
    return FLOW.replace("DRIVER", driver).replace("CONFIG", config)


def test_enterprise_allows_the_listed_drivers_alone_and_validate_says_so(project: Project) -> None:
    project.write("flow.yaml", flow("pyzipper", "{password: '{{env.ZIP_PASSWORD:}}'}"))
    validate = ("validate", "flow.yaml", "--bundle-manifest", "manifest.yaml")
    project.write("manifest.yaml", "version: 1\nmode: enterprise\narchive_drivers: [zipfile]\n")
    outcome = project.aetherflow(*validate, SOURCE="x")
    assert outcome.exit_code == 2
    assert (
        'error[AF-F407]: the archive driver "pyzipper" is not among the `archive_drivers` of the manifest\n'
        " --> flow.yaml:4:33\n" in outcome.stdout
    )
    assert "it allows: zipfile" in outcome.stdout
    assert project.aetherflow("run", *validate[1:], SOURCE="x").exit_code == 2
    project.write("manifest.yaml", "version: 1\nmode: enterprise\narchive_drivers: [zipfile, pyzipper]\n")
    assert project.aetherflow(*validate, SOURCE="x").exit_code == 0
    project.write("manifest.yaml", "version: 1\nmode: enterprise\n")
    assert "it allows none" in project.aetherflow(*validate, SOURCE="x").stdout


def test_a_password_that_is_empty_is_said(project: Project) -> None:
    project.write("flow.yaml", flow("pyzipper", "{password: '{{env.ZIP_PASSWORD:}}'}"))
    project.write("data", "1")
    outcome = project.aetherflow("run", "flow.yaml", SOURCE=str(project.root / "data"))
    assert outcome.exit_code == 1
    assert 'resource "zips": its password is empty' in outcome.stderr


def test_kill_9_while_packing_leaves_nothing_under_the_name_and_a_resume_packs_anew(project: Project) -> None:
    project.write("flow.yaml", flow("pyzipper", "{password: opensesame}"))
    (project.root / "data").write_bytes(os.urandom(60_000_000))
    source = str(project.root / "data")

    def is_half_done() -> bool:
        return any(name.startswith(".out.zip.") and size > 1_000_000 for name, size in files_of(project).items())

    killed_when(project, "flow.yaml", is_half_done, SOURCE=source)
    assert "out.zip" not in files_of(project)
    (project.root / "data").unlink()  # what is recorded is not done again: it could not be
    outcome = project.aetherflow("run", "flow.yaml", "--resume", "r1", "--json", SOURCE=source, timeout_seconds=110)
    assert outcome.exit_code == 0, outcome.stderr
    files = list(files_of(project))
    assert sorted(files) == ["data.bin", "out.zip"]  # and again/data.bin, of the same name
    with zipfile.ZipFile(next((project.root / "work").rglob("out.zip"))) as archive:
        assert archive.namelist() == ["data.bin"]


def test_kill_9_while_unpacking_shows_no_folder_and_a_resume_unpacks_anew(project: Project) -> None:
    with zipfile.ZipFile(project.root / "data", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(30):
            archive.writestr(f"part{number}.bin", os.urandom(4_000_000))
    text = flow().replace("artifacts/data.bin", "artifacts/out.zip")
    project.write("flow.yaml", "".join(line for line in text.splitlines(keepends=True) if "type: zip," not in line))
    source = str(project.root / "data")
    killed_when(project, "flow.yaml", lambda: "part3.bin" in files_of(project), SOURCE=source)
    work = project.root / "work"
    assert list(work.rglob("artifacts/again")) == []
    assert project.aetherflow("run", "flow.yaml", "--resume", "r1", SOURCE=source, timeout_seconds=110).exit_code == 0
    (folder,) = work.rglob("artifacts/again")
    assert len(list(folder.iterdir())) == 30
    assert sorted(path.name for path in folder.parent.iterdir()) == ["again", "out.zip"]
