"""Statuses as flows write them: numbers, and ranges like `200-299`."""

import re

from aetherflow.core.api import StepFailed

Statuses = int | str | list[int | str]

_RANGE = re.compile(r"([1-9]\d\d)(?:\s*-\s*([1-9]\d\d))?")


def statuses(written: Statuses, key: str) -> frozenset[int]:
    """Give the statuses that are meant; StepFailed for what is none."""
    found: set[int] = set()
    for each in written if isinstance(written, list) else [written]:
        match = _RANGE.fullmatch(str(each).strip())
        if match is None:
            raise StepFailed(f"`{key}`: {each!r} is no status", hint="write 200, or a range: 200-299")
        first, last = int(match[1]), int(match[2] or match[1])
        if first > last:
            raise StepFailed(f"`{key}`: {each!r} is no range", hint="write the smaller one first: 200-299")
        found.update(range(first, last + 1))
    return frozenset(found)
