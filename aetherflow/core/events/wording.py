"""Small things that progress and summary say alike: signs, durations, places, counts."""

import math
import time
from typing import Protocol

from msgspec import Struct

from aetherflow.core.events.segments import StyleName


class Placed(Protocol):
    """What happened in a job, or in a step of it: an event is one."""

    @property
    def job_id(self) -> str | None: ...

    @property
    def item(self) -> int | None: ...

    @property
    def step_id(self) -> str | None: ...


class Signs(Struct, frozen=True):
    """The marks before lines."""

    done: str
    failed: str
    passed_over: str
    begun: str
    again: str
    started: str
    spinner: str
    separator: str
    ellipsis: str


UNICODE_SIGNS = Signs("✓", "✗", "–", "·", "↻", "▶", "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "·", "…")
ASCII_SIGNS = Signs("+", "x", "-", ".", "~", ">", "|/-\\", "|", "...")


def signs_for(*, has_unicode: bool) -> Signs:
    """Give the signs that a stream can show."""
    return UNICODE_SIGNS if has_unicode else ASCII_SIGNS


def sign_of(status: str, signs: Signs) -> tuple[str, StyleName]:
    """Give the sign and the style of a step's, job's or run's status."""
    if status == "SUCCESS":
        return signs.done, "good"
    if status in ("FAILED", "INTERRUPTED"):
        return signs.failed, "bad"
    return signs.passed_over, "warn"


def duration(seconds: float) -> str:
    """Write a duration the way people say it: 0.04s, 12.3s, 4m05s, 2h03m."""
    if seconds < 0.095:
        return f"{seconds:.2f}s"
    if seconds < 59.95:
        return f"{seconds:.1f}s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02}m"


def place_of(placed: Placed) -> str:
    """Name the job and step of an event: `load.insert`, or `load[3].insert` inside a loop."""
    job = placed.job_id or ""
    if placed.item is not None:
        job += f"[{placed.item}]"
    return f"{job}.{placed.step_id}" if placed.step_id else job


def counted(count: int, noun: str) -> str:
    """Write `1 step`, `2 steps`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def utc_to_the_second(seconds: float) -> str:
    """Write UTC seconds since 1970 as people read them: `2026-01-31 06:00:00`."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(math.floor(seconds)))


def iso_utc(seconds: float) -> str:
    """Write UTC seconds since 1970 in the form of ISO 8601, to the millisecond."""
    whole = math.floor(seconds)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(whole))}.{int((seconds - whole) * 1000):03}Z"
