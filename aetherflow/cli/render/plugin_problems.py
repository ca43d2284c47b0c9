"""What is wrong with plugins, a short line each, for those who asked about something else."""

from collections.abc import Iterable, Iterator

from aetherflow.cli.console import NARROWEST, Console
from aetherflow.cli.render.paint import paint
from aetherflow.cli.render.plugin_words import one_line
from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.diagnostics.folding import folded
from aetherflow.core.events.segments import StyleName
from aetherflow.core.events.wording import counted
from aetherflow.core.operations.listing.values import PluginListing

MOST_PROBLEMS = 20
POINTER = "aetherflow plugins doctor"
_STYLES: dict[Severity, StyleName] = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "dim"}


def problems_text(findings: Iterable[Diagnostic], console: Console) -> str:
    """Write errors, then warnings, and who tells more of them; nothing where there is none."""
    found = [each for each in findings if each.severity is not Severity.NOTE]
    found.sort(key=lambda each: each.severity is not Severity.ERROR)
    return "".join(_lines(found, console))


def _lines(found: list[Diagnostic], console: Console) -> Iterator[str]:
    for each in console.reader.tell_all(found[:MOST_PROBLEMS]):
        word = paint(str(each.severity), _STYLES[each.severity], colour=console.err.has_colour)
        told = f"{one_line(each.message)} ({each.code})"
        if console.err.is_terminal:
            columns = max(NARROWEST, console.err.width)
            told = "\n    ".join(folded(told, columns - len(f"{each.severity}: "), columns - 4))
        yield f"{word}: {told}\n"
    if found:
        more = len(found) - MOST_PROBLEMS
        others = f"and {counted(more, 'other')}; " if more > 0 else ""
        yield f"  = {others}`{console.reader.command(POINTER)}` says where, and what to do\n"


def refusals_text(listing: PluginListing, console: Console) -> str:
    """Say that origins are refused, and who says which."""
    count = len(listing.refused)
    verb = "is" if count == 1 else "are"
    said = f"{counted(count, 'origin')} {verb} refused in {listing.mode} mode"
    command = console.reader.command("aetherflow plugins list --verbose")
    return f"{said}: `{command}` says why\n" if count else ""
