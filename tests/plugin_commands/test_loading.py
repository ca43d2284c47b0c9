"""Which plugin is loaded for a command, and when it is refused."""

import pytest

from tests.plugin_commands.conftest import Commands
from tests.support.project import Project

MARKING = """
    from pathlib import Path
    from aetherflow.core.api import register_command

    Path("{name}-was-run").touch()

    @register_command("{name}")
    def command():
        print("{name}")
    """


def many(project: Project, **manifests: str) -> None:
    """Write plugins with a command of their name each, and name them in the environment."""
    for name, manifest in manifests.items():
        project.write(f"{name}/steps.py", MARKING.format(name=name))
        if manifest:
            project.write(f"{name}/aetherflow-plugin.yaml", manifest)
    project.env["AETHERFLOW_PLUGIN_PATHS"] = ",".join(manifests)


def were_run(project: Project) -> set[str]:
    return {path.name.removesuffix("-was-run") for path in project.root.glob("*-was-run")}


def test_only_the_plugin_and_what_it_requires_is_loaded(project: Project) -> None:
    manifest = "name: top\nversion: 1.0.0\nauthor: me\ndescription: d\nrequires: [base]\n"
    many(project, other="", top=manifest, base="")
    outcome = project.aetherflow("top")
    assert (outcome.exit_code, outcome.stdout) == (0, "top\n")
    assert were_run(project) == {"top", "base"}


def test_the_last_of_two_with_one_name_has_it(project: Project) -> None:
    many(project, a="", b="")
    project.write("b/again.py", MARKING.format(name="a").replace('print("a")', 'print("a of b")'))
    assert project.aetherflow("a").stdout == "a of b\n"


@pytest.mark.parametrize("name", ["run", "Serve", "tools"])
def test_the_names_of_our_commands_are_reserved(commands: Commands, name: str) -> None:
    commands.add("taker", MARKING.format(name=name))
    page = commands.run("--help").stdout
    assert f"  {name} " not in page.partition("Plugin commands:")[2]
    refused = commands.run("orders", "monday")
    assert (refused.exit_code, refused.stdout, commands.was_run) == (3, "", False)
    assert f'error[AF-P603]: the plugin "plug" may not register the command "{name}"' in refused.stderr


def test_a_name_that_looks_like_an_option_is_refused(commands: Commands) -> None:
    commands.add("taker", MARKING.format(name="--version"))
    assert 'give it another name: "--version" would be read as an option' in commands.run("plugins", "doctor").stdout


def test_a_plugin_that_cannot_be_imported_is_refused_with_its_line(commands: Commands) -> None:
    commands.add("shop", "import no_such_thing\n")
    commands.add("sold", MARKING.format(name="sold"))
    outcome = commands.run("sold")
    assert (outcome.exit_code, outcome.stdout) == (3, "")
    assert "error[AF-P503]" in outcome.stderr
    assert "--> plug/shop.py:1:" in outcome.stderr


def test_who_is_not_strict_gets_the_command_of_a_sound_module_and_a_warning(commands: Commands) -> None:
    commands.add("shop", "import no_such_thing\n")
    outcome = commands.run("orders", "monday", AETHERFLOW_PLUGIN_STRICT="false")
    assert (outcome.exit_code, outcome.stdout) == (0, "orders of monday\n")
    assert "warning[AF-P503]" in outcome.stderr
    assert " --> plug/shop.py:1:" in outcome.stderr


def test_a_broken_plugin_is_no_matter_to_the_command_of_another(project: Project) -> None:
    many(project, a="", b="")
    project.write("b/steps.py", "import no_such_thing\n")
    assert project.aetherflow("a").stdout == "a\n"


def test_a_missing_path_is_wrong_input_as_for_a_run(project: Project) -> None:
    many(project, a="")
    project.env["AETHERFLOW_PLUGIN_PATHS"] += ",nowhere"
    outcome = project.aetherflow("a")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert '"nowhere"' in outcome.stderr


def test_drift_from_the_lock_is_told_and_the_command_runs(commands: Commands) -> None:
    assert commands.run("plugins", "sync").exit_code == 0
    commands.add("shop", "# nothing is sold any more\n")
    outcome = commands.run("orders", "monday")
    assert (outcome.exit_code, outcome.stdout) == (0, "orders of monday\n")
    assert "warning[AF-P402]" in outcome.stderr


@pytest.mark.parametrize(
    ("definition", "problem"),
    [
        ("def command(day: complex): ...", "Type not yet supported: <class 'complex'>"),
        ("class command: ...", "it is a class"),
    ],
)
def test_what_no_command_can_be_made_of_is_refused(commands: Commands, definition: str, problem: str) -> None:
    commands.project.write(
        "plug/odd.py", f'from aetherflow.core.api import register_command\n\n@register_command("odd")\n{definition}\n'
    )
    outcome = commands.run("odd")
    assert (outcome.exit_code, outcome.stdout) == (3, "")
    assert f'error[AF-P518]: the command "odd" of the plugin "plug" cannot be used: {problem}' in outcome.stderr
    assert "--> plug/odd.py:3:" in outcome.stderr
