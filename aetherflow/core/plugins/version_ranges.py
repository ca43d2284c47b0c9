"""Versions and ranges of them as PEP 440 means them; whatever cannot be read is no reason to stop."""

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version


def is_release_in(version: str, written: str) -> bool:
    """Tell whether the release that a version is, or leads to, is in a range; true where one of them is unreadable.

    Before 2.0 there are 2.0rc1 and its like, which offer what 2.0 will: they count as 2.0, unless the range itself
    names such a version.
    """
    found, specifiers = _version(version), _specifiers(written)
    if found is None or specifiers is None:
        return True
    exact = specifiers.prereleases  # true where one of the range's own versions is such a one
    return specifiers.contains(found if exact else Version(found.base_version), prereleases=True)


def is_version_in(version: str, specifiers: SpecifierSet) -> bool:
    """Tell whether what is there is in a range, as pip does: what is there may be a pre-release."""
    found = _version(version)
    return not specifiers if found is None else specifiers.contains(found, prereleases=True)


def _version(written: str) -> Version | None:
    try:
        return Version(written.removesuffix("+"))  # Python's own version has that at the end between two releases
    except InvalidVersion:
        return None


def _specifiers(written: str) -> SpecifierSet | None:
    try:
        return SpecifierSet(written)
    except InvalidSpecifier:
        return None
