"""Times as people write them on a command line: `30d` ago, or a date."""

import re
import time
from datetime import datetime

import typer

from aetherflow.cli.usage_errors import UsageProblem

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 7 * 86400.0}


def age_seconds(ctx: typer.Context, option: str, text: str) -> float:
    """Read an age such as `30d`."""
    seconds = _age(text)
    if seconds is None:
        hint = "a number and a unit: s, m, h, d or w, for example 12h or 30d"
        raise UsageProblem(f'{option}: "{text}" is no age', hint=hint, ctx=ctx)
    return seconds


def moment(ctx: typer.Context, option: str, text: str) -> float:
    """Read a moment, `2026-01-31`, `2026-01-31T06:00Z` or an age before now, as UTC seconds since 1970.

    A time without a zone is local.
    """
    age = _age(text)
    try:
        return time.time() - age if age is not None else datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        hint = "a date, a date with a time, or an age, for example 2026-01-31, 2026-01-31T06:00 or 7d"
        raise UsageProblem(f'{option}: "{text}" is no time', hint=hint, ctx=ctx) from None


def _age(text: str) -> float | None:
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)([smhdw])", text.strip().lower(), re.ASCII)
    return float(found[1]) * _UNITS[found[2]] if found else None
