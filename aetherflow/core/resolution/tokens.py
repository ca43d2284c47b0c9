r"""Tokens in strings: `{{PATH}}` and `{{PATH:DEFAULT}}`; `\{{` is a literal `{{`, other braces are plain text."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.scalars import ScalarError, parse_scalar
from aetherflow.core.resolution.quoting import QuotingError, unquote
from aetherflow.core.resolution.token_advice import Advice, advice_for

OPENING = "{{"
CLOSING = "}}"
UNSUPPORTED = "Unsupported templating syntax. Use {{VAR}} or {{VAR:DEFAULT}}"

_INSIDE = re.compile(r"\s*([^\W\d][\w-]*(?:\.\w[\w-]*)*)\s*(?::(.*))?", re.DOTALL)
_LONGEST_CACHED = 1000  # characters; longer texts are rare and would make the cache's memory unbounded
_LONGEST_SHOWN = 40


class Token(Struct, frozen=True):
    """One token. ``default`` is its DEFAULT as text, quotes removed; ``typed_default`` the same as a YAML scalar.

    ``text`` is the token as written, braces included; ``start`` and ``end`` its offsets in the whole string.
    """

    path: tuple[str, ...]
    default: str | None
    text: str
    start: int
    end: int
    typed_default: bool | int | float | str | None = None


class Template(Struct, frozen=True):
    """A string, cut into plain text and tokens. ``single`` is the token that the whole string consists of, if so."""

    text: str
    parts: tuple[str | Token, ...]
    single: Token | None

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens alone, in order."""
        return tuple(part for part in self.parts if isinstance(part, Token))


class TemplateSyntaxError(ValueError):
    """Something else than a token stands between the braces; the offsets say where in the string."""

    def __init__(self, message: str, start: int, end: int, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint


def parse_template(text: str) -> Template:
    """Cut a string into plain text and tokens; raises TemplateSyntaxError."""
    return _parse(text) if len(text) > _LONGEST_CACHED else _parse_cached(text)


def templates_in(value: Any) -> Iterator[tuple[DocumentPath, str, Template | TemplateSyntaxError]]:
    """Walk a structure and give every string with a `{{`: its path, its text, and what it parses to.

    Keys are no templates. A stack instead of recursion: most of a document's values hold no token.
    """
    pending: list[tuple[DocumentPath, Any]] = [((), value)]
    while pending:
        path, current = pending.pop()
        if isinstance(current, str):
            if OPENING in current:
                yield path, current, parsed_or_error(current)
            continue
        for key, child in reversed(_children(current)):
            if child.__class__ is not str or OPENING in child:
                pending.append(((*path, key), child))


def _children(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


def parsed_or_error(text: str) -> Template | TemplateSyntaxError:
    """Give a text cut into its parts, or what is wrong with its syntax."""
    try:
        return parse_template(text)
    except TemplateSyntaxError as error:
        return error


def _parse(text: str) -> Template:
    parts: list[str | Token] = []
    plain = ""
    at = 0
    while (start := text.find(OPENING, at)) >= 0:
        if start > at and text[start - 1] == "\\":
            plain += text[at : start - 1] + OPENING
            at = start + len(OPENING)
            continue
        plain += text[at:start]
        token = _read_token(text, start)
        parts += [plain, token] if plain else [token]
        plain, at = "", token.end
    plain += text[at:]
    parts += [plain] if plain else []
    single = parts[0] if len(parts) == 1 and isinstance(parts[0], Token) else None
    return Template(text, tuple(parts), single)


_parse_cached = lru_cache(maxsize=4096)(_parse)


def _read_token(text: str, start: int) -> Token:
    end = text.find(CLOSING, start + len(OPENING))
    if end < 0:
        raise _error(text, start, len(text))
    inside = text[start + len(OPENING) : end]
    end += len(CLOSING)
    found = _INSIDE.fullmatch(inside)
    if not found or (found[2] and _is_cut_short(found[2], text, end)):
        raise _error(text, start, end)
    default, typed = _read_default(found[2], text, start, end)
    return Token(tuple(found[1].split(".")), default, text[start:end], start, end, typed)


def _is_cut_short(default: str, text: str, end: int) -> bool:
    """Tell a DEFAULT such as ``{}`` or ``{{x}}``, whose own closing braces have been taken for the token's."""
    return OPENING in default or (default.count("{") > default.count("}") and text[end : end + 1] == "}")


def _read_default(written: str | None, text: str, start: int, end: int) -> tuple[str | None, Any]:
    if written is None or not (written := written.strip()):
        return written, written
    try:
        quoted = unquote(written)
        if quoted is not None:
            return quoted, quoted
        is_whole_string = start == 0 and end == len(text)
        return written, parse_scalar(written) if is_whole_string else None
    except (QuotingError, ScalarError) as error:
        raise _error(text, start, end, (f"has a DEFAULT that cannot be read: {error}", None)) from None


def _error(text: str, start: int, end: int, advice: Advice | None = None) -> TemplateSyntaxError:
    seen = text[start:end]
    reason, hint = advice or advice_for(seen)
    shown = seen if len(seen) <= _LONGEST_SHOWN else f"{seen[: _LONGEST_SHOWN - 1]}…"
    return TemplateSyntaxError(f'{UNSUPPORTED}: "{shown}" {reason}', start, end, hint)
