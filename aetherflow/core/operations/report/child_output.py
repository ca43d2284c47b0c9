"""What steps' children printed to inherited streams: no events, so only the run's log has it, if it is still there."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from aetherflow.core.events.wording import place_of
from aetherflow.core.operations.report.step_story import Lines, RawLine

MOST_BYTES = 4 * 1024 * 1024
_TEXT_LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)   (\S+) \| (.*)")


class ChildOutput(Struct, frozen=True):
    """Lines by the places of their steps; ``is_cut`` where the log is longer than what was read of it."""

    lines: dict[str, Lines] = {}
    is_cut: bool = False


class _LogLine(Struct):
    timestamp: float
    seq: int = 1
    job_id: str | None = None
    item: int | None = None
    step_id: str | None = None
    payload: dict[str, object] = {}


def child_output(log: str | None, most_lines: int) -> ChildOutput:
    """Read the end of a run's log; a log that is not there, or cannot be read, has nothing to tell."""
    if log is None:
        return ChildOutput()
    try:
        text, is_cut = _end_of(Path(log))
    except OSError:
        return ChildOutput()
    found: dict[str, Lines] = {}
    for place, line in _lines(text):
        found.setdefault(place, Lines(most_lines)).add(line)
    return ChildOutput(found, is_cut)


def _end_of(log: Path) -> tuple[str, bool]:
    with log.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - MOST_BYTES))
        text = file.read(MOST_BYTES).decode("utf-8", "replace")
    is_cut = size > MOST_BYTES
    return (text.partition("\n")[2] if is_cut else text), is_cut  # half a line may be half a secret


def _lines(text: str) -> Iterator[tuple[str, RawLine]]:
    for line in text.split("\n"):
        read = _read_json(line) if line.startswith("{") else _read_text(line)
        if read:
            yield read


def _read_text(line: str) -> tuple[str, RawLine] | None:
    found = _TEXT_LINE.fullmatch(line)
    if found is None:
        return None
    return found[2], RawLine(datetime.fromisoformat(found[1]).timestamp(), "", found[3], found[1])


def _read_json(line: str) -> tuple[str, RawLine] | None:
    try:
        read = msgspec.json.decode(line, type=_LogLine)
    except msgspec.MsgspecError:
        return None
    if read.seq or read.step_id is None:
        return None
    return place_of(read), RawLine(read.timestamp, "", str(read.payload.get("message") or ""))
