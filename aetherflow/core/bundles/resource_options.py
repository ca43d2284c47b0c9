"""What a resource of the manifest says, read as the options that a source of bundles knows."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from aetherflow.core.diagnostics.suggestion import did_you_mean

Options = TypeVar("Options", bound=Struct)

_WRONG_TYPE = re.compile(r"Expected `(?P<wanted>[^`]+)`, got `(?P<got>\w+)` - at `\$\.(?P<key>.+)`")
_WANTED = {"str": "a text", "bool": "true or false", "object": "a mapping"}
_LOOKS_LIKE_TEXT = ("int", "float", "bool")


class WrongOption(Exception):
    """What is wrong with a resource: the message says of it what, and never shows a value."""

    def __init__(self, what: str, hint: str | None) -> None:
        super().__init__(what)
        self.hint = hint


def read_options(values: Mapping[str, Any], wanted: type[Options]) -> Options:
    """Read the values of a resource; raises WrongOption for a key that is not known, and for a value of another type.

    Templates give text, so that "true" is as good as true.
    """
    known = [field.name for field in fields(wanted)]
    for name in values:
        if name not in known:
            hint = did_you_mean(name, known) or f"it may say {', '.join(sorted(known))}"
            raise WrongOption(f'nothing here knows its "{name}"', hint)
    try:
        return msgspec.convert(values, wanted, strict=False)
    except msgspec.ValidationError as error:
        raise _wrong_type(str(error)) from None


def _wrong_type(said: str) -> WrongOption:
    """Say in our words what the conversion says: it names types and the place, never the value."""
    match = _WRONG_TYPE.fullmatch(said)
    if match is None:
        return WrongOption(said.lower(), None)
    wanted = _WANTED.get(match["wanted"].partition(" ")[0], match["wanted"])
    is_unquoted = wanted == "a text" and match["got"] in _LOOKS_LIKE_TEXT
    hint = "put it in quotes" if is_unquoted else f"write {wanted}"
    return WrongOption(f'its "{match["key"]}" must be {wanted}', hint)
