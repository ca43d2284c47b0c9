"""Plugins in full, as text: the load sequence with what made it, digests, places, overrides, refusals."""

from collections.abc import Iterable, Iterator, Sequence

from aetherflow.cli.render.plugin_reaches import CAVEAT, reach_facts
from aetherflow.cli.render.plugin_words import Page, name_of, name_row, one_line
from aetherflow.cli.render.plugins import UNREAD, table_text
from aetherflow.cli.render.tables import render_table
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.diagnostics.cells import width_of
from aetherflow.core.diagnostics.folding import folded
from aetherflow.core.events.segments import Line, Segment
from aetherflow.core.operations.listing.values import (
    ListedName,
    ListedOverride,
    ListedPlugin,
    ListedRefusal,
    OverrideSide,
    PluginListing,
)


def details_text(listing: PluginListing, page: Page) -> str:
    """Write the load sequence, then what is left out, overridden and refused."""
    strictness = "strict" if listing.strict else "not strict: a plugin that fails is left out"
    lock = f"lock {page.path(listing.lock_file)}" if listing.lock_file else "no lock"
    parts = [
        f"mode {listing.mode}, {strictness}, {lock}\n",
        *(plugin_text(plugin, page) for plugin in (*listing.plugins, *listing.left_out)),
        _caveat(listing, page),
        _section("overrides", [_override(each, page) for each in listing.overrides], page),
        _section("refused", [refusal_text(each, page) for each in listing.refused], page),
    ]
    return "\n".join(part for part in parts if part)


def plugin_text(plugin: ListedPlugin, page: Page) -> str:
    """Write everything that is known of one plugin."""
    return "".join(_plugin_lines(plugin, page))


def refusal_text(refused: ListedRefusal, page: Page) -> str:
    """Write why an origin does not load, and what to do to load it."""
    told = f"{refused.origin} {one_line(refused.named)}: {refused.reason}"
    shown = page.fold(told, len(refused.code) + 3, "      ")
    return f"  {page.paint(refused.code, 'warn')} {shown}\n    = {page.fold(one_line(refused.hint), 6, '      ')}\n"


def reason_text(finding: Diagnostic, page: Page, indent: str) -> str:
    """Write a finding with its place and its advice, a line each."""
    place = ""
    if finding.span:
        at = page.fold(page.place(finding.span.file, finding.span.line), len(indent) + 5, f"{indent}     ")
        place = f"{indent}  at {at}\n"
    advice = page.reader.tell(finding).hint
    told = page.fold(one_line(advice), len(indent) + 4, f"{indent}    ") if advice else ""
    hint = f"{indent}  = {told}\n" if told else ""
    return f"{page.reason(finding, indent)}\n{place}{hint}"


def side_text(side: OverrideSide, page: Page) -> str:
    """Name one side of an override."""
    return f"{name_of(side.plugin)} ({page.place(side.file, side.line)})"


def facts_table(facts: Iterable[tuple[str, str]], page: Page, indent: str) -> str:
    """Write names of facts with the facts, those alone that there are."""
    rows: list[Line] = [[Segment(name, "dim"), Segment(fact)] for name, fact in facts if fact]
    if page.look.is_terminal:
        return "".join(_folded_rows(rows, page, indent))
    return render_table(rows, colour=page.look.has_colour, indent=indent)


def _folded_rows(rows: list[Line], page: Page, indent: str) -> Iterator[str]:
    """Put long facts on several lines; a digest, which nothing breaks, on one of its own below its name."""
    column = max((width_of(name.text) for name, _ in rows), default=0) + 2
    room = page.columns - len(indent) - column
    for name, fact in rows:
        lines = folded(fact.text, room, room)
        shift = column
        if any(width_of(line) > room for line in lines):
            shift = 2
            lines = ["", *folded(fact.text, page.columns - len(indent) - shift, page.columns - len(indent) - shift)]
        gap = " " * (column - width_of(name.text))
        yield f"{indent}{page.paint(name.text, 'dim')}{gap}{lines[0]}".rstrip() + "\n"
        yield from (f"{indent}{' ' * shift}{line}\n" for line in lines[1:])


def plugin_facts(plugin: ListedPlugin, page: Page) -> Iterator[tuple[str, str]]:
    """Give what is known of a plugin, apart from its name and origin."""
    yield "about", one_line(plugin.description)
    yield "author", one_line(plugin.author)
    yield "path", page.path(plugin.path)
    yield "order", one_line(plugin.order_reason)
    yield "digest", plugin.digest
    yield "lock", plugin.lock or ""
    yield "requires", one_line(", ".join(plugin.requires))
    yield "permissions", one_line(", ".join(plugin.permissions))
    yield from reach_facts(plugin)
    if plugin.loaded:
        yield "imported", f"in {plugin.loaded.import_seconds * 1000:.1f} ms, {plugin.loaded.isolation}"


def _plugin_lines(plugin: ListedPlugin, page: Page) -> Iterator[str]:
    number = "" if plugin.load_order is None else f"{plugin.load_order}. "
    yield f"{page.head(plugin, number)}\n"
    for reason in plugin.loaded.errors() if plugin.loaded else plugin.reasons:
        yield reason_text(reason, page, "   ")
    yield facts_table(plugin_facts(plugin, page), page, "   ")
    rows = [_with_place(name_row(name), name, plugin) for name in plugin.provides]
    yield table_text(rows, page, "   ")
    if plugin.load_order is None:
        return
    if not plugin.complete:
        yield f"   {page.paint(UNREAD, 'warn')}\n"
    elif not plugin.provides:
        yield f"   {page.paint('registers nothing', 'dim')}\n"


def _with_place(row: Line, name: ListedName, plugin: ListedPlugin) -> Line:
    """Put the place below the plugin's own path between a name and what is told of it."""
    kind, shown, told = row
    below = name.file.removeprefix(f"{plugin.path}/") if name.file != plugin.path else name.file.rpartition("/")[2]
    return [kind, shown, Segment(one_line(f"{below}:{name.line}"), "dim"), told]


def _override(override: ListedOverride, page: Page) -> str:
    losers = ", ".join(side_text(side, page) for side in override.losers)
    what = f"{override.kind} {page.paint(name_of(override.name), 'name')}"
    return f"  {what}: {side_text(override.winner, page)} over {losers}\n"


def _caveat(listing: PluginListing, page: Page) -> str:
    """Say what it is worth that something is shown to be reached for, or is not."""
    is_shown = any(fact for plugin in (*listing.plugins, *listing.left_out) for _, fact in reach_facts(plugin))
    return f"{page.paint(CAVEAT, 'dim')}\n" if is_shown else ""


def _section(title: str, lines: Sequence[str], page: Page) -> str:
    return f"{page.paint(title, 'strong')}\n{''.join(lines)}" if lines else ""
