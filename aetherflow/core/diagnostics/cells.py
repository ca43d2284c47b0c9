"""Characters as a terminal shows them: tabs as spaces, control characters made visible, widths in cells."""

_TAB = "    "
_CONTROL_PICTURES = 0x2400
_OUR_SIGNS = frozenset("·…–→✓✗")  # in what we write ourselves, for which no table is worth loading
_JOINERS = "\u200c\u200d"  # zero width, and part of words and emoji


def make_visible(text: str) -> str:
    """Replace what a terminal would obey (escape sequences, direction marks, line breaks) by something to look at."""
    return text if _is_plain(text) else "".join(shown_character(character)[0] for character in text)


def shown_character(character: str) -> tuple[str, int]:
    """Give a character as it is shown, and how many cells that takes."""
    if " " <= character <= "~" or character in _OUR_SIGNS:
        return character, 1
    if character == "\t":
        return _TAB, len(_TAB)
    if character < " ":
        return chr(_CONTROL_PICTURES + ord(character)), 1
    return _shown_beyond_ascii(character)


def width_of(text: str) -> int:
    """Count the cells that a text takes as it is shown."""
    return len(text) if _is_plain(text) else sum(shown_character(character)[1] for character in text)


def _is_plain(text: str) -> bool:
    """Tell ASCII without controls: its characters need no look."""
    return text.isascii() and text.isprintable()


def _shown_beyond_ascii(character: str) -> tuple[str, int]:
    from unicodedata import category, east_asian_width  # deferred: plain ASCII needs none of its tables

    kind = category(character)
    if character in _JOINERS or kind in ("Mn", "Me"):
        return character, 0
    # Cc: controls, Cf: direction marks, Cs: halves of surrogate pairs, Zl and Zp: line breaks.
    if kind in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        shown = f"\\u{{{ord(character):x}}}"
        return shown, len(shown)
    return character, 2 if east_asian_width(character) in ("W", "F") else 1
