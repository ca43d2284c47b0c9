"""Quoted literals of templates and conditions: what stands between the quotes."""

import re

_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.|$)", re.DOTALL)
_DOUBLE_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SINGLE_QUOTED = re.compile(r"'((?:[^']|'')*)'")
_CHARACTERS = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    '"': '"',
    "'": "'",
    "/": "/",
    "\\": "\\",
    " ": " ",
}


class QuotingError(ValueError):
    """A quoted literal does not end, or holds an escape that nobody knows."""


def unescape(body: str) -> str:
    r"""Replace the escapes of a double-quoted literal (``\n``, ``\"``, ``\u00e9``, …); raises QuotingError."""
    return _ESCAPE.sub(_character, body) if "\\" in body else body


def unquote(text: str) -> str | None:
    """Read a quoted YAML scalar; None where the text begins with no quote. Raises QuotingError."""
    if text[:1] not in ('"', "'"):
        return None
    if found := _SINGLE_QUOTED.fullmatch(text):
        return found[1].replace("''", "'")
    if found := _DOUBLE_QUOTED.fullmatch(text):
        return unescape(found[1])
    raise QuotingError(f"the text that begins with {text[0]} does not end with it")


def _character(escape: re.Match[str]) -> str:
    sign = escape[1]
    if sign[:1] not in ("x", "u", "U"):
        return _plain_escape(sign)
    number = int(sign[1:], 16) if len(sign) > 1 else -1
    if 0 <= number < 0xD800 or 0xDFFF < number < 0x110000:
        return chr(number)
    raise QuotingError(f'"\\{sign}" names no character')


def _plain_escape(sign: str) -> str:
    if sign not in _CHARACTERS:
        raise QuotingError(f'"\\{sign}" is no escape; a backslash itself is written \\\\')
    return _CHARACTERS[sign]
