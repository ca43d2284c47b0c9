"""The nearest known name to one that is not known, for "did you mean"."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

#: Longer names and further candidates are not looked at: comparing is quadratic, and a wrong file must stay cheap.
LONGEST_NAME = 80
MOST_CANDIDATES = 500
_SIMILAR_ENOUGH = 0.6
_MOST_LOOKED_AT = 3
#: One sign in so many may be another one; a part of a name that is as long as this one may stand for the whole.
_SIGNS_PER_MISTAKE = 3
_LEAST_PART = 4


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

    close = get_close_matches(name, candidates, n=_MOST_LOOKED_AT, cutoff=_SIMILAR_ENOUGH)
    return next((each for each in close if _is_near(*_without_common_suffix(name, each))), "")


def _is_near(name: str, other: str) -> bool:
    """Tell whether one is the other with a few mistakes, or a part of it: to share many letters is not enough."""
    shorter, longer = sorted((name, other), key=len)
    if len(shorter) >= _LEAST_PART and shorter in longer:
        return True
    mistakes = _mistakes(name, other)
    return mistakes <= max(1, (len(longer) + 1) // _SIGNS_PER_MISTAKE) and mistakes < len(longer)


def _without_common_suffix(name: str, other: str) -> tuple[str, str]:
    """Take the suffix away that two names of files share: nearly all of them do."""
    stem, dot, suffix = name.rpartition(".")
    other_stem, _, other_suffix = other.rpartition(".")
    return (stem, other_stem) if dot and stem and other_stem and suffix == other_suffix else (name, other)


def _mistakes(name: str, other: str) -> int:
    """Count the signs that are missing, too many, wrong, or changed for their neighbours (Damerau, Levenshtein)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for number, sign in enumerate(name, start=1):
        new = [number]
        for place, wanted in enumerate(other, start=1):
            least = min(row[place] + 1, new[-1] + 1, row[place - 1] + (sign != wanted))
            if number > 1 and place > 1 and (sign, name[number - 2]) == (other[place - 2], wanted):
                least = min(least, before[place - 2] + 1)
            new.append(least)
        before, row = row, new
    return row[-1]
