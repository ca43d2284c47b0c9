"""Versions and ranges of them as PEP 440 means them; what cannot be read is a finding elsewhere, and none here.

Plain ones, ">=1.2,<2", are compared without packaging: to import it takes as long as to list the plugins. What is not
plain (pre-releases, epochs, "==1.*") is left to it; what is, means the same here as there.
"""

import operator
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

_LONGEST_NUMBER = 9  # digits; longer ones are nobody's version

_Release = tuple[int, ...]


def is_release_in(version: str, written: str) -> bool:
    """Tell whether the release that a version is, or leads to, is in a range; true where one of them is unreadable.

    Before 2.0 there are 2.0rc1 and its like, which offer what 2.0 will: they count as 2.0, unless the range itself
    names such a version.
    """
    plainly = is_plainly_in(version, written)
    return _exactly(version, written, _release_is_in, unreadable=True) if plainly is None else plainly


def is_version_in(version: str, written: str) -> bool:
    """Tell whether what is there is in a range; it may be a pre-release, as with pip. False where one is unreadable."""
    if not written.strip():
        return True
    plainly = is_plainly_in(version, written)
    return _exactly(version, written, _version_is_in, unreadable=False) if plainly is None else plainly


def _exactly(version: str, written: str, is_in: "Callable[[Version, SpecifierSet], bool]", *, unreadable: bool) -> bool:
    # deferred: 20 ms, only wanted for versions that are not plain
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion, Version

    try:
        # Python's own version ends with "+" between two releases.
        return is_in(Version(version.removesuffix("+")), SpecifierSet(written))
    except (InvalidVersion, InvalidSpecifier):
        return unreadable


def _release_is_in(version: "Version", specifiers: "SpecifierSet") -> bool:
    names_early_ones = bool(specifiers.prereleases)  # one of its own versions is such a one
    found = version if names_early_ones else version.base_version
    return specifiers.contains(found, prereleases=True)


def _version_is_in(version: "Version", specifiers: "SpecifierSet") -> bool:
    return specifiers.contains(version, prereleases=True)


@lru_cache(maxsize=256)  # the plugins of a house mostly name one range
def is_plainly_in(version: str, written: str) -> bool | None:
    """Tell whether a version is in a range; None where the two are not plain."""
    release = _release(version)
    clauses = [_clause(each) for each in written.split(",")] if written.strip() else []
    if release is None or None in clauses:
        return None
    return all(_holds(release, *clause) for clause in clauses if clause)


def is_plain_range(written: str) -> bool:
    """Tell whether a text is a range of plain versions."""
    return is_plainly_in("0", written) is not None


def _clause(written: str) -> tuple[str, _Release] | None:
    written = written.strip()
    sign = next((sign for sign in _SIGNS if written.startswith(sign)), None)
    release = _release(written[len(sign) :].strip()) if sign else None
    if sign is None or release is None or (sign == "~=" and len(release) == 1):
        return None
    return sign, release


def _release(written: str) -> _Release | None:
    numbers = written.split(".")
    is_plain = written.isascii() and all(each.isdigit() and len(each) <= _LONGEST_NUMBER for each in numbers)
    return tuple(map(int, numbers)) if is_plain else None


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
_SIGNS = ("~=", *_COMPARE)  # the longer of two that begin alike stands first
