"""What is wrong with plugins, a short line each, for those who asked about something else."""

from collections.abc import Iterable, Iterator

from aetherflow.cli.console import Look
from aetherflow.cli.render.paint import paint
from aetherflow.cli.render.plugin_words import one_line
from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.events.segments import StyleName
from aetherflow.core.events.wording import counted
from aetherflow.core.operations.listing.values import PluginListing

MOST_PROBLEMS = 20
POINTER = "aetherflow plugins doctor"
_STYLES: dict[Severity, StyleName] = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "dim"}


def problems_text(findings: Iterable[Diagnostic], look: Look) -> str:
    """Write errors, then warnings, and who tells more of them; nothing where there is none."""
    found = [each for each in findings if each.severity is not Severity.NOTE]
    found.sort(key=lambda each: each.severity is not Severity.ERROR)
    return "".join(_lines(found, look))


def _lines(found: list[Diagnostic], look: Look) -> Iterator[str]:
    for each in found[:MOST_PROBLEMS]:
        word = paint(str(each.severity), _STYLES[each.severity], colour=look.has_colour)
        yield f"{word}: {one_line(each.message)} ({each.code})\n"
    if found:
        more = len(found) - MOST_PROBLEMS
        others = f"and {counted(more, 'other')}; " if more > 0 else ""
        yield f"  = {others}`{POINTER}` says where, and what to do\n"


def refusals_text(listing: PluginListing) -> str:
    """Say that origins are refused, and who says which."""
    count = len(listing.refused)
    verb = "is" if count == 1 else "are"
    said = f"{counted(count, 'origin')} {verb} refused in {listing.mode} mode"
    return f"{said}: `aetherflow plugins list --verbose` says why\n" if count else ""
