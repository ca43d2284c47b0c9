"""`aetherflow plugins list`: every plugin, what it registers, where it comes from, and why it may load."""

from collections.abc import Sequence
from typing import Annotated

import typer

from aetherflow.cli.command import Command
from aetherflow.cli.console import Console
from aetherflow.cli.options import (
    BundleManifestOption,
    JsonOption,
    NoColorOption,
    PluginPathOption,
    PluginsFileOption,
    ResultFormatOption,
    VerboseOption,
    asked_surroundings,
    chosen_format,
    open_console,
)
from aetherflow.cli.render.plugin_words import Page
from aetherflow.cli.render.plugins import listing_text, told_in_text
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.operations.list_plugins import list_plugins
from aetherflow.core.operations.listing.values import PluginListing
from aetherflow.core.operations.requests import SurroundingsRequest

EXAMPLES = """\b
Examples:
  # what flows can name, and whose it is
  aetherflow plugins list
  # load sequence, digests, overrides, refusals
  aetherflow plugins list --verbose --plugin-path ./plugins
  # for a program
  aetherflow plugins list --json | jq -r '.plugins[].provides[].name'"""

LoadedOption = Annotated[
    bool,
    typer.Option("--loaded", help="Import the plugins for real, in a process of their own: their code runs."),
]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command("list", cls=Command, epilog=EXAMPLES)
def plugins_list(
    ctx: typer.Context,
    plugin_path: PluginPathOption = None,
    plugins_file: PluginsFileOption = None,
    bundle_manifest: BundleManifestOption = None,
    form: ResultFormatOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
    verbose: VerboseOption = False,
    loaded: LoadedOption = False,
) -> int:
    """List all plugins in load order: what each registers, where it comes from, and why it may load.

    No plugin's code runs for it, but with --loaded. What is wrong with plugins goes to stderr, and breaks nothing.
    """
    chosen = chosen_format(ctx, form, as_json=as_json)
    console = open_console(ctx, no_color=no_color, verbose=verbose)
    request = asked_surroundings(plugin_path, plugins_file, bundle_manifest)
    listing = _imported(request, in_full=verbose) if loaded else _listed(request, in_full=verbose)
    if chosen == "json":
        _write_json(listing, console)
    else:
        _write_text(listing, console, verbose=verbose)
    return 0


def _listed(request: SurroundingsRequest, *, in_full: bool) -> PluginListing:
    if not in_full:
        return list_plugins(request)
    from aetherflow.core.operations.list_plugins_in_full import list_plugins_in_full  # deferred: for those who ask

    return list_plugins_in_full(request)


def _imported(request: SurroundingsRequest, *, in_full: bool) -> PluginListing:
    from aetherflow.core.operations.list_loaded_plugins import list_loaded_plugins  # deferred: for those who ask

    return list_loaded_plugins(request, in_full=in_full)


def _write_json(listing: PluginListing, console: Console) -> None:
    from aetherflow.cli.render.plugins_json import listing_json  # deferred: text does without

    console.result_json(listing_json(listing))
    _tell_problems([each.diagnostic for each in listing.findings], console)


def _write_text(listing: PluginListing, console: Console, *, verbose: bool) -> None:
    page = Page(look=console.out, reader=console.reader)
    if verbose:
        from aetherflow.cli.render.plugin_details import details_text  # deferred: for those who ask

        console.result(details_text(listing, page))
    else:
        console.result(listing_text(listing, page))
    told = {id(finding) for finding in told_in_text(listing)}
    _tell_problems([each.diagnostic for each in listing.findings if id(each.diagnostic) not in told], console)
    if listing.refused and not verbose:
        from aetherflow.cli.render.plugin_problems import refusals_text  # deferred, as below

        console.note(refusals_text(listing, console))


def _tell_problems(findings: Sequence[Diagnostic], console: Console) -> None:
    """Write to stderr what is wrong and is not told yet."""
    if findings:
        from aetherflow.cli.render.plugin_problems import problems_text  # deferred: mostly nothing is wrong

        console.note(problems_text(findings, console))
