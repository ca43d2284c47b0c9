"""`aetherflow bundle`: the operator's bundle on this machine."""

from typing import ClassVar

import typer

from aetherflow.cli.lazy_group import LazyGroup, Stub


class BundleGroup(LazyGroup):
    """What can be done with a bundle."""

    table: ClassVar = {
        "sync": Stub("aetherflow.cli.commands.bundle_sync", "Fetch the bundle where there is something new."),
        "status": Stub("aetherflow.cli.commands.bundle_status", "Show the bundle that is here; fetch nothing."),
        "verify": Stub("aetherflow.cli.commands.bundle_verify", "Hash the files of the bundle that is here."),
    }


app = typer.Typer(cls=BundleGroup, rich_markup_mode=None, add_completion=False)


@app.callback()
def bundle() -> None:
    """Fetch, look at and verify the bundle that an operator's manifest names."""
