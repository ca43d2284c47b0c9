"""The listing that is kept: told again while nothing has changed, and never told when something has."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from aetherflow.core.operations.list_plugins import list_plugins
from aetherflow.core.operations.listing import new_listing
from aetherflow.core.operations.listing.kept_listing import KEPT_NAME, kept_listing
from aetherflow.core.operations.listing.values import PluginListing
from aetherflow.core.operations.plugin_ground import plugin_ground
from aetherflow.core.operations.requests import SurroundingsRequest
from tests.plugin_listing.conftest import STEP, Plugins
from tests.support.project import Project

MINUTE_NS = 60_000_000_000
ANOTHER_STEP = STEP.format(name="another", function="another", summary="Does another thing.")


MANIFEST = "name: {name}\nversion: '1'\nauthor: a\ndescription: b\n"


class Listings:
    """Lists the plugins below `team/`, a minute after every file was written."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def request(self, **env: str) -> SurroundingsRequest:
        paths = {"AETHERFLOW_PLUGIN_PATHS": "team,single.py,linked,group"}
        return SurroundingsRequest(environ={**self.project.env, **paths, **env})

    def made(self, **env: str) -> PluginListing:
        return list_plugins(self.request(**env))

    def kept(self, **env: str) -> PluginListing | None:
        return kept_listing(plugin_ground(self.request(**env)))


@pytest.fixture
def listings(project: Project, monkeypatch: pytest.MonkeyPatch) -> Listings:
    """Give a project with a folder, a single file and a link to a folder."""
    monkeypatch.chdir(project.root)
    later = SimpleNamespace(time_ns=lambda: time.time_ns() + MINUTE_NS)
    monkeypatch.setattr(new_listing, "time", later)
    for name in ("team/steps.py", "elsewhere/other.py", "further/third.py", "group/inner/one/first.py", "single.py"):
        step = name.removesuffix(".py").rpartition("/")[2]
        project.write(name, STEP.format(name=step, function=step, summary="Does it."))
    project.write("team/data/table.csv", "a,b")
    project.write("team/.kept/inner/hidden.py", STEP.format(name="hidden", function="hidden", summary="Does it."))
    (project.root / "team/shown").symlink_to(".kept")
    project.write("group/inner/one/aetherflow-plugin.yaml", MANIFEST.format(name="one"))
    (project.root / "linked").symlink_to("elsewhere")
    return Listings(project)


def test_a_listing_is_told_again_as_it_was_made(listings: Listings) -> None:
    made = listings.made()
    assert listings.kept() == made
    assert listings.made() == made


def put_back_in_time(root: Path) -> None:
    """Change a module and put its time back: the listing looks at the time that nobody can set."""
    module = root / "team/steps.py"
    status = module.stat()
    module.write_text(module.read_text().replace("Does it.", "Does xx."))
    os.utime(module, ns=(status.st_atime_ns, status.st_mtime_ns))


def retarget(root: Path) -> None:
    (root / "linked").unlink()
    (root / "linked").symlink_to("further")


def add_plugin(root: Path) -> None:
    shutil.copytree(root / "group/inner/one", root / "group/inner/two")
    (root / "group/inner/two/aetherflow-plugin.yaml").write_text(MANIFEST.format(name="two"))


CHANGES: dict[str, Callable[[Path], object]] = {
    "a module was changed": lambda root: (root / "team/steps.py").write_text(ANOTHER_STEP),
    "a module was changed in the same size and time": put_back_in_time,
    "a module was added": lambda root: (root / "team/more.py").write_text(ANOTHER_STEP),
    "a module was added below": lambda root: (root / "team/data/more.py").write_text(ANOTHER_STEP),
    "a module was added behind a link": lambda root: (root / "team/.kept/inner/more.py").write_text(ANOTHER_STEP),
    "a plugin was added beside one": add_plugin,
    "a module was removed": lambda root: (root / "elsewhere/other.py").unlink(),
    "data were changed": lambda root: (root / "team/data/table.csv").write_text("c,d"),
    "a manifest was added": lambda root: (root / "team/aetherflow-plugin.yaml").write_text("name: t\nversion: '1'\n"),
    "a manifest was added beside a single file": lambda root: (root / "aetherflow-plugin.yaml").write_text("name: s\n"),
    "a folder was removed": lambda root: shutil.rmtree(root / "team"),
    "a link leads elsewhere": retarget,
    "a file's rights were changed": lambda root: (root / "team/steps.py").chmod(0o600),
    "a lock was written": lambda root: (root / "aetherflow.plugins.lock").write_text("{}"),
    "a plugins file was written": lambda root: (root / "plugins.yaml").write_text("plugins: []\n"),
    "the index was written anew": lambda root: (root / "state/plugin-index.json").write_text("{}"),
    "what is kept was damaged": lambda root: (root / "state" / KEPT_NAME).write_text('{"asked": '),
    "what is kept is another's to write": lambda root: (root / "state" / KEPT_NAME).chmod(0o666),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_listing_is_made_anew_when(change: str, listings: Listings) -> None:
    listings.made()
    assert listings.kept()
    CHANGES[change](listings.project.root)
    assert listings.kept() is None
    assert listings.made()


@pytest.mark.parametrize(
    "env",
    [
        {"AETHERFLOW_PLUGIN_PATHS": "team"},
        {"AETHERFLOW_PLUGIN_STRICT": "false"},
        {"AETHERFLOW_MODE": "enterprise"},
        {"AETHERFLOW_SECRETS_PATH": "hook.py"},
        {"HOME": "/nowhere"},
    ],
    ids=str,
)
def test_a_listing_answers_the_same_question_alone(env: dict[str, str], listings: Listings) -> None:
    listings.made()
    assert listings.kept(**env) is None


def test_flags_and_the_current_directory_belong_to_the_question(
    listings: Listings, monkeypatch: pytest.MonkeyPatch
) -> None:
    listings.made()
    environ = listings.request().environ
    assert kept_listing(plugin_ground(SurroundingsRequest(environ=environ, plugin_paths=("further",)))) is None
    monkeypatch.chdir(listings.project.root / "further")
    assert listings.kept() is None


def test_a_listing_with_something_wrong_is_not_kept(listings: Listings) -> None:
    listings.project.write("team/broken.py", "def (:")
    assert listings.made().findings
    assert listings.kept() is None


def test_a_listing_that_holds_a_secret_is_not_kept(listings: Listings) -> None:
    text = STEP.format(name="told", function="told", summary="Knows hunter2hunter2.")
    listings.project.write("team/told.py", text)
    listings.made(DB_PASSWORD="hunter2hunter2")
    assert listings.kept() is None
    assert not (listings.project.root / "state" / KEPT_NAME).exists()


def test_a_kept_listing_hides_the_secrets_of_its_reader(listings: Listings) -> None:
    listings.made()
    assert listings.kept(DB_PASSWORD="steps.py")
    assert "***" in str(listings.made(DB_PASSWORD="steps.py"))


def test_files_that_were_just_written_are_not_vouched_for(listings: Listings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_listing, "time", time)
    listings.made()
    assert listings.kept() is None


def test_the_command_line_lists_what_it_kept_and_sees_what_changed(plugins: Plugins) -> None:
    module = plugins.add_step("team", "first")
    first = plugins.list()
    for _ in range(2):  # younger files are not vouched for: not the module, then not the index that was read anew
        time.sleep(2.1)
        assert plugins.list() == first
    assert (plugins.project.root / "state" / KEPT_NAME).exists()
    assert plugins.list() == first
    module.write_text(ANOTHER_STEP)
    assert "another" in plugins.list().stdout
