"""A project whose environment names a folder of plugins with commands."""

import pytest

from tests.support.project import Outcome, Project

ORDERS = '''
    from aetherflow.core.api import register_command
    from pathlib import Path

    Path("was-run").touch()
    print("noise of an import")

    @register_command("orders")
    def orders(day: str, code: int = 0) -> int:
        """Lists the orders of a day.

        More about that.
        """
        print("orders of", day)
        return code
'''
SHOP = '''
    import sys
    import typer
    from aetherflow.core.api import InputError, register_command

    shop = typer.Typer(help="Runs the shop.")
    register_command("shop")(shop)

    @shop.command()
    def leave(how: str):
        """Leaves."""
        print("leaving")
        if how == "exit":
            raise typer.Exit(7)
        if how == "sys":
            sys.exit("that is all")
        if how == "abort":
            raise typer.Abort
        if how == "large":
            return 256
        if how == "yes":
            return True
        if how == "usage":
            raise typer.BadParameter("not like that")
        if how == "ours":
            raise InputError("no such shop", hint="build one")
        raise ValueError("gone wrong")

    @shop.command()
    async def later(code: int):
        """Waits."""
        print("waited")
        return code
'''


class Commands:
    """Writes plugins with commands, and runs the command line among them."""

    def __init__(self, project: Project) -> None:
        self.project = project
        project.env["AETHERFLOW_PLUGIN_PATHS"] = "plug"

    def add(self, name: str, text: str) -> None:
        """Write a module of the plugin."""
        self.project.write(f"plug/{name}.py", text)

    def run(self, *words: str, **env: str) -> Outcome:
        """Run one command line."""
        return self.project.aetherflow(*words, **env)

    @property
    def was_run(self) -> bool:
        """Whether any code of the orders plugin ran."""
        return (self.project.root / "was-run").exists()


@pytest.fixture
def commands(project: Project) -> Commands:
    """Give a project with a plugin of two commands."""
    found = Commands(project)
    found.add("orders", ORDERS)
    found.add("shop", SHOP)
    return found
