"""What a command takes, as plain values: read by the short parser, by Typer and by the help page alike."""

from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct

#: A bare ``--resume``: the option was given, its optional value was not. No shell can pass a NUL.
NO_VALUE = "\0"

Kind = Literal["flag", "value", "many", "optional"]


class Argument(Struct, frozen=True):
    """A positional word; every argument is required."""

    name: str
    help: str
    choices: tuple[str, ...] = ()

    @property
    def metavar(self) -> str:
        """The argument's name as usage lines show it."""
        return self.name.upper()


class Option(Struct, frozen=True, kw_only=True):
    """An option: ``names`` are its spellings, the long one first; ``metavar`` names its value.

    ``called`` is the keyword for the command's function, where it is not the long name.

    flag: true or false; value: one text; many: repeatable texts; optional: a text that may be left out.
    """

    names: tuple[str, ...]
    help: str
    kind: Kind = "flag"
    metavar: str = ""
    choices: tuple[str, ...] = ()
    called: str = ""

    @property
    def keyword(self) -> str:
        """The keyword argument by which the command's function gets the value."""
        return self.called or self.names[0].removeprefix("--").replace("-", "_")

    @property
    def default(self) -> Any:
        """The value of an option that was not given."""
        return {"flag": False, "many": ()}.get(self.kind)


class Command(Struct, frozen=True, kw_only=True):
    """A whole command: what it is called, says of itself, takes and does.

    ``action`` gets the standard streams, then every argument and option by keyword, and gives the exit code.
    ``examples`` are command lines with a remark each.
    """

    name: str
    description: str
    action: Callable[..., int]
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    examples: tuple[tuple[str, str], ...]

    def option(self, name: str) -> Option | None:
        """Find an option by one of its spellings."""
        return next((option for option in self.options if name in option.names), None)


class UsageProblem(Exception):
    """The command line cannot be understood; the message says why, the hint what to write."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def check_choices(command: Command, values: dict[str, Any]) -> None:
    """Refuse a value that is none of its option's or argument's choices."""
    for argument in command.arguments:
        _check_choice(argument.metavar, values[argument.name], argument.choices)
    for option in command.options:
        _check_choice(option.names[0], values[option.keyword], option.choices)


def _check_choice(shown: str, value: str | None, choices: tuple[str, ...]) -> None:
    if not choices or value is None or value in choices:
        return
    from aetherflow.core.diagnostics.suggestion import did_you_mean  # deferred: only for a wrong word

    message = f'{shown} takes {", ".join(choices[:-1])} or {choices[-1]}, not "{value}"'
    raise UsageProblem(message, hint=did_you_mean(value, choices))
