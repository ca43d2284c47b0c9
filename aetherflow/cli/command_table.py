"""The commands by name, each with its line for the help page and the module that is imported once it is named."""

from importlib import import_module

from msgspec import Struct

from aetherflow.cli.declaration import Command


class Stub(Struct, frozen=True):
    """A command that is not imported yet; the module's attribute ``COMMAND`` declares it."""

    summary: str
    module: str

    def load(self) -> Command:
        """Import the command's module."""
        command: Command = import_module(f"aetherflow.cli.commands.{self.module}").COMMAND
        return command


class Group(Struct, frozen=True):
    """A noun with verbs below it."""

    summary: str
    commands: dict[str, Stub]


COMMANDS: dict[str, Stub | Group] = {
    "validate": Stub("Find everything that can be known to be wrong before a run; run nothing.", "validate"),
    "run": Stub("Run a flow once, to the end, or continue an earlier run.", "run"),
    "explain": Stub("Explain a finding by its code.", "explain"),
    "schema": Stub("Print the JSON Schema of a document, for editors.", "schema"),
    "plugins": Group(
        "See what can be used in flows, and where it comes from.",
        {"list": Stub("List what is registered, by plugin.", "plugins")},
    ),
}
