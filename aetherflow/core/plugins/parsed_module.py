"""From a module's bytes to its syntax tree, as far as it is one that can be looked through in little time."""

import ast
import warnings
from contextlib import suppress
from importlib.util import decode_source
from itertools import islice

#: Python itself takes a second to parse so many lines.
MOST_LINES = 100_000
#: A module of 5,000 lines has 60,000.
MOST_NODES = 250_000
_MORE_ATTEMPTS = 4


class TooMuchCode(Exception):
    """There is more than is looked through; the message says of what."""


def parsed_module(content: bytes) -> ast.Module:
    """Parse a module; raises TooMuchCode, and what `ast.parse` raises."""
    if content.count(b"\n") + content.count(b";") > MOST_LINES:
        raise TooMuchCode(f"more than {MOST_LINES:,} lines and semicolons")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a wrong escape is between the author and Python
        tree = _parsed(content)
    _require_an_encoding(content)
    if next(islice(ast.walk(tree), MOST_NODES, None), None) is not None:
        raise TooMuchCode(f"more than {MOST_NODES:,} expressions and statements")
    return tree


def _parsed(content: bytes) -> ast.Module:
    """Parse anew where Python's own bookkeeping was upset.

    Before 3.11.8 one parse that comes in the midst of another, from a destructor or a thread, ends that other one with
    a SystemError (https://github.com/python/cpython/issues/106905).
    """
    for _ in range(_MORE_ATTEMPTS):
        with suppress(SystemError):
            return ast.parse(content)
    return ast.parse(content)


def _require_an_encoding(content: bytes) -> None:
    """Refuse what cannot be decoded: the parser lets it pass in comments, and nothing that reads text does."""
    try:
        content.decode()
    except UnicodeDecodeError as error:
        try:
            decode_source(content)
        except (SyntaxError, UnicodeDecodeError):
            raise _undecodable(content, error.start) from error


def _undecodable(content: bytes, position: int) -> SyntaxError:
    before = content[:position]
    line_start = before.rfind(b"\n") + 1
    line, column = before.count(b"\n") + 1, len(before[line_start:].decode("utf-8", "replace")) + 1
    reason = f"the byte 0x{content[position]:02x} is no UTF-8, and no encoding is declared that has it"
    return SyntaxError(reason, (None, line, column, None, line, column + 1))
