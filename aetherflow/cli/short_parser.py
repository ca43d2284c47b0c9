"""Reads the plain command lines, which are nearly all, without Typer: its import alone would take half the start.

It understands exact long options, single short flags and words. Of anything else it gives None, and Typer, which reads
everything, says what is right or wrong with it. A property test holds that both read a line alike.
"""

from collections.abc import Iterator
from typing import Any

from aetherflow.cli.declaration import NO_VALUE, Command, Option, check_choices


def parse_short(command: Command, words: list[str]) -> dict[str, Any] | None:
    """Read the words after the command's name into keyword arguments, or give None where they are not plain."""
    reading = _Reading(command)
    remaining = iter(spell_out_optional_values(command, words))
    for word in remaining:
        if not reading.take(word, remaining):
            return None
    values = reading.values()
    if values is not None:
        check_choices(command, values)
    return values


class _Reading:
    """What has been read of one command line."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.positional: list[str] = []
        self.given: dict[str, Any] = {}

    def take(self, word: str, remaining: Iterator[str]) -> bool:
        if not word.startswith("-") or word == "-":
            self.positional.append(word)
            return True
        name, equals, value = word.partition("=")
        option = self.command.option(name)
        if option is None or (equals and (option.kind == "flag" or not name.startswith("--"))):
            return False
        if option.kind == "flag":
            self.given[option.keyword] = True
            return True
        return self._take_value(option, value if equals else next(remaining, None))

    def _take_value(self, option: Option, value: str | None) -> bool:
        if value is None:
            return False
        if option.kind == "many":
            value_so_far: tuple[str, ...] = self.given.get(option.keyword, ())
            self.given[option.keyword] = (*value_so_far, value)
        else:
            self.given[option.keyword] = value
        return True

    def values(self) -> dict[str, Any] | None:
        arguments = self.command.arguments
        if len(self.positional) != len(arguments):
            return None
        values = {option.keyword: option.default for option in self.command.options}
        values |= self.given
        values |= {argument.name: word for argument, word in zip(arguments, self.positional, strict=True)}
        return values


def spell_out_optional_values(command: Command, words: list[str]) -> list[str]:
    """Rewrite options whose value may be left out as ``--name=value``, so that every parser reads them alike.

    The value is the next word that is no option; a word that belongs to another option, or stands after ``--``, is
    left alone.
    """
    rewritten: list[str] = []
    remaining = list(reversed(words))
    while remaining:
        word = remaining.pop()
        option = command.option(word)
        if word == "--":
            return [*rewritten, word, *reversed(remaining)]
        if option is None or option.kind == "flag":
            rewritten.append(word)
        elif option.kind == "optional":
            has_value = bool(remaining) and not remaining[-1].startswith("-")
            rewritten.append(f"{word}={remaining.pop() if has_value else NO_VALUE}")
        else:
            rewritten += [word, *([remaining.pop()] if remaining else [])]
    return rewritten
