"""`dev plugin-new`: which names it takes, what it writes under them, and that nothing is ever overwritten."""

import os
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.support.project import Outcome, Project

FILES = ["aetherflow-plugin.yaml", "steps.py", "flow.yaml", "tests/conftest.py", "tests/test_orders.py", "README.md"]
PACKAGE_FILES = [
    "src/orders/aetherflow-plugin.yaml",
    "pyproject.toml",
    "src/orders/__init__.py",
    "src/orders/steps.py",
    "flow.yaml",
    "tests/conftest.py",
    "tests/test_orders.py",
    "README.md",
]


def new(project: Project, *words: str, kind: str = "step", **env: str) -> Outcome:
    return project.aetherflow("dev", "plugin-new", *words, "--kind", kind, **env)


def written(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_json_names_the_folder_and_its_files(project: Project) -> None:
    told = new(project, "orders", "--dir", "plugins", "--json").json
    assert {key: told[key] for key in ("directory", "plugin", "kind", "files")} == {
        "directory": "plugins/orders",
        "plugin": "orders",
        "kind": "step",
        "files": FILES,
    }
    assert written(project.root / "plugins/orders") == sorted(FILES)


def test_a_package_has_a_pyproject_with_an_entry_point(project: Project) -> None:
    assert new(project, "orders", "--package", "--json").json["files"] == PACKAGE_FILES
    described = tomllib.loads(project.read("orders/pyproject.toml"))["project"]
    manifest = yaml.safe_load(project.read("orders/src/orders/aetherflow-plugin.yaml"))
    assert described["entry-points"] == {"aetherflow.plugins": {"orders": "orders"}}
    assert described["dependencies"] == [f"aetherflow{manifest['compatible_versions']}"]
    assert {key: manifest[key] for key in ("name", "version", "description", "author")} == {
        **{key: described[key] for key in ("name", "version", "description")},
        "author": described["authors"][0]["name"],
    }


NOT_NAMES = [
    ("My-Orders", "my_orders would do"),
    ("OrdersDesk", "orders_desk would do"),
    ("2orders", "orders would do"),
    ("orders.steps", "orders_steps would do"),
    ("../orders", "orders would do"),
    ("/etc/orders", "etc_orders would do"),
    ("", "name it after what it is for, such as orders"),
    ("naïve", "na_ve would do"),
    ("-", "name it after what it is for, such as orders"),
    ("class", "class_plugin would do"),
    ("null", "null_plugin would do"),
    ("json", "my_json would do"),
    ("aetherflow", "my_aetherflow would do"),
    ("tests", "my_tests would do"),
    ("a" * 65, "a" * 64 + " would do"),
]


@pytest.mark.parametrize(("name", "hint"), NOT_NAMES, ids=[name[:12] or "empty" for name, _ in NOT_NAMES])
def test_a_name_that_no_plugin_can_have_is_refused_with_one_that_it_can_have(
    project: Project, name: str, hint: str
) -> None:
    outcome = project.aetherflow("dev", "plugin-new", "--kind", "step", "--", name)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr.startswith(f'error[AF-R603]: no plugin can be called "{name}": ')
    assert f"  = {hint}\n" in outcome.stderr
    assert written(project.root) == []


TAKEN = [
    ("connector", "sqlite3", "modules of that name are never a plugin's"),
    ("connector", "postgres", 'the connector "db:postgres" is AetherFlow\'s own'),
    ("compiler", "yaml", 'the compiler "yaml" is AetherFlow\'s own'),
    ("compiler", "file", 'the compiler "file" is AetherFlow\'s own'),
    ("command", "validate", 'the command "validate" is AetherFlow\'s own'),
]


@pytest.mark.parametrize(("kind", "name", "why"), TAKEN)
def test_a_name_under_which_aetherflow_has_something_itself_is_refused(
    project: Project, kind: str, name: str, why: str
) -> None:
    outcome = new(project, name, kind=kind)
    assert (outcome.exit_code, why in outcome.stderr) == (2, True), outcome.stderr


def test_a_package_is_not_called_as_one_that_is_installed(project: Project) -> None:
    outcome = new(project, "msgspec", "--package")
    assert "a package of that name is installed here" in outcome.stderr
    assert new(project, "msgspec").exit_code == 0  # a folder is in nobody's way


@pytest.mark.parametrize("what", ["folder", "file", "link that leads nowhere"])
def test_what_is_there_already_stays_as_it_is(project: Project, what: str) -> None:
    path = project.root / "orders"
    make = {"folder": path.mkdir, "file": path.touch, "link that leads nowhere": lambda: path.symlink_to("nowhere")}
    make[what]()
    outcome = new(project, "orders")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr.startswith('error[AF-R604]: "orders" is there already\n')
    assert written(project.root) == (["orders"] if what == "file" else [])


def test_a_place_that_cannot_be_a_directory_is_a_finding(project: Project) -> None:
    project.write("file", "")
    assert "AF-R602" in new(project, "orders", "--dir", "file").stderr


def author(project: Project, **env: str) -> str:
    assert new(project, "orders", "--package", **env).exit_code == 0
    (named,) = tomllib.loads(project.read("orders/pyproject.toml"))["project"]["authors"]
    assert yaml.safe_load(project.read("orders/src/orders/aetherflow-plugin.yaml"))["author"] == named["name"]
    return str(named["name"])


@pytest.mark.parametrize("name", ["Ada Lovelace", 'Ada "the" O\'Neil: x # y', "Åda {{x}} $name \\ %", "yes"])
def test_the_author_is_whom_git_knows(project: Project, name: str) -> None:
    env = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": name}
    assert author(project, **env) == name


def test_signs_that_do_not_print_are_left_out_of_the_author(project: Project) -> None:
    env = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": "Ada\n\x1b[31m\x7fL."}
    assert author(project, **env) == "Ada [31m L."


@pytest.mark.parametrize("path", ["/nowhere", None], ids=["without git", "git without a name"])
def test_without_a_name_in_git_there_is_a_placeholder(project: Project, path: str | None) -> None:
    without = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    assert author(project, **(without if path is None else {"PATH": path})) == "Your Name"


def test_nobody_else_may_write_to_a_new_plugin_whatever_the_umask_is(project: Project) -> None:
    before = os.umask(0)
    try:
        assert new(project, "orders", "--dir", "plugins").exit_code == 0
    finally:
        os.umask(before)
    paths = [project.root / "plugins", *(project.root / "plugins").rglob("*")]
    assert [str(path) for path in paths if path.stat().st_mode & 0o022] == []


def test_every_kind_is_named_where_none_is_given(project: Project) -> None:
    outcome = project.aetherflow("dev", "plugin-new", "orders")
    said = "error: --kind is missing: it takes step, connector, compiler, observer, hook, tool or command\n"
    assert (outcome.exit_code, outcome.stderr.startswith(said)) == (2, True)
