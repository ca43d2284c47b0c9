"""Names of distributions: which are any, and which are the same, as PEP 508 and PEP 503 say."""

import re
from collections.abc import Iterable

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_SEPARATORS = re.compile(r"[-_.]+")
#: Not str.lower(): that makes ASCII of signs that are none, as of U+212A, the sign for kelvin.
_LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def is_distribution_name(name: str) -> bool:
    """Tell whether a distribution can be called so: in ASCII, with a letter or digit at both ends."""
    return _NAME.fullmatch(name) is not None


def normalised_name(name: str) -> str:
    """Give a distribution's name as PyPI compares it: case, ``-``, ``_`` and ``.`` make no difference."""
    return _SEPARATORS.sub("-", name).translate(_LOWER)


def named_distributions(names: Iterable[str]) -> frozenset[str]:
    """Give what the names are compared by; what is no name of a distribution names none."""
    written = (name.strip() for name in names)
    return frozenset(normalised_name(name) for name in written if is_distribution_name(name))
