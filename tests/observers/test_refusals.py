"""Observers that a run cannot have are refused before it, at their place in plugins.yaml, by validate too."""

from textwrap import dedent

import pytest

from tests.observers.runs import KEEPER, Watched
from tests.support.project import Project

CODE = """
from abc import abstractmethod

value = 3

def function(event): pass

class Plain: pass

class Silent(ObserverPlugin): pass

class Async(ObserverPlugin):
    async def on_event(self, event): pass

class Narrow(ObserverPlugin):
    def on_event(self): pass

class Alone(ObserverPlugin):
    def __init__(self): pass
    def on_event(self, event): pass

class Wide(ObserverPlugin):
    def __init__(self, plugin_id, config, more): pass
    def on_event(self, event): pass

class Abstract(ObserverPlugin):
    @abstractmethod
    def on_event(self, event): pass

class Good(ObserverPlugin):
    def on_event(self, event): pass
"""


def refused(watched: Watched, module: str, *options: str, **env: str) -> str:
    """Run with one observer; gives what is said, which must be a refusal before anything ran."""
    watched.name(f"m {module}")
    outcome = watched.project.aetherflow("run", "flow.yaml", "--plugin-path", "plugins", *options, **env)
    assert outcome.exit_code == 3
    assert watched.project.aetherflow("runs", "list", "--json", **env).json == []
    return outcome.stderr


def test_a_misspelt_class_is_shown_in_its_place(watched: Watched) -> None:
    watched.observers(CODE)
    said = refused(watched, "obs.Goood")
    assert said == (
        """\
error[AF-O103]: observer "m": the module "obs" has no "Goood"
 --> plugins.yaml:2:21
  |
2 |   - {id: m, module: obs.Goood, config: {}}
  |                     ^^^^^^^^^ did you mean "Good"?

1 error
"""
    )
    validated = watched.project.aetherflow("validate", "flow.yaml", "--plugin-path", "plugins")
    assert (validated.exit_code, validated.stdout) == (3, said)


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("obss.Good", 'AF-O103]: observer "m": there is no module "obss" in the plugins that the run loads, nor'),
        ("Good", 'AF-O103]: observer "m": no observer "Good" is shipped'),
        ("obs.value", 'AF-O104]: observer "m": "obs.value" is no class of an observer'),
        ("obs.function", 'AF-O104]: observer "m": "obs.function" is no class of an observer'),
        ("obs.Plain", 'AF-O104]: observer "m": "obs.Plain" is no class of an observer'),
        ("json.JSONDecoder", 'AF-O104]: observer "m": "json.JSONDecoder" is no class of an observer'),
        ("obs.Silent", 'AF-O105]: observer "m": "Silent" defines no on_event'),
        ("obs.Abstract", 'AF-O105]: observer "m": "Abstract" defines no on_event'),
        ("obs.ObserverPlugin", 'AF-O105]: observer "m": "ObserverPlugin" defines no on_event'),
        ("obs.Async", 'AF-O105]: observer "m": on_event of "Async" is async'),
        ("obs.Narrow", 'AF-O105]: observer "m": on_event of "Narrow" does not take an event: too many positional arg'),
        ("obs.Alone", 'AF-O106]: observer "m": "obs.Alone" cannot be made with an id and a config: too many'),
        ("obs.Wide", 'AF-O106]: observer "m": "obs.Wide" cannot be made with an id and a config: missing'),
    ],
)
def test_what_is_no_observer_is_refused(watched: Watched, module: str, message: str) -> None:
    watched.observers(CODE)
    said = refused(watched, module)
    assert message in said
    assert "plugins.yaml:2:21" in said


@pytest.mark.parametrize("name", ["Silent", "Async", "Narrow", "Alone", "Wide"])
def test_validate_says_what_a_run_says_where_the_text_of_a_class_shows_it(watched: Watched, name: str) -> None:
    watched.observers(CODE)
    said = refused(watched, f"obs.{name}")
    validated = watched.project.aetherflow("validate", "flow.yaml", "--plugin-path", "plugins")
    assert (validated.exit_code, validated.stdout) == (3, said)


@pytest.mark.parametrize(
    "code",
    [
        "class Odd(Other): pass",
        "class Odd(ObserverPlugin):\n    on_event = Other.on_event",
        "@told\nclass Odd(ObserverPlugin): pass",
        "class Odd(ObserverPlugin): pass\nOdd.on_event = Other.on_event",
        "class Odd(ObserverPlugin):\n    def __init__(self, *args, **more): super().__init__(*args)\n"
        "    def on_event(self, *events): pass",
        "class Odd(ObserverPlugin):\n    def on_event(self, event, more=1, *, last=2): pass",
        "class Odd(ObserverPlugin):\n    @staticmethod\n    def on_event(event, more=1): pass",
        "class Odd(ObserverPlugin):\n    def on_event(self): pass\n    def on_event(self, event): pass",
    ],
)
def test_where_the_text_of_a_class_leaves_a_doubt_only_the_run_judges(watched: Watched, code: str) -> None:
    other = """
    def told(cls):
        cls.on_event = lambda self, event: None
        return cls

    class Other(ObserverPlugin):
        def on_event(self, event): pass

    """
    watched.observers(dedent(other) + code, "odd Odd")
    assert watched.project.aetherflow("validate", "flow.yaml", "--plugin-path", "plugins").exit_code == 0
    assert watched.run().exit_code == 0


def test_a_module_that_raises_when_it_is_imported_is_refused(watched: Watched) -> None:
    watched.observers("")
    watched.project.write("plugins/_hidden.py", "from no_such_library import Any\n")
    said = refused(watched, "_hidden.Any")
    assert 'AF-O107]: observer "m": the module "_hidden" cannot be imported: ModuleNotFoundError: ' in said


def test_a_class_that_two_plugins_have_is_refused(watched: Watched) -> None:
    watched.observers(CODE)
    watched.project.write("more/obs.py", watched.project.read("plugins/obs.py"))
    said = refused(watched, "obs.Good", "--plugin-path", "more")
    assert 'AF-O108]: observer "m": each of the plugins "plugins" and "more" has a class obs.Good' in said


def test_of_two_modules_of_a_name_the_one_that_has_the_class_is_meant(watched: Watched) -> None:
    watched.observers(KEEPER)
    watched.project.write("more/obs.py", "class Other: pass\n")
    watched.name("keeper obs.Keeper")
    assert watched.run("--plugin-path", "more").exit_code == 0
    assert watched.seen("keeper")[-1] == "closed"


def test_the_structure_of_plugins_yaml_is_the_users_input(watched: Watched) -> None:
    watched.observers(CODE)
    watched.name("m obs.Good", "m obs.Good")
    outcome = watched.run()
    assert outcome.exit_code == 2
    (finding,) = outcome.json["diagnostics"]
    assert (finding["code"], finding["file"], finding["line"]) == ("AF-O101", "plugins.yaml", 3)


def test_where_nobody_is_strict_the_run_goes_on_without_them(watched: Watched) -> None:
    watched.observers(CODE + KEEPER, "gone Goood", "silent Silent", "keeper Keeper")
    outcome = watched.run(AETHERFLOW_PLUGIN_STRICT="false")
    assert outcome.exit_code == 0
    assert watched.seen("keeper")[-1] == "closed"
    said = [(finding["code"], finding["severity"]) for finding in outcome.json["diagnostics"]]
    assert said == [("AF-O103", "warning"), ("AF-O105", "warning")]


def test_a_plugin_that_cannot_be_loaded_takes_its_observer_along(watched: Watched) -> None:
    watched.observers(
        "import no_such_library\n\nclass Any(ObserverPlugin):\n    def on_event(self, event): pass\n", "any Any"
    )
    assert watched.run().exit_code == 3
    outcome = watched.run(AETHERFLOW_PLUGIN_STRICT="false")
    assert outcome.exit_code == 0
    assert "AF-O107" in [finding["code"] for finding in outcome.json["diagnostics"]]


def test_validate_runs_no_code_to_judge_observers(watched: Watched) -> None:
    watched.observers(f"open('was-run', 'w')\n{CODE}", "good Good", "silent Silent")
    outcome = watched.project.aetherflow("validate", "flow.yaml", "--plugin-path", "plugins")
    assert (outcome.exit_code, outcome.stdout.count("error[")) == (3, 1)
    assert not (watched.root / "was-run").exists()


def test_what_lies_in_the_current_directory_is_not_installed(project: Project) -> None:
    watched = Watched(project)
    code = "from aetherflow.core.api import ObserverPlugin as Good\nopen('was-run', 'w')\n"
    project.write("here.py", code)
    watched.observers("")
    said = refused(watched, "here.Good", PYTHONPATH="")
    assert 'there is no module "here"' in said
    assert not (project.root / "was-run").exists()


def test_an_installed_module_may_have_observers(watched: Watched) -> None:
    watched.project.write("site/their_company/__init__.py", "")
    keeper = "from aetherflow.core.api import ObserverPlugin\n" + KEEPER
    watched.project.write("site/their_company/watching.py", keeper)
    watched.observers("")
    watched.name("keeper their_company.watching.Keeper")
    outcome = watched.run(PYTHONPATH=str(watched.root / "site"))
    assert outcome.exit_code == 0
    assert watched.seen("keeper")[-1] == "closed"
    events = watched.recorded(outcome.json["run_id"])
    loaded = [event["payload"] for event in events if event["type"] == "plugin_loaded"]
    assert loaded[-1]["name"] == "their_company.watching.Keeper"
    assert loaded[-1]["digest"].startswith("sha256:")


@pytest.mark.parametrize(
    ("mode", "module", "exit_code"),
    [
        ("internal_fast", "obs", 0),
        ("internal_fast", "theirs", 0),
        ("enterprise", "obs", 0),
        ("enterprise", "theirs", 3),
    ],
)
def test_in_enterprise_mode_the_module_of_an_observer_is_that_of_a_loaded_plugin(
    mode: str, module: str, exit_code: int, watched: Watched
) -> None:
    watched.project.write("site/theirs.py", "from aetherflow.core.api import ObserverPlugin\n" + KEEPER)
    watched.observers(KEEPER)
    watched.name(f"keeper {module}.Keeper")
    watched.project.write("manifest.yaml", f"version: 1\nmode: {mode}\npaths: {{plugins: [plugins]}}\n")
    command = ("run", "flow.yaml", "--bundle-manifest", "manifest.yaml")
    outcome = watched.project.aetherflow(*command, PYTHONPATH=str(watched.root / "site"))
    assert outcome.exit_code == exit_code
    assert ((watched.root / "keeper.jsonl").exists()) is (exit_code == 0)
    refusal = 'error[AF-O103]: observer "keeper": there is no module "theirs" in the plugins that the run loads\n'
    assert (refusal in outcome.stderr) is (exit_code == 3)


def test_a_packages_modules_are_named_with_the_package(watched: Watched) -> None:
    watched.project.write("my_plugin/__init__.py", "")
    keeper = "from aetherflow.core.api import ObserverPlugin\nfrom .names import NAME\n" + KEEPER
    watched.project.write("my_plugin/watching.py", keeper)
    watched.project.write("my_plugin/names.py", "NAME = 1\n")
    watched.observers("")
    watched.name("keeper my_plugin.watching.Keeper")
    outcome = watched.run("--plugin-path", "my_plugin")
    assert outcome.exit_code == 0
    assert watched.seen("keeper")[-1] == "closed"


def test_a_missing_plugins_yaml_is_fine(watched: Watched) -> None:
    assert watched.project.aetherflow("run", "flow.yaml").exit_code == 0
