"""How plugins are named in text. Their own words are foreign: they are put on one line, made visible, and cut."""

from collections.abc import Iterator

from msgspec import Struct

from aetherflow.cli.console import NARROWEST, Look
from aetherflow.cli.render.paint import paint
from aetherflow.cli.told import Reader
from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.diagnostics.cells import make_visible, width_of
from aetherflow.core.diagnostics.folding import folded
from aetherflow.core.events.segments import Line, Segment, StyleName
from aetherflow.core.events.wording import Signs, signs_for
from aetherflow.core.operations.listing.values import ListedName, ListedPlugin

LONGEST_NAME = 80
LONGEST_TEXT = 240
_STYLES: dict[Severity, StyleName] = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "dim"}
_NAMED_ELSEWHERE = ("manifest", "bundle", "environment", "flag")


class Page(Struct, frozen=True, kw_only=True):
    """Where text is written to: what the stream can show, and who reads it, in which folder."""

    look: Look
    reader: Reader

    @property
    def signs(self) -> Signs:
        """The signs that the stream can show."""
        return signs_for(has_unicode=self.look.has_unicode)

    def paint(self, text: str, style: StyleName) -> str:
        """Put a style around a text."""
        return paint(text, style, colour=self.look.has_colour)

    def path(self, path: str) -> str:
        """Write a path, relative where it lies below the folder; in full, however long it is."""
        folder = self.reader.folder
        return make_visible(path.removeprefix(f"{folder.rstrip('/')}/") if path != folder else ".")

    def place(self, file: str, line: int) -> str:
        """Write a line of a file."""
        return f"{self.path(file)}:{line}"

    def fold(self, text: str, used: int, indent: str) -> str:
        """Put a text on as many lines as a terminal needs for it; so many cells of the first one are taken."""
        if not self.look.is_terminal:
            return text
        return f"\n{indent}".join(folded(text, self.columns - used, self.columns - len(indent)))

    @property
    def columns(self) -> int:
        """How many cells there are in a line of a terminal."""
        return max(NARROWEST, self.look.width)

    def head(self, plugin: ListedPlugin, number: str = "") -> str:
        """Name a plugin with its version, origin and the reason why it may load."""
        separator = f" {self.signs.separator} "
        name, version, state = name_of(plugin.name), name_of(plugin.version), _state(plugin)
        told = separator.join([*_also_known(plugin), origin_words(plugin), plugin.trust])
        used = width_of(f"{number}{name} {version}{separator}")
        shown = self.fold(told, used, "    ")
        head = f"{number}{self.paint(name, 'strong')} {version}{self.paint(separator + shown, 'dim')}"
        return f"{head}{separator}{self.paint(state, 'bad')}" if state else head

    def reason(self, finding: Diagnostic, indent: str) -> str:
        """Write a finding, its code first; on a terminal on as many lines as it needs."""
        message = one_line(self.reader.tell(finding).message)
        told = self.fold(message, len(indent) + len(finding.code) + 1, f"{indent}    ")
        return f"{indent}{self.paint(finding.code, _STYLES[finding.severity])} {told}"


def name_of(name: str) -> str:
    """Write a name that a plugin chose, with all its signs."""
    return _cut(make_visible(name), LONGEST_NAME)


def one_line(text: str) -> str:
    """Write foreign text on one line: blanks of all sorts are one, what would steer a terminal is visible."""
    return _cut(make_visible(" ".join(text.split())), LONGEST_TEXT)


def origin_words(plugin: ListedPlugin) -> str:
    """Say where a plugin is from, as it was named there."""
    if plugin.editable:
        return f"editable {plugin.origin}"
    if plugin.origin in _NAMED_ELSEWHERE:
        return f"{plugin.origin} {one_line(plugin.named)}"
    return f"{plugin.origin} {name_of(plugin.named)}" if plugin.named not in (plugin.name, plugin.id) else plugin.origin


def name_row(name: ListedName) -> Line:
    """Write what a plugin registers as a row: kind, name, and its one sentence or what became of it."""
    if name.overridden_by is not None:
        told = Segment(f"overridden by {name_of(name.overridden_by)}", "warn")
    elif not name.counts:
        told = Segment(f"refused: {name.refused}", "bad")
    else:
        told = Segment(one_line(name.summary))
    return [Segment(name.kind, "dim"), Segment(name_of(name.name), "name" if name.counts else "dim"), told]


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def _state(plugin: ListedPlugin) -> str:
    if plugin.load_order is None:
        return "not loaded" if plugin.enabled else "disabled"
    return "failed to load" if plugin.loaded and plugin.loaded.errors() else ""


def _also_known(plugin: ListedPlugin) -> Iterator[str]:
    if plugin.id != plugin.name:
        yield f"known as {name_of(plugin.id)}"
