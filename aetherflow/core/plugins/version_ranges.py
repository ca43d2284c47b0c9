"""Versions and ranges of them as PEP 440 means them; what cannot be read is a finding elsewhere, and none here."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from aetherflow.core.plugins.plain_ranges import is_plainly_in

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version


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
