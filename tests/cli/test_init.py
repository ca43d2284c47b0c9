"""`aetherflow init`: what it writes is valid and runs at once, and nothing is ever overwritten."""

import json
import shlex
from pathlib import Path

import pytest

from tests.support.blocks import lines_in
from tests.support.project import Outcome, Project

FILES = [
    "flow.yaml",
    "profiles.yaml",
    ".env.example",
    "README.md",
    ".gitignore",
    "schemas/flow.schema.json",
    "schemas/profiles.schema.json",
]


def written(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def in_folder(project: Project, name: str) -> Project:
    return Project(project.root / name, {**project.env, "AETHERFLOW_STATE_ROOT": str(project.root / "state")})


def test_a_missing_directory_is_made_and_filled(project: Project) -> None:
    outcome = project.aetherflow("init", "new/first")
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert written(project.root / "new/first") == sorted(FILES)
    assert [line.strip() for line in outcome.stdout.splitlines()[1:8]] == [f"new/first/{name}" for name in FILES]


def test_the_current_directory_is_the_default(project: Project) -> None:
    assert project.aetherflow("init", "--json").json == {"directory": ".", "files": FILES}
    assert written(project.root) == sorted(FILES)


def test_what_it_writes_is_valid_without_a_finding(project: Project) -> None:
    project.aetherflow("init")
    outcome = project.aetherflow("validate", "flow.yaml", "--json")
    assert (outcome.exit_code, outcome.json["diagnostics"]) == (0, [])


def test_every_command_of_its_readme_runs(project: Project) -> None:
    project.aetherflow("init", "first")
    inside = in_folder(project, "first")
    commands = lines_in(inside.read("README.md"), "sh")
    assert len(commands) == 3
    for command in commands:
        program, *words = shlex.split(command, comments=True)
        assert (program, inside.aetherflow(*words).exit_code) == ("aetherflow", 0)


def test_the_second_visit_is_counted(project: Project) -> None:
    project.aetherflow("init")
    results = [run(project).json for _ in range(2)]
    assert [result["jobs"]["record"]["outputs"] for result in results] == [{"visits": 1}, {"visits": 2}]
    assert [result["jobs"]["greet"]["steps"]["again"]["status"] for result in results] == ["SKIPPED", "SUCCESS"]


def run(project: Project) -> Outcome:
    return project.aetherflow("run", "flow.yaml", "--json", "--param", "name=Ada")


def test_the_env_file_does_what_it_says(project: Project) -> None:
    project.aetherflow("init")
    (project.root / ".env.example").rename(project.root / ".env")
    outcome = project.aetherflow("run", "flow.yaml", "--json", AETHERFLOW_ENV_FILES_JSON='[".env"]')
    assert outcome.json["jobs"]["greet"]["steps"]["hello"]["outputs"] == {"message": "Welcome, world!"}


def test_editors_find_the_schema_that_the_flow_names(project: Project) -> None:
    project.aetherflow("init")
    for name in ("flow", "profiles"):
        first = project.read(f"{name}.yaml").splitlines()[0]
        path = first.removeprefix("# yaml-language-server: $schema=")
        assert path == f"schemas/{name}.schema.json"
        assert json.loads(project.read(path)) == project.aetherflow("schema", name).json


@pytest.mark.parametrize("name", ["flow.yaml", ".gitignore", "schemas/flow.schema.json"])
def test_a_file_in_the_way_is_named_and_nothing_is_written(project: Project, name: str) -> None:
    path = project.write(name, "mine\n")
    outcome = project.aetherflow("init")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr.startswith(f'error[AF-R601]: a file is in the way in ".": {name}\n')
    assert written(project.root) == [name]
    assert path.read_text() == "mine\n"


def test_a_link_that_leads_nowhere_is_in_the_way_too(project: Project) -> None:
    (project.root / "README.md").symlink_to(project.root / "elsewhere")
    assert "AF-R601" in project.aetherflow("init").stderr
    assert not (project.root / "elsewhere").exists()


def test_other_files_are_left_alone(project: Project) -> None:
    project.write("notes.txt", "mine\n")
    assert project.aetherflow("init").exit_code == 0
    assert project.read("notes.txt") == "mine\n"


def test_a_place_that_cannot_be_a_directory_is_a_finding(project: Project) -> None:
    project.write("file", "")
    outcome = project.aetherflow("init", "file/first", "--json")
    assert outcome.exit_code == 2
    assert [finding["code"] for finding in outcome.json["diagnostics"]] == ["AF-R602"]
    assert sorted(outcome.json) == ["diagnostics", "ok"]
