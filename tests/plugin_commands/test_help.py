"""What the help page and the completion know of plugins' commands; none of their code runs."""

import pytest

from tests.plugin_commands.conftest import Commands
from tests.support.project import Project


def section(page: str) -> str:
    return page.partition("\nPlugin commands:\n")[2].partition("\n\n")[0]


def test_help_names_the_commands_of_plugins_and_runs_none(commands: Commands) -> None:
    outcome = commands.run("--help")
    assert (outcome.exit_code, outcome.stderr, commands.was_run) == (0, "", False)
    assert section(outcome.stdout) == "  orders  Lists the orders of a day.\n  shop    Runs the shop."


def test_without_plugins_there_is_no_such_section(project: Project) -> None:
    assert "Plugin commands" not in project.aetherflow("--help").stdout


def test_a_broken_plugin_breaks_nothing(commands: Commands) -> None:
    commands.add("broken", "def (:\n")
    assert section(commands.run("--help").stdout).split()[0] == "orders"


@pytest.mark.parametrize("text", ["version: [", "plugins: nonsense\n"])
def test_a_wrong_plugins_file_breaks_no_help(commands: Commands, text: str) -> None:
    commands.project.write("plugins.yaml", text)
    outcome = commands.run("--help")
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert section(outcome.stdout).split() == ["not", "known", "now:", "`aetherflow", "plugins", "list`", "says", "why"]


def test_a_line_of_a_plugin_stays_a_line_and_harmless(commands: Commands) -> None:
    commands.add(
        "loud",
        f"""
        import typer
        from aetherflow.core.api import register_command

        register_command("loud")(typer.Typer(help={"x" * 300 + chr(27) + "[2J" + " y" * 300!r}))
        register_command("red")(typer.Typer(help={chr(27) + "[31mred"!r}))
        """,
    )
    rows = section(commands.run("--help").stdout)
    assert "\x1b" not in rows
    assert [line.split()[0] for line in rows.splitlines()] == ["loud", "orders", "red", "shop"]
    assert max(map(len, rows.splitlines())) <= 80


def test_the_words_of_ours_never_ask_for_plugins(commands: Commands) -> None:
    commands.project.write("plugins.yaml", "version: [")
    assert commands.run("explain", "AF-P603").exit_code == 0


def test_in_enterprise_the_environment_brings_no_command(commands: Commands) -> None:
    outcome = commands.run("--help", AETHERFLOW_MODE="enterprise")
    assert "Plugin commands" not in outcome.stdout
    refused = commands.run("orders", "monday", AETHERFLOW_MODE="enterprise")
    assert (refused.exit_code, refused.stdout, commands.was_run) == (2, "", False)
    assert "enterprise mode does not look into plug for plugins" in refused.stderr


def test_a_misspelt_command_of_a_plugin_is_recognised(commands: Commands) -> None:
    outcome = commands.run("ordrs", "monday")
    assert (outcome.exit_code, outcome.stdout, commands.was_run) == (2, "", False)
    assert outcome.stderr.splitlines()[:2] == ['error: no such command "ordrs"', '  = did you mean "orders"?']


def test_a_word_that_unread_plugins_may_have_says_so(commands: Commands) -> None:
    commands.add(
        "unread",
        """
        from aetherflow.core.api import register_command
        for name in ("alpha", "beta"):
            @register_command(name)
            def command(): ...
        """,
    )
    outcome = commands.run("alpha")
    assert outcome.exit_code == 2
    assert "  = what these plugins register is only known when they run: plug\n" in outcome.stderr


def complete(commands: Commands, *words: str) -> list[str]:
    outcome = commands.run(
        _AETHERFLOW_COMPLETE="complete_bash",
        COMP_WORDS=" ".join(["aetherflow", *words]),
        COMP_CWORD=str(len(words)),
    )
    return outcome.stdout.split()


def test_completion_knows_names_without_running_a_plugin(commands: Commands) -> None:
    assert complete(commands, "or") == ["orders"]
    assert set(complete(commands, "")) >= {"run", "orders", "shop"}
    assert not commands.was_run


def test_completion_goes_on_behind_a_plugins_command(commands: Commands) -> None:
    assert complete(commands, "shop", "l") == ["leave", "later"]
    assert complete(commands, "orders", "--c") == ["--code"]
    assert complete(commands, "nothing", "--c") == []


def test_lists_and_why_show_commands(commands: Commands) -> None:
    listed = commands.run("plugins", "list").stdout
    assert "  command    orders            Lists the orders of a day.\n" in listed
    assert "  command    shop              Runs the shop.\n" in listed
    why = commands.run("plugins", "why", "shop").stdout
    assert why.startswith("command shop\n  Runs the shop.\n  registered at  plug/shop.py:6\n")
    assert not commands.was_run


def test_what_is_read_and_what_is_loaded_are_told_alike(commands: Commands) -> None:
    commands.add(
        "more",
        '''
        import typer
        from aetherflow.core.api import register_command

        of_callback = typer.Typer()
        register_command("more")(of_callback)

        @of_callback.callback()
        def about():
            """Does more."""

        silent = register_command("silent")(typer.Typer())
        ''',
    )
    read = commands.run("plugins", "list").stdout
    loaded = commands.run("plugins", "list", "--loaded").stdout
    assert "  command    more              Does more.\n" in read
    assert [line for line in loaded.splitlines() if "command" in line] == [
        line for line in read.splitlines() if "command" in line
    ]


def test_who_names_a_plugin_behind_its_command_is_told_where_to_name_it(project: Project) -> None:
    outcome = project.aetherflow("orders", "monday", "--plugin-path", "desk")
    assert (outcome.exit_code, outcome.stderr.splitlines()[:2]) == (
        2,
        [
            'error: no such command "orders"',
            "  = the commands of plugins are looked for where AETHERFLOW_PLUGIN_PATHS says",
        ],
    )
