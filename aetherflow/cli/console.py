"""How the terminal is spoken to: colours, signs, verbosity, and the two streams."""

import os
import sys
from collections.abc import Mapping
from enum import IntEnum

from msgspec import Struct

from aetherflow.cli.streams import STDERR, STDOUT, StandardStreams
from aetherflow.cli.told import Reader

NARROWEST = 40  # columns; no terminal is taken to be narrower


class Verbosity(IntEnum):
    """How much is told on stderr."""

    QUIET = 0  # what failed, and of a run that failed the final line
    NORMAL = 1
    VERBOSE = 2  # debug messages too


class Look(Struct, frozen=True):
    """What a stream can show."""

    is_terminal: bool
    has_colour: bool
    has_unicode: bool
    width: int


class Console:
    """One command's way to talk: results to stdout, everything for people to stderr."""

    def __init__(
        self,
        streams: StandardStreams,
        environ: Mapping[str, str],
        *,
        no_color: bool = False,
        verbosity: Verbosity = Verbosity.NORMAL,
        reader: Reader | None = None,
    ) -> None:
        self.streams = streams
        self.environ = environ
        self.verbosity = verbosity
        self.reader = reader or Reader()
        self.out = look_of(STDOUT, environ, no_color=no_color)
        self.err = look_of(STDERR, environ, no_color=no_color)

    @property
    def shows_live(self) -> bool:
        """Whether progress may move: stderr is a terminal that can, and no CI job's log."""
        return self.err.is_terminal and not _is_dumb(self.environ) and not _is_ci(self.environ)

    def result(self, text: str) -> None:
        """Write text that is the command's result."""
        self.streams.write_result(_encode(text, self.streams.objects[0]))

    def result_json(self, value: object) -> None:
        """Write a JSON document that is the command's result; always UTF-8, and harmless to a terminal."""
        from aetherflow.cli.render.json_text import json_text  # deferred: text output does without

        self.streams.write_result(json_text(value))

    def note(self, text: str) -> None:
        """Write text for people."""
        self.streams.write_note(_encode(text, self.streams.objects[1]))


def look_of(descriptor: int, environ: Mapping[str, str], *, no_color: bool) -> Look:
    """Find out what a stream can show, as NO_COLOR, TERM and the locale have it."""
    is_terminal = _is_terminal(descriptor)
    stream = sys.stdout if descriptor == STDOUT else sys.stderr
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "")
    return Look(
        is_terminal=is_terminal,
        has_colour=is_terminal and not no_color and not environ.get("NO_COLOR") and not _is_dumb(environ),
        has_unicode=encoding == "utf8",
        width=_width(descriptor) if is_terminal else 100,
    )


def _is_terminal(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:
        return False


def _width(descriptor: int) -> int:
    try:
        return os.get_terminal_size(descriptor).columns or 80
    except OSError:
        return 80


def _is_dumb(environ: Mapping[str, str]) -> bool:
    return environ.get("TERM", "dumb").lower() in ("dumb", "unknown", "")


def _is_ci(environ: Mapping[str, str]) -> bool:
    return environ.get("CI", "").strip().lower() not in ("", "0", "false", "no")


def _encode(text: str, stream: object) -> bytes:
    return text.encode(getattr(stream, "encoding", None) or "utf-8", "backslashreplace")
