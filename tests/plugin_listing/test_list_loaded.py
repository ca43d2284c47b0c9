"""`plugins list --loaded`: the plugins are imported, in a process of their own."""

from tests.plugin_listing.conftest import Plugins

MADE_IN_A_LOOP = '''\
from aetherflow.core.api import register_step


def do(ctx, inputs):
    """Does it."""


for name in ("a", "b"):
    register_step(name)(do)
'''


def test_names_that_only_code_knows_are_listed(plugins: Plugins) -> None:
    plugins.add("many.py", MADE_IN_A_LOOP)
    outcome = plugins.list("--loaded")
    assert outcome.stdout.endswith(
        """\
many 0 · flag many.py · named by --plugin-path
  step       a                 Does it.
  step       b                 Does it.
"""
    )
    assert (outcome.exit_code, outcome.stderr) == (0, "")


def test_a_plugin_that_cannot_be_imported_says_why_and_the_others_are_listed(plugins: Plugins) -> None:
    plugins.add("bad.py", "import nothing_of_that_name\n")
    plugins.add_step("one.py", "one")
    outcome = plugins.list("--loaded")
    head, reason, *others = outcome.stdout.partition("\nbad 0")[2].splitlines()
    assert head == " · flag bad.py · named by --plugin-path · failed to load"
    assert reason.startswith('  AF-P503 there is no module "nothing_of_that_name"')
    assert others[-1] == "  step       one               Does one."
    assert outcome.exit_code == 0


def test_a_plugin_that_ends_the_process_ends_no_listing(plugins: Plugins) -> None:
    plugins.add("bad.py", "import os\nos._exit(0)\n")
    plugins.add_step("one.py", "one")
    loaded = {name: plugin["loaded"] for name, plugin in plugins.json("--loaded").items() if plugin["loaded"]}
    assert {name: load["ok"] for name, load in loaded.items()} == {"bad": False, "one": True}


def test_what_a_plugin_prints_is_not_on_stdout(plugins: Plugins) -> None:
    plugins.add("loud.py", "print('loud')\n" + MADE_IN_A_LOOP)
    outcome = plugins.list("--loaded", "--json")
    assert [name["name"] for name in outcome.json["plugins"][1]["provides"]] == ["a", "b"]
    assert "loud" in outcome.stderr


def test_names_that_only_code_knows_are_overrides_like_any_other(plugins: Plugins) -> None:
    plugins.add_step("base.py", "a")
    plugins.add("many.py", MADE_IN_A_LOOP)
    (override,) = plugins.list("--loaded", "--json").json["overrides"]
    assert (override["name"], override["winner"]["plugin"], override["losers"][0]["plugin"]) == ("a", "many", "base")


def test_verbose_says_how_long_the_import_took(plugins: Plugins) -> None:
    plugins.add("many.py", MADE_IN_A_LOOP)
    assert " ms, in_process\n" in plugins.listed("--loaded", "--verbose").partition("   imported  in ")[2]


def test_a_secret_that_a_plugin_registers_or_raises_is_not_shown(plugins: Plugins) -> None:
    plugins.add("leak.py", "import os\nraise ValueError(os.environ['DB_PASSWORD'])\n")
    for form in ((), ("--json",)):
        outcome = plugins.list("--loaded", *form, DB_PASSWORD="hunter22")
        assert "***" in outcome.stdout
        assert "hunter22" not in outcome.stdout + outcome.stderr


def test_observers_are_listed_though_no_load_registers_them(plugins: Plugins) -> None:
    observer = 'from aetherflow.core.api import ObserverPlugin\nclass Tally(ObserverPlugin):\n    """Counts."""\n'
    plugins.add("seen", observer, "name: seen\nprovides: [{kind: observer, name: steps.Tally}]\n")
    outcome = plugins.list("--loaded")
    assert outcome.stdout.endswith("  observer   steps.Tally       Counts.\n")
    assert "AF-P211" not in outcome.stderr
