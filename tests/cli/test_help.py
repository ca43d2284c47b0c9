"""Help pages: every command has one, with examples that the command line understands."""

import shlex
from typing import Any

import pytest
from typer.main import get_command

from aetherflow.cli.app import app, run_command_line
from aetherflow.cli.lazy_group import LazyGroup
from aetherflow.cli.streams import StandardStreams

WIDTH = 80


def names_below(group: LazyGroup, *path: str) -> list[list[str]]:
    """Name every command, as the words that lead to it."""
    found = []
    for name, stub in group.table.items():
        command = stub.load()
        found += names_below(command, *path, name) if isinstance(command, LazyGroup) else [[*path, name]]
    return found


ROOT: Any = get_command(app)
NAMES = names_below(ROOT)
PAGES = [[], *NAMES, *sorted({tuple(name[:-1]) for name in NAMES if len(name) > 1})]


def spoken(line: list[str] | tuple[str, ...]) -> str:
    return " ".join(["aetherflow", *line])


def page(name: list[str], capfd: pytest.CaptureFixture[str]) -> str:
    assert run_command_line([*name, "--help"]) == 0
    said = capfd.readouterr()
    assert said.err == ""
    return said.out


def examples(text: str) -> list[str]:
    lines = text.partition("\n  Examples:\n")[2].splitlines()
    return [line.strip() for line in lines if not line.strip().startswith("#") and not line.strip().startswith("`")]


@pytest.mark.parametrize("name", NAMES, ids=spoken)
def test_every_example_is_a_line_that_is_understood(name: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    lines = examples(page(name, capfd))
    assert lines
    for line in lines:
        program, *words = shlex.split(line.partition("|")[0].partition(">")[0])
        assert program == "aetherflow"
        assert words[: len(name)] == name
        parse(words)


def test_run_names_every_exit_code(capfd: pytest.CaptureFixture[str]) -> None:
    told = " ".join(page(["run"], capfd).partition("The exit code is ")[2].partition(" Examples:")[0].split())
    for code in (0, 1, 2, 3, 4, 5, 130, 143):
        assert f"{code} " in told


def parse(words: list[str]) -> None:
    """Let every command on the way read its words; nothing is called."""
    context = ROOT.make_context("aetherflow", words, obj=StandardStreams())
    rest = words
    while isinstance(context.command, LazyGroup):
        name, command, rest = context.command.resolve_command(context, rest)
        context = command.make_context(name, list(rest), parent=context)


@pytest.mark.parametrize("name", PAGES, ids=spoken)
def test_a_page_fits_a_terminal_of_80_columns(name: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    shown = page(list(name), capfd)
    assert shown.startswith(f"Usage: {spoken(name)} ")
    assert [line for line in shown.splitlines() if len(line) > WIDTH] == []
    assert "\x1b" not in shown


@pytest.mark.parametrize("name", NAMES, ids=spoken)
def test_every_option_and_argument_says_what_it_is_for(name: list[str]) -> None:
    command = ROOT
    for word in name:
        command = command.table[word].load()
    assert [param.name for param in command.params if not param.help] == []
    assert command.help


def test_short_and_long_words_ask_for_help(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(["run", "-h"]) == 0
    short = capfd.readouterr().out
    assert short == page(["run"], capfd)


def test_groups_name_every_command_with_its_line(capfd: pytest.CaptureFixture[str]) -> None:
    shown = page([], capfd)
    for name, stub in ROOT.table.items():
        assert f"  {name} " in shown
        assert stub.summary in shown
