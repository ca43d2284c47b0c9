"""Which command the first words of a line name."""

from msgspec import Struct

from aetherflow.cli.command_table import COMMANDS, Group, Stub
from aetherflow.cli.declaration import Command

_HELP_WORDS = ("--help", "-h")


class NamedCommand(Struct, frozen=True):
    """What the words name: ``entry`` is None for the root, ``rest`` the words that follow the name."""

    path: str
    entry: Stub | Group | None
    rest: list[str]

    @property
    def asks_for_help(self) -> bool:
        """Whether a help page is asked for, and it is clear which."""
        words = self.rest[: self.rest.index("--")] if "--" in self.rest else self.rest
        # Behind an unknown word, `--help` asks for the page of nothing.
        return any(word in _HELP_WORDS for word in (words if isinstance(self.entry, Stub) else words[:1]))

    def load(self) -> Command | None:
        """Import the command, where the words name one."""
        return self.entry.load() if isinstance(self.entry, Stub) else None


def name_command(words: list[str]) -> NamedCommand:
    """Follow the words down the table of commands."""
    entry = COMMANDS.get(words[0]) if words else None
    if entry is None:
        return NamedCommand("aetherflow", None, words)
    if isinstance(entry, Group) and len(words) > 1 and words[1] in entry.commands:
        return NamedCommand(f"aetherflow {words[0]} {words[1]}", entry.commands[words[1]], words[2:])
    return NamedCommand(f"aetherflow {words[0]}", entry, words[1:])
