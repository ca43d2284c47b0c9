"""Why a plugin's schema cannot be used, in one line: the errors of the validator are many lines of its own inside."""

from collections.abc import Mapping
from typing import Any

_LONGEST_WORDS = 120


def why_unusable(schema: Mapping[str, Any], error: Exception) -> str:
    """Say what is wrong with a schema that made its validator raise an error."""
    return _what_is_no_schema(schema) or _what_happened(error)


def _what_is_no_schema(schema: Mapping[str, Any]) -> str | None:
    from jsonschema import Draft202012Validator, SchemaError  # deferred: 50 ms, only wanted when something is wrong

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = error.json_path.removeprefix("$.").removeprefix("$")
        if error.path and error.path[-1] == "type":
            return f"{place} is {_one_line(repr(error.instance))}, which is no type of JSON Schema"
        return f"{place or 'it'}: {_one_line(error.message)}"
    except Exception:  # noqa: BLE001  # a schema that is no JSON at all can raise anything
        return None
    return None


def _what_happened(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it refers to itself without end"
    if reference := getattr(error, "ref", None):
        return f"its reference {_one_line(repr(reference))} leads nowhere; nothing is fetched for it"
    return f"{type(error).__name__}: {_one_line(str(error))}"


def _one_line(words: str) -> str:
    first = next(iter(words.splitlines()), "")
    return first if len(first) <= _LONGEST_WORDS else f"{first[: _LONGEST_WORDS - 1]}…"
