"""Texts from foreign code, as texts of our own: a sub-class of `str` is neither masked nor written as one."""

from aetherflow.core.events.segments import harmless


def own_text(value: object) -> str:
    """Give the text of a value as a plain `str`; of one that is a text already, what it holds.

    Raises whatever the value's own code raises.
    """
    return str.__str__(value if isinstance(value, str) else str(value))


def own_words(value: object) -> str:
    """The same of what is said to people: errors and reasons, without what steers a terminal.

    That is done before they are masked: a secret with a colour inside is none, until the colour is taken out.
    """
    return harmless(own_text(value))


def readable(value: object) -> str:
    """The same of a value whose code has had its turn: where that code raises, whatever it is, words say so."""
    try:
        return own_words(value)
    except BaseException:  # noqa: BLE001  # foreign code: even its words may fail, or mean to end the process
        return "its message cannot be read"
