"""YAML 1.2 core typing of plain scalars: what is a number, a boolean or null, and what stays a string."""

import math
import re

Scalar = None | bool | int | float | str

#: A plain scalar that begins with none of these is a string.
TYPED_BEGINNINGS = frozenset(["", *"~nNtTfF+-.0123456789"])

_CONSTANTS: dict[str, Scalar] = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"], None),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LONGEST_INTEGER = 1000  # characters, leading zeros among them; int() itself refuses a few thousand digits
_WORDS = {type(None): "null", bool: "a boolean", int: "an integer", float: "a decimal number", str: "a string"}


class ScalarError(ValueError):
    """A scalar looks like a number that no document may hold."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def parse_scalar(text: str) -> Scalar:
    """Type a plain scalar; raises ScalarError for infinities, not-a-number and integers beyond 64 bits."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _FLOAT.fullmatch(text):
        return _float(text)
    if _NOT_FINITE.fullmatch(text):
        raise ScalarError(f'"{text}" is not a finite number')
    return text


def describe_value(value: object) -> str:
    """Name a value's type the way users do: ``a string``, ``a list``, ``nothing``."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return _WORDS[type(value)]


def _integer(text: str) -> int:
    if len(text) <= _LONGEST_INTEGER:
        number = int(text, 0) if text[:2] in ("0x", "0o") else int(text)
        if -(2**63) <= number < 2**63:
            return number
    shown = text if len(text) <= 40 else f"{text[:37]}..."
    raise ScalarError(f'the integer "{shown}" does not fit into 64 bits')


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ScalarError(f'the number "{text}" is too large')
    return number
