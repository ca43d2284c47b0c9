"""A plugin's command: its words, its output, and what its end makes the exit code."""

import subprocess
import textwrap

import pytest

from tests.plugin_commands.conftest import Commands
from tests.support.project import COMMAND


def test_a_function_is_run_with_its_words_and_its_print_is_the_result(commands: Commands) -> None:
    outcome = commands.run("orders", "monday")
    assert (outcome.exit_code, outcome.stdout) == (0, "orders of monday\n")
    assert outcome.stderr == "noise of an import\n"


def test_its_help_is_its_own(commands: Commands) -> None:
    outcome = commands.run("orders", "--help")
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith("Usage: aetherflow orders [OPTIONS] ")
    assert "More about that." in outcome.stdout
    assert "--install-completion" not in commands.run("shop", "--help").stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["orders", "monday", "--code", "9"], 9, ""),
        (["shop", "leave", "exit"], 7, ""),
        (["shop", "leave", "sys"], 1, "that is all\n"),
        (["shop", "leave", "large"], 1, ""),
        (["shop", "leave", "yes"], 0, ""),
        (["shop", "later", "3"], 3, ""),
        (["shop", "leave", "abort"], 1, 'error: the command "shop" was aborted\n'),
        (["shop", "leave", "ours"], 2, "error: no such shop\n  = build one\n"),
        (
            ["shop", "leave", "usage"],
            2,
            "error: invalid value: not like that\n  = `aetherflow shop leave --help` shows how it is used\n",
        ),
        (["shop", "leave"], 2, "error: how is missing\n  = `aetherflow shop leave --help` shows how it is used\n"),
        (["shop", "lve"], 2, 'error: no such command "lve". Did you mean "leave"?\n'),
        (["orders", "a", "--cde", "1"], 2, 'error: no such option "--cde"\n  = did you mean "--code"?\n'),
        (
            ["orders", "a", "--json"],
            2,
            'error: no such option "--json"\n  = `aetherflow orders --help` shows how it is used\n',
        ),
        (
            ["shop", "--json", "leave"],
            2,
            'error: no such option "--json"\n  = options stand behind the command: aetherflow shop COMMAND --json\n',
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_the_exit_code_is_what_the_command_says(commands: Commands, words: list[str], code: int, said: str) -> None:
    outcome = commands.run(*words)
    assert outcome.exit_code == code
    assert outcome.stderr.removeprefix("noise of an import\n").startswith(said)
    assert said or outcome.stderr == "noise of an import\n"


def test_an_exception_names_the_plugin_and_the_line(commands: Commands) -> None:
    outcome = commands.run("shop", "leave", "badly")
    assert (outcome.exit_code, outcome.stdout) == (1, "leaving\n")
    assert outcome.stderr.splitlines()[1:] == [
        'error: the command "shop" of the plugin "plug" failed: ValueError: gone wrong '
        f"({commands.project.root}/plug/shop.py:26)",
        "  = with AETHERFLOW_LOG_LEVEL=debug its traceback is shown",
    ]


def test_its_traceback_is_shown_to_who_asks_and_no_secret_with_it(commands: Commands) -> None:
    commands.add(
        "leak",
        """
        import os
        from aetherflow.core.api import register_command

        @register_command("leak")
        def leak():
            raise ValueError(f"token {os.environ['API_TOKEN']}")
        """,
    )
    outcome = commands.run("leak", AETHERFLOW_LOG_LEVEL="debug", API_TOKEN="hunter2-hunter2")
    assert outcome.exit_code == 1
    assert "Traceback (most recent call last):" in outcome.stderr
    assert "ValueError: token ***" in outcome.stderr
    assert "hunter2" not in outcome.stderr


LEAKS = {
    "error": "raise ValueError(secret)",
    "coloured": "raise ValueError(coloured)",
    "ours": "raise InputError(secret, hint=secret)",
    "ours-of-errors": "raise InputError(ValueError(secret), hint=ValueError(coloured))",
    "usage": "raise typer.BadParameter(secret)",
    "exit": "sys.exit(coloured)",
    "cancelled": "raise asyncio.CancelledError(secret)",
    "generator": "raise GeneratorExit(secret)",
    "wordless": "raise Wordless",
}


@pytest.mark.parametrize("how", LEAKS)
@pytest.mark.parametrize("level", ["info", "debug"])
def test_whatever_a_command_raises_is_told_in_words_and_without_secrets(
    commands: Commands, how: str, level: str
) -> None:
    commands.add(
        "leak",
        f"""
        import asyncio, os, sys, typer
        from aetherflow.core.api import InputError, register_command

        class Wordless(Exception):
            def __str__(self):
                raise SystemExit(0)

        @register_command("leak")
        def leak():
            secret = f"token {{os.environ['API_TOKEN']}}"
            coloured = secret.replace("-", "\x1b[1m-\x1b[0m")
            {LEAKS[how]}
        """,
    )
    outcome = commands.run("leak", AETHERFLOW_LOG_LEVEL=level, API_TOKEN="hunter2-hunter2")
    assert outcome.exit_code == (2 if how.startswith(("ours", "usage")) else 1)
    said = outcome.stderr.removeprefix("noise of an import\n")
    assert said.startswith("token ***" if how == "exit" else "error: ")
    assert "hunter2" not in outcome.stderr
    assert level == "debug" or "Traceback" not in outcome.stderr


def shell(commands: Commands, line: str) -> tuple[int, str, str]:
    completed = subprocess.run(
        ["bash", "-c", line.replace("aetherflow", COMMAND)],
        cwd=commands.project.root,
        env=commands.project.env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return completed.returncode, completed.stdout, completed.stderr


CHATTY = """
    from aetherflow.core.api import register_command

    @register_command("chatty")
    def chatty(lines: int):
        for number in range(lines):
            print(number)
    """


def test_a_reader_that_goes_away_is_no_traceback(commands: Commands) -> None:
    commands.add("chatty", CHATTY)
    code, out, err = shell(commands, "aetherflow chatty 200000 2>err | head -1; cat err; echo ${PIPESTATUS[0]}")
    assert (code, out.splitlines()[0], err) == (0, "0", "")
    assert "BrokenPipe" not in out
    assert "error" not in out


def test_a_full_disk_is_told(commands: Commands) -> None:
    commands.add("chatty", CHATTY)
    code, out, err = shell(commands, "aetherflow chatty 3 > /dev/full")
    assert (code, out) == (2, "")
    assert "error: the result cannot be written to standard output: no space left on device\n" in err


def test_garbage_is_collected_while_a_command_runs(commands: Commands) -> None:
    commands.add(
        "gc_state",
        """
        import gc
        from aetherflow.core.api import register_command

        @register_command("gc_state")
        def state():
            print(gc.isenabled())
        """,
    )
    assert commands.run("gc_state").stdout == "True\n"


def test_a_command_can_run_a_flow(commands: Commands) -> None:
    commands.project.write(
        "flow.yaml",
        textwrap.dedent("""
        version: 1
        flow: {id: told}
        jobs:
          - id: main
            steps: [{id: say, type: log, inputs: {message: hello}}]
        """),
    )
    commands.add(
        "nightly",
        """
        from aetherflow.core.api import register_command, run_flow

        @register_command("nightly")
        def nightly():
            result = run_flow("flow.yaml")
            print(result.status)
            return 0 if result.status == "SUCCESS" else 1
        """,
    )
    outcome = commands.run("nightly")
    assert (outcome.exit_code, outcome.stdout) == (0, "SUCCESS\n")


def test_the_context_of_a_command_has_nothing_of_ours(commands: Commands) -> None:
    commands.add(
        "curious",
        """
        import typer
        from aetherflow.core.api import register_command

        @register_command("curious")
        def curious(ctx: typer.Context):
            print(ctx.obj, ctx.parent, ctx.command_path)
        """,
    )
    assert commands.run("curious").stdout == "None None aetherflow curious\n"


def test_an_interrupt_ends_a_command_without_a_traceback(commands: Commands) -> None:
    commands.add(
        "slow",
        """
        import os, signal
        from aetherflow.core.api import register_command

        @register_command("slow")
        def slow():
            os.kill(os.getpid(), signal.SIGINT)
        """,
    )
    outcome = commands.run("slow")
    assert outcome.exit_code == 130
    assert outcome.stderr.endswith("error: interrupted\n")
