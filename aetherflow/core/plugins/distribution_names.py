"""Names of distributions: which are any, and which are the same, as PEP 508 and PEP 503 say."""

from collections.abc import Iterable

from aetherflow.core.contracts.names import LETTERS_AND_DIGITS

# Sets, not patterns: to compile these takes as long as to look through all that is installed.
_INSIDE = LETTERS_AND_DIGITS | {".", "_", "-"}
#: Not str.lower(): that makes ASCII of signs that are none, as of U+212A, the sign for kelvin.
_LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def is_distribution_name(name: str) -> bool:
    """Tell whether a distribution can be called so: in ASCII, with a letter or digit at both ends."""
    return bool(name) and name[0] in LETTERS_AND_DIGITS and name[-1] in LETTERS_AND_DIGITS and _INSIDE.issuperset(name)


def normalised_name(name: str) -> str:
    """Give a distribution's name as PyPI compares it: case, ``-``, ``_`` and ``.`` make no difference."""
    name = name.replace("_", "-").replace(".", "-").translate(_LOWER)
    while "--" in name:
        name = name.replace("--", "-")
    return name


def named_distributions(names: Iterable[str]) -> frozenset[str]:
    """Give what the names are compared by; what is no name of a distribution names none."""
    written = (name.strip() for name in names)
    return frozenset(normalised_name(name) for name in written if is_distribution_name(name))
