"""One entry of `requires`, as it is written, and what it means."""

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from aetherflow.core.plugins.version_ranges import is_plain_range

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_PLAIN = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*([<>=!~].*)?")


class Wanted(Struct, frozen=True):
    """The name of a plugin, and the range of its versions that serve; an empty range is any."""

    name: str
    versions: str


def wanted(written: str) -> Wanted | None:
    """Read an entry; None where it is none, or one for other Pythons or systems (`; python_version < "3.12"`)."""
    plain = _PLAIN.fullmatch(written)
    if plain and is_plain_range(plain[2] or ""):
        return Wanted(plain[1], plain[2] or "")
    # deferred: 30 ms, only wanted for what is not plain
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(written)
    except InvalidRequirement:
        return None
    return Wanted(requirement.name, str(requirement.specifier)) if _applies(requirement) else None


def _applies(requirement: "Requirement") -> bool:
    try:
        return requirement.marker is None or requirement.marker.evaluate()
    except ValueError:  # a marker that compares what cannot be compared
        return True
