"""How old something is, the way people say it."""

from aetherflow.core.events.wording import counted

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def age_in_words(seconds: float) -> str:
    """Write `3 hours`, `2 days`; an age below two of a unit is told in the next smaller one."""
    for size, unit in _UNITS:
        if seconds >= 2 * size:
            return counted(int(seconds // size), unit)
    return counted(int(seconds), "second") if seconds >= 1 else "a moment"
