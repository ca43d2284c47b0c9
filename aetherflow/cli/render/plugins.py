"""Plugins and what they register, as text: a block for each, in load order, then those that do not load."""

from collections.abc import Iterator, Sequence

from aetherflow.cli.console import NARROWEST
from aetherflow.cli.render.plugin_words import Page, name_row, one_line
from aetherflow.cli.render.tables import render_table, shortened
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.events.segments import Line
from aetherflow.core.operations.listing.values import ListedPlugin, PluginListing

UNREAD = "it may register more: names that only its code knows"
_LEAST = 12  # cells that are left of a name or a text on a narrow terminal


def listing_text(listing: PluginListing, page: Page) -> str:
    """Write all plugins with what they register, aligned, and those that do not load with the reasons."""
    rows = iter(_rows(listing.plugins, page))
    blocks = ["".join(_block(plugin, rows, page)) for plugin in listing.plugins]
    return "\n".join([*blocks, *_left_out(listing.left_out, page)])


def _rows(plugins: Sequence[ListedPlugin], page: Page) -> list[str]:
    """Write a line for each thing that is registered; all of them together, so that they are aligned."""
    rows = [name_row(name) for plugin in plugins for name in plugin.provides]
    return table_text(rows, page, "  ").splitlines(keepends=True)


def told_in_text(listing: PluginListing) -> Iterator[Diagnostic]:
    """Give the findings that stand with their plugins, and need not be told once more."""
    for plugin in listing.left_out:
        yield from plugin.reasons
    for plugin in listing.plugins:
        yield from plugin.loaded.errors() if plugin.loaded else ()


def table_text(rows: list[Line], page: Page, indent: str, *, name: int = 1) -> str:
    """Write rows; on a terminal that is narrower, the last column is shortened, then that of names."""
    if page.look.is_terminal and rows:
        columns = max(NARROWEST, page.look.width) - len(indent) + len("  ")
        for column in (max(map(len, rows)) - 1, name):
            rows = shortened(rows, column, columns, least=_LEAST, ellipsis=page.signs.ellipsis)
    return render_table(rows, colour=page.look.has_colour, indent=indent)


def _block(plugin: ListedPlugin, rows: Iterator[str], page: Page) -> Iterator[str]:
    yield f"{page.head(plugin)}\n"
    yield from (next(rows) for _ in plugin.provides)
    for finding in plugin.loaded.errors() if plugin.loaded else ():
        yield f"{page.reason(finding, '  ')}\n"
    if not plugin.complete:
        yield f"  {page.paint(UNREAD, 'warn')}\n"
    elif not plugin.provides:
        yield f"  {page.paint('registers nothing', 'dim')}\n"


def _left_out(plugins: Sequence[ListedPlugin], page: Page) -> Iterator[str]:
    for plugin in plugins:
        reasons = "".join(f"{page.reason(reason, '  ')}\n{_advice(plugin, reason, page)}" for reason in plugin.reasons)
        yield f"{page.head(plugin)}\n{reasons}"


def _advice(plugin: ListedPlugin, reason: Diagnostic, page: Page) -> str:
    """Say how a plugin that is disabled is switched on again: doctor has nothing more to say of it."""
    advice = None if plugin.enabled else page.reader.tell(reason).hint
    return f"    = {page.fold(one_line(advice), 6, '      ')}\n" if advice else ""
