"""The nearest known name to one that is not known, for "did you mean"."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

#: Longer names and further candidates are not looked at: comparing is quadratic, and a wrong file must stay cheap.
LONGEST_NAME = 80
MOST_CANDIDATES = 500
_SIMILAR_ENOUGH = 0.6


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """Give the candidate that was probably meant, or None where none is near."""
    if len(name) > LONGEST_NAME:
        return None
    return _nearest(name, tuple(islice(candidates, MOST_CANDIDATES)))


def did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    """Give the question `did you mean "x"?`, or None where no candidate is near."""
    found = nearest(name, candidates)
    return f'did you mean "{found}"?' if found is not None else None


@lru_cache(maxsize=256)  # one mistake is often made on a thousand lines
def _nearest(name: str, candidates: tuple[str, ...]) -> str | None:
    by_plain: dict[str, str] = {}
    for candidate in candidates:
        if 0 < len(candidate) <= LONGEST_NAME:
            by_plain.setdefault(_plain(candidate), candidate)
    plain = _plain(name)
    return by_plain.get(plain) or by_plain.get(_most_similar(plain, by_plain))


def _plain(name: str) -> str:
    return name.casefold().replace("-", "_").strip()


def _most_similar(name: str, candidates: Iterable[str]) -> str:
    from difflib import get_close_matches  # deferred: 3 ms, only wanted when something is wrong

    return next(iter(get_close_matches(name, candidates, n=1, cutoff=_SIMILAR_ENOUGH)), "")
