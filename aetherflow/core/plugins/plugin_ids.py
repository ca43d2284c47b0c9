"""What plugins are known by: their names, with a digest of their path where a name alone could mean two of them."""

from collections import Counter
from collections.abc import Sequence, Set

from msgspec import Struct

from aetherflow.core.plugins.digests import path_digest, short_path_digest

RESERVED_NAMES = ("aetherflow",)

#: How long the digest at the end of an id is, short or whole.
_DIGEST_LENGTHS = (8, 64)
_HEX = frozenset("0123456789abcdef")
_ASCII_IN_A_MODULE = "".join(sign if (sign := chr(number)).isalnum() else "_" for number in range(128))


class Named(Struct, frozen=True, kw_only=True):
    """A plugin before it has an id. ``path`` is its folder or file; ``place`` is what no other plugin has."""

    name: str
    path: str
    place: str


def plugin_ids(plugins: Sequence[Named]) -> list[str]:
    """Give each plugin an id that no other has, in a module's name neither, whatever the plugins are called.

    A name stands alone where it is one plugin's, and does not look like a name with a digest that is in use. So an id
    without a digest is none with one; two with a digest differ in the name or the digest; and where the short digests
    of two paths are alike, both get a whole one.
    """
    plain = [same_in_a_module(each.name) for each in plugins]
    suffixed = _suffixed(plain)
    short = [
        f"{each.name}-{short_path_digest(each.path)}" if name in suffixed else each.name
        for each, name in zip(plugins, plain, strict=True)
    ]
    counted = Counter(map(same_in_a_module, short))
    return [
        plugin_id if counted[same_in_a_module(plugin_id)] == 1 else f"{each.name}-{path_digest(each.place)}"
        for each, plugin_id in zip(plugins, short, strict=True)
    ]


def same_in_a_module(name: str) -> str:
    """Give what makes two names one: case, and every sign that is no letter or digit, make no difference."""
    if name.isascii():
        return name.lower().translate(_ASCII_IN_A_MODULE)
    from unicodedata import normalize  # deferred: plain ASCII needs none of its tables

    name = normalize("NFKC", normalize("NFKC", name).casefold())  # as Python takes identifiers
    return "".join(character if character.isalnum() else "_" for character in name.casefold())


def _without_digest(name: str) -> str | None:
    """Give the name before what looks like a digest, written as in a module's name; None where nothing does."""
    before, separator, digest = name.rpartition("_")
    return before if separator and len(digest) in _DIGEST_LENGTHS and _HEX.issuperset(digest) else None


def _suffixed(plain: Sequence[str]) -> Set[str]:
    """Give the names that need a digest: those of several, and those that could be one of these with its digest."""
    counted = Counter([*map(same_in_a_module, RESERVED_NAMES), *plain])
    found: set[str] = set()
    for name in sorted(counted, key=len):  # what a name could be made of is shorter, and so known before it
        if counted[name] > 1 or _without_digest(name) in found:
            found.add(name)
    return found
