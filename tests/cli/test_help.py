"""Help pages: every command has one, with examples that the command line understands."""

import shlex

import pytest

from aetherflow.cli.app import run_command_line
from aetherflow.cli.command_table import COMMANDS, Group
from aetherflow.cli.console import Look
from aetherflow.cli.help import command_page, render_page
from aetherflow.cli.named_command import name_command
from aetherflow.cli.short_parser import parse_short

NAMES = [
    [name, *verb]
    for name, entry in COMMANDS.items()
    for verb in ([[verb] for verb in entry.commands] if isinstance(entry, Group) else [[]])
]
IDS = [" ".join(name) for name in NAMES]


@pytest.mark.parametrize("name", NAMES, ids=IDS)
def test_every_command_has_a_page_with_examples(name: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert run_command_line([*name, "--help"]) == 0
    said = capfd.readouterr()
    assert said.out.startswith(f"Usage: aetherflow {' '.join(name)} ")
    assert "\nExamples:\n  # " in said.out
    assert said.err == ""


@pytest.mark.parametrize("name", NAMES, ids=IDS)
def test_every_example_is_a_line_that_is_understood(name: list[str]) -> None:
    command = name_command(name).load()
    assert command is not None
    for line, _ in command.examples:
        words = shlex.split(line.partition("|")[0].partition(">")[0])
        assert words[: len(name) + 1] == ["aetherflow", *name]
        assert parse_short(command, words[len(name) + 1 :]) is not None, line


@pytest.mark.parametrize("name", NAMES, ids=IDS)
def test_every_option_stands_on_the_page(name: list[str]) -> None:
    command = name_command(name).load()
    assert command is not None
    page = render_page(command_page("aetherflow x", command), Look(False, False, True, 100))
    for option in command.options:
        assert f"  {min(option.names, key=len)}" in page


def test_the_root_names_every_command_without_importing_one(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(["--help"]) == 0
    page = capfd.readouterr().out
    for name, entry in COMMANDS.items():
        assert f"  {name} " in page
        assert entry.summary in page


def test_a_page_fits_a_narrow_terminal() -> None:
    command = name_command(["run"]).load()
    assert command is not None
    page = render_page(command_page("aetherflow run", command), Look(True, True, True, 60))
    shown = page.partition("Examples:")[0].replace("\x1b[1m", "").replace("\x1b[36m", "").replace("\x1b[0m", "")
    assert max(map(len, shown.splitlines())) <= 60
