"""The ways in which a secret may stand written in a text: as it is, and as other programs encode it.

Imported only where there is a secret (urllib and json are not wanted at start-up).
"""

import binascii
import json
import re
from collections.abc import Iterator
from urllib.parse import quote

from aetherflow.core.environment.shortest_secret import SHORTEST_SECRET

#: What encoders leave unescaped, besides letters, digits and ``_.-~``: RFC 3986 strictly, Python's default,
#: JavaScript's encodeURIComponent, and a whole URL.
_URL_SAFE = ("", "/", "!*'()", "!#$%&'()*+,/:;=?@[]")
_ESCAPE = re.compile(r"%[0-9A-F]{2}")
_UNICODE_ESCAPE = re.compile(r"\\u[0-9a-f]{4}")
_SHELL_SPECIAL = re.compile(r"([^A-Za-z0-9_@%+=:,./\n-])")
_DOUBLE_QUOTED_SPECIAL = re.compile(r'([\\"$`])')
_URL_ALPHABET = str.maketrans("+/", "-_")


def forms_of(value: str, *, shortest: int = SHORTEST_SECRET) -> Iterator[tuple[str, str]]:
    """Give every form of a secret as (name, text), each at least ``shortest`` long; equal texts may come twice.

    The names depend on the value's shape only, so that a form named in stored state can be built again.
    """
    yield from _forms_of_text("", value, shortest)
    lines = [line.strip() for line in value.splitlines()]
    if lines != [value]:
        for number, line in enumerate(lines):
            yield from _forms_of_text(f"line/{number}/", line, shortest)


def _forms_of_text(prefix: str, text: str, shortest: int) -> Iterator[tuple[str, str]]:
    if len(text) < shortest:
        return
    yield f"{prefix}plain", text
    families = (
        ("replaced", _replaced_forms),
        ("url", _url_forms),
        ("json", _json_forms),
        ("shell", _shell_forms),
        ("base64", _base64_forms),
    )
    for family, make in families:
        for number, form in enumerate(make(text)):
            if len(form) >= shortest:
                yield f"{prefix}{family}/{number}", form


def _replaced_forms(text: str) -> Iterator[str]:
    # What is left of bytes that are no UTF-8 where somebody read them with replacement, as we do with output.
    replaced = _bytes_of(text).decode("utf-8", "replace")
    if replaced != text:
        yield replaced


def _bytes_of(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")  # how the environment's undecodable bytes are written
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _url_forms(text: str) -> Iterator[str]:
    data = _bytes_of(text)
    for safe in _URL_SAFE:
        escaped = quote(data, safe=safe)
        plus = escaped.replace("%20", "+")
        for form in (escaped, plus):
            yield form
            yield _ESCAPE.sub(lambda match: match.group().lower(), form)


def _json_forms(text: str) -> Iterator[str]:
    for only_ascii in (True, False):
        escaped = json.dumps(text, ensure_ascii=only_ascii)[1:-1]
        yield escaped
        yield escaped.replace("/", "\\/")
        yield _UNICODE_ESCAPE.sub(lambda match: "\\u" + match.group()[2:].upper(), escaped)
        yield json.dumps(escaped, ensure_ascii=only_ascii)[1:-1]  # JSON inside JSON
    yield repr(text)[1:-1]  # error messages of Python programs
    yield repr(_bytes_of(text))[2:-1]


def _shell_forms(text: str) -> Iterator[str]:
    yield text.replace("'", "'\"'\"'")
    yield text.replace("'", "'\\''")
    yield _SHELL_SPECIAL.sub(r"\\\1", text)
    yield _DOUBLE_QUOTED_SPECIAL.sub(r"\\\1", text)
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    yield escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")  # $'…'


def _base64_forms(text: str) -> Iterator[str]:
    data = _bytes_of(text)
    whole = _base64(data)
    found = [whole, whole.rstrip("="), *(_base64_inside(data, offset) for offset in range(3))]
    for width in (76, 64):  # how mail and base64(1), and PEM, break long lines
        if len(whole) > width:
            found += [whole[start : start + width] for start in range(0, len(whole), width)]
    for form in found:
        yield form
        yield form.translate(_URL_ALPHABET)


def _base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def _base64_inside(data: bytes, offset: int) -> str:
    """Encode as if ``offset`` unknown bytes stood before and any behind: without the characters they take part in."""
    encoded = _base64(bytes(offset) + data).rstrip("=")
    # Six bits a character: the first whole one after the unknown bytes, the last whole one of the data.
    first = -(-offset * 8 // 6)
    last = (offset + len(data)) * 8 // 6
    return encoded[first:last]
