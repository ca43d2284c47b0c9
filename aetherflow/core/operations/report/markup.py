"""HTML and SVG as text: what is not markup already is made harmless and escaped where it is put in."""

from html import escape

from aetherflow.core.events.segments import harmless

Attribute = str | int | float | bool | None


class Markup(str):
    """Text that is markup already. Only this module and constants make it from text."""

    __slots__ = ()


NOTHING = Markup()

_VOID = frozenset({"meta", "br", "input", "hr"})


def element(name: str, /, *children: str | None, **attributes: Attribute) -> Markup:
    """Make an element; children that are no markup are escaped, None and False leave a child or an attribute out.

    In attributes' names an underscore stands for a hyphen, and one at the end for nothing: ``class_``, ``aria_label``.
    """
    head = name + "".join([_attribute(key, value) for key, value in attributes.items()])
    return Markup(f"<{head}>" if name in _VOID else f"<{head}>{joined(*children)}</{name}>")


def joined(*parts: str | None) -> Markup:
    """Put parts one behind the other."""
    return Markup("".join([part if isinstance(part, Markup) else escaped(part) for part in parts if part]))


def escaped(text: str) -> Markup:
    """Make text that a browser shows as it is, but for what would steer its direction."""
    return Markup(escape(harmless(text)))


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escaped(_text(value))}"'


def _text(value: str | int | float) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
