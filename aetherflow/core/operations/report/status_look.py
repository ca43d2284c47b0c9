"""How a status looks: a sign, a word and the name of a colour, so that nobody needs to see colours."""

from aetherflow.core.operations.report.markup import Markup, element
from aetherflow.core.operations.report.values import CUT_OFF, IN_FLIGHT, NOT_RUN, WAITING, Status

#: Signs and tones by status; in the order of their weight, the worst first.
_LOOKS: dict[Status, tuple[str, str]] = {
    "FAILED": ("✗", "bad"),
    "INTERRUPTED": ("✗", "bad"),
    CUT_OFF: ("✂", "bad"),
    "BLOCKED": ("⊘", "warn"),
    IN_FLIGHT: ("▶", "busy"),
    "RUNNING": ("▶", "busy"),
    WAITING: ("…", "idle"),
    NOT_RUN: ("○", "idle"),
    "SKIPPED": ("–", "idle"),
    "SUCCESS": ("✓", "good"),
}
_WORDS = {"NOT_RUN": "NOT RUN"}
_RANKS = {status: rank for rank, status in enumerate(_LOOKS)}


def tone(status: Status) -> str:
    """Give the name of a status's colour: good, bad, warn, busy or idle."""
    return _LOOKS.get(status, ("?", "idle"))[1]


def sign(status: Status) -> str:
    """Give the sign of a status."""
    return _LOOKS.get(status, ("?", "idle"))[0]


def word(status: Status) -> str:
    """Write a status for people."""
    return _WORDS.get(status, status)


def weight(status: Status) -> int:
    """Order statuses: what needs a look first has the least weight."""
    return _RANKS.get(status, len(_RANKS))


def sign_mark(status: Status) -> Markup:
    """Give the sign alone, with its word for who hears the page."""
    name = word(status)
    return element("span", sign(status), class_=f"sign {tone(status)}", role="img", aria_label=name, title=name)


def badge(status: Status) -> Markup:
    """Give sign and word together."""
    return element(
        "span",
        element("span", sign(status), aria_hidden="true"),
        " ",
        word(status),
        class_=f"badge {tone(status)}",
    )
