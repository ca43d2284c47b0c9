"""Ranges of plain versions, ">=1.2,<2", compared without packaging: to import it takes as long as to list the plugins.

What is not plain (pre-releases, epochs, "==1.*") is left to it; what is, means the same here as there.
"""

import operator
import re
from collections.abc import Callable

_NUMBERS = r"[0-9]{1,9}(?:\.[0-9]{1,9})*"
_VERSION = re.compile(_NUMBERS)
_CLAUSE = re.compile(rf"\s*(>=|<=|==|!=|>|<|~=(?=\s*[0-9]+\.))\s*({_NUMBERS})\s*")

_Release = tuple[int, ...]


def is_plainly_in(version: str, written: str) -> bool | None:
    """Tell whether a version is in a range; None where the two are not plain."""
    clauses = [_CLAUSE.fullmatch(clause) for clause in written.split(",")] if written.strip() else []
    if not _VERSION.fullmatch(version):
        return None
    holds = True
    for clause in clauses:
        if clause is None:
            return None
        holds = holds and _holds(_release(version), clause[1], _release(clause[2]))
    return holds


def is_plain_range(written: str) -> bool:
    """Tell whether a text is a range of plain versions."""
    return is_plainly_in("0", written) is not None


def _release(written: str) -> _Release:
    return tuple(map(int, written.split(".")))


def _padded(release: _Release, length: int) -> _Release:
    return (*release, *(0,) * (length - len(release)))


def _holds(one: _Release, sign: str, other: _Release) -> bool:
    length = max(len(one), len(other))  # 1.2 is 1.2.0
    padded = _padded(one, length)
    if sign == "~=":
        return padded >= other and padded[: len(other) - 1] == other[:-1]
    return _COMPARE[sign](padded, _padded(other, length))


_COMPARE: dict[str, Callable[[_Release, _Release], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}
