"""The root of the command line: words in, one command's action, exit code out.

What is imported here inside functions is deferred because `--version`, a page of help, or a plain line does without it.
"""

import gc
import os
from typing import TYPE_CHECKING

from aetherflow.cli.streams import OutputFailed, StandardStreams

if TYPE_CHECKING:
    from aetherflow.cli.named_command import NamedCommand


def run_command_line(argv: list[str]) -> int:
    """Run one command line, without the program's name; gives the exit code and never raises."""
    streams = StandardStreams()
    if argv == ["--version"]:
        return _print_version(streams)
    from aetherflow.cli.error_boundary import guarded
    from aetherflow.cli.named_command import name_command

    named = name_command(argv)
    was_collecting = gc.isenabled()
    gc.disable()  # a start makes no garbage worth looking for; `run` turns the collector on again
    try:
        return guarded(lambda: _dispatch(streams, argv, named), streams, path=named.path)
    finally:
        if was_collecting:
            gc.enable()


def _print_version(streams: StandardStreams) -> int:
    from aetherflow.version import VERSION

    try:
        streams.write_result(f"aetherflow {VERSION}\n".encode())
    except OutputFailed as failed:
        streams.write_note(f"error: {failed.message}\n".encode())
        return 2
    return 0


def _dispatch(streams: StandardStreams, words: list[str], named: "NamedCommand") -> int:
    if named.asks_for_help:
        return _print_help(streams, named)
    command = named.load()
    if command is None and not named.rest and "_AETHERFLOW_COMPLETE" not in os.environ:
        return _print_help(streams, named)
    if command is not None:
        from aetherflow.cli.short_parser import parse_short

        values = parse_short(command, named.rest)
        if values is not None:
            return command.action(streams, **values)
    from aetherflow.cli.typer_face import run_with_typer

    return run_with_typer(streams, words, command)


def _print_help(streams: StandardStreams, named: "NamedCommand") -> int:
    """Print the page that was asked for to stdout, or, to a bare `aetherflow`, unasked to stderr."""
    from aetherflow.cli.console import Console
    from aetherflow.cli.help import page_of, render_page

    console = Console(streams, os.environ)
    page = page_of(named)
    if named.asks_for_help:
        console.result(render_page(page, console.out))
        return 0
    console.note(render_page(page, console.err))
    return 2
