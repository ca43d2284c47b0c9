"""Content that is not in the page's tree until somebody asks for it: browsers stay quick with ten thousand steps.

Each fold is text in a script element that is no script; page.js puts it in its place. It is markup of ours, in which
everything foreign is escaped: no ``<`` in it is anybody else's.
"""

from collections.abc import Callable, Sequence
from itertools import count
from typing import TypeVar

from aetherflow.core.operations.report.markup import Markup, element, joined

Part = TypeVar("Part")


class Folds:
    """Keeps what is folded away; ``room`` is how many steps may still be in the tree from the start."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._kept: list[Markup] = []
        self._numbers = count(1)

    def takes(self, steps: int) -> bool:
        """Tell whether so many steps are to be in the tree, and take their room."""
        if steps > self.room:
            return False
        self.room -= steps
        return True

    def away(self, content: Markup, button: Markup | None = None) -> Markup:
        """Fold content away; it comes with a click on a button, or, without one, when what is around it is opened."""
        name = f"fold{next(self._numbers)}"
        self._kept.append(element("script", content, type="text/plain", id=name))
        return element("div", button, class_="fold", data_fold=name)

    def paged(self, parts: Sequence[Part], render: Callable[[Part], Markup], page: int, noun: str) -> Markup:
        """Render the first page of parts, and fold the others away, page by page."""
        content = [joined(*map(render, parts[:page]))]
        for start in range(page, len(parts), page):
            others = parts[start : start + page]
            places = f"{start + 1:,} to {start + len(others):,}"
            text = f"{noun} {places}" if start == page else places
            label = f"show {noun} {places} of {len(parts):,}"
            button = element("button", text, type="button", aria_label=label, title=label)
            content.append(self.away(joined(*map(render, others)), button))
        return joined(*content)

    def scripts(self) -> Markup:
        """Give what was folded away, to stand at the end of the page."""
        return joined(*self._kept)
