"""Explicit tags: the core ones are honoured, every other is a finding."""

from typing import Any

from aetherflow.core.documents.scalars import ScalarError, describe_value, parse_scalar

_CORE = "tag:yaml.org,2002:"
_SCALAR_TYPES: dict[str, tuple[type, ...]] = {
    "null": (type(None),),
    "bool": (bool,),
    "int": (int,),
    "float": (float, int),
}


class UnknownTag(ValueError):
    """The tag is none of YAML's core ones."""


def shown_tag(tag: str) -> str:
    """Write a tag the way it stands in a file: ``!!int`` or ``!mine``."""
    return f"!!{tag[len(_CORE) :]}" if tag.startswith(_CORE) else tag


def apply_scalar_tag(tag: str, text: str) -> Any:
    """Type a scalar by its tag; raises UnknownTag, and ScalarError where the text does not fit the tag."""
    name = tag.removeprefix(_CORE)
    if tag == "!" or name == "str":
        return text
    if not tag.startswith(_CORE) or name not in _SCALAR_TYPES:
        raise UnknownTag
    value = parse_scalar(text)
    if type(value) not in _SCALAR_TYPES[name]:
        raise ScalarError(f"the tag {shown_tag(tag)} does not fit {describe_value(value)}")
    return float(value) if name == "float" and isinstance(value, int) else value


def fits_container(tag: str, container: object) -> bool:
    """Tell whether a tag says of a list or a mapping what it is anyway."""
    return tag in ("!", _CORE + ("map" if isinstance(container, dict) else "seq"))
