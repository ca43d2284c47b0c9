"""How values of a database are written as text: one way, whatever the driver, and PostgreSQL's own where it has one.

Numbers exact and as short as they can be, dates and times as ISO 8601 has them with a space between, bytes as base64,
lists and mappings as JSON.
"""

import json
import math
from base64 import b64encode
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

#: From here on PostgreSQL writes a double with an exponent; Python does so one digit later.
_EXPONENT_FROM = 1e15
#: Readers of JSON know no integers beyond these.
_LEAST, _GREATEST = -(2**63), 2**64 - 1
#: Doubles from here on are integers, and few digits may lie half way between two of them.
_INTEGERS_FROM = 2.0**53


def text_of(value: Any) -> str:
    """Write a value, which is not None, as text."""
    write = _WRITERS.get(type(value))
    return str(write(value)) if write else _text_of_other(value)


def json_value_of(value: Any) -> Any:
    """Give what stands for a value in JSON: itself where JSON has it, nested or not, else its text."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if _LEAST <= value <= _GREATEST else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else float_text(value)
    if isinstance(value, list | tuple):
        return [json_value_of(each) for each in value]
    if isinstance(value, dict):
        return {str(key): json_value_of(each) for key, each in value.items()}
    return text_of(value)


def float_text(value: float) -> str:
    """Write a double with the fewest digits that give it back, as PostgreSQL does."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    text = _shortest(value)
    if "e" in text or abs(value) < _EXPONENT_FROM:
        return text.removesuffix(".0")
    whole, _, fraction = text.lstrip("-").partition(".")
    mantissa = f"{whole[0]}.{(whole[1:] + fraction).rstrip('0')}".removesuffix(".")
    return f"{'-' if value < 0 else ''}{mantissa}e+{len(whole) - 1}"


def _shortest(value: float) -> str:
    """Give Python's digits; where these lie half way to the next double, PostgreSQL takes more of them."""
    text = repr(value)
    if abs(value) < _INTEGERS_FROM or not _is_half_way(text, value):
        return text
    precisions = (f"{value:.{digits}e}" for digits in range(1, 17))
    return next(longer for longer in precisions if float(longer) == value and not _is_half_way(longer, value))


def _is_half_way(text: str, value: float) -> bool:
    neighbours = (math.nextafter(value, math.inf), math.nextafter(value, -math.inf))
    there = 2 * int(Decimal(text)) - int(value)
    return any(math.isfinite(each) and there == int(each) for each in neighbours)


def _decimal_text(value: Decimal) -> str:
    if value.is_finite():
        return f"{value:f}"
    return "NaN" if value.is_nan() else ("Infinity" if value > 0 else "-Infinity")


def _moment_text(value: datetime) -> str:
    clock = _clock_text(value.time())
    return f"{value.date().isoformat()} {clock}{_offset_text(value.utcoffset())}"


def _time_text(value: time) -> str:
    return _clock_text(value) + _offset_text(value.utcoffset())


def _clock_text(value: time) -> str:
    text = value.replace(tzinfo=None).isoformat()
    return text.rstrip("0") if "." in text else text


def _offset_text(offset: timedelta | None) -> str:
    """Write an offset as PostgreSQL does: whole hours with two digits, minutes and seconds where there are some."""
    if offset is None:
        return ""
    seconds = round(offset.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    parts = [seconds // 3600, seconds // 60 % 60, seconds % 60]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return sign + ":".join(f"{part:02}" for part in parts)


def _duration_text(value: timedelta) -> str:
    sign, value = ("-", -value) if value < timedelta(0) else ("", value)
    seconds = value.days * 86_400 + value.seconds
    fraction = f".{value.microseconds:06}".rstrip("0") if value.microseconds else ""
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"


def _bytes_text(value: bytes | bytearray | memoryview) -> str:
    return b64encode(value).decode("ascii")


def _json_text(value: Any) -> str:
    return json.dumps(json_value_of(value), ensure_ascii=False)


def _text_of_other(value: Any) -> str:
    """Write what is of a class derived from those we know, or of one that only its driver knows."""
    for known, write in _WRITERS.items():
        if isinstance(value, known):
            return str(write(value))
    return _json_text(sorted(value, key=str)) if isinstance(value, set | frozenset) else str(value)


_WRITERS: dict[type, Any] = {
    str: str,
    bool: lambda value: "true" if value else "false",
    int: int.__repr__,
    float: float_text,
    Decimal: _decimal_text,
    datetime: _moment_text,  # before date, which it is too
    date: date.isoformat,
    time: _time_text,
    timedelta: _duration_text,
    bytes: _bytes_text,
    bytearray: _bytes_text,
    memoryview: _bytes_text,
    list: _json_text,
    tuple: _json_text,
    dict: _json_text,
}
