"""From a module's bytes to its syntax tree, as far as it is one that can be looked through in little time."""

import ast
import warnings
from itertools import islice

#: Python itself takes a second to parse so many lines.
MOST_LINES = 100_000
#: A module of 5,000 lines has 60,000.
MOST_NODES = 250_000


class TooMuchCode(Exception):
    """There is more than is looked through; the message says of what."""


def parsed_module(content: bytes) -> ast.Module:
    """Parse a module; raises TooMuchCode, and what `ast.parse` raises."""
    if content.count(b"\n") + content.count(b";") > MOST_LINES:
        raise TooMuchCode(f"more than {MOST_LINES:,} lines and semicolons")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a wrong escape is between the author and Python
        tree = ast.parse(content)
    if next(islice(ast.walk(tree), MOST_NODES, None), None) is not None:
        raise TooMuchCode(f"more than {MOST_NODES:,} expressions and statements")
    return tree
