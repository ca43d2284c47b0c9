"""The nearest known name to one that is not known, for "did you mean"."""

from collections.abc import Iterable
from itertools import islice

#: Longer names and further candidates are not looked at: comparing is quadratic, and a wrong file must stay cheap.
LONGEST_NAME = 80
MOST_CANDIDATES = 1000
_SIMILAR_ENOUGH = 0.6


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """Give the candidate that was probably meant, or None where none is near."""
    known = [candidate for candidate in islice(candidates, MOST_CANDIDATES) if len(candidate) <= LONGEST_NAME]
    if len(name) > LONGEST_NAME or not known:
        return None
    plain = _plain(name)
    by_plain: dict[str, str] = {}
    for candidate in known:
        by_plain.setdefault(_plain(candidate), candidate)
    if plain in by_plain:
        return by_plain[plain]
    found = _most_similar(plain, by_plain)
    return by_plain[found] if found else None


def did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    """Give the question `did you mean "x"?`, or None where no candidate is near."""
    found = nearest(name, candidates)
    return f'did you mean "{found}"?' if found is not None else None


def _plain(name: str) -> str:
    return name.casefold().replace("-", "_").strip()


def _most_similar(name: str, candidates: Iterable[str]) -> str | None:
    from difflib import get_close_matches  # deferred: 3 ms, only wanted when something is wrong

    found = get_close_matches(name, candidates, n=1, cutoff=_SIMILAR_ENOUGH)
    return found[0] if found else None
