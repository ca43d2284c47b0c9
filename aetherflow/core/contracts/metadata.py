"""What a plugin says of itself in code, as `aetherflow-plugin.yaml` says it beside the code."""

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import asdict, force_setattr

PERMISSION_KINDS = ("read", "write", "network", "process", "env")

_NEEDED = ("name", "version", "author", "description")


class PluginMetadata(Struct, frozen=True):
    """Who a plugin is. All of it is checked at once; ValueError says which parts are wrong, and why.

    ``version`` is one of PEP 440, ``compatible_versions`` a range of versions of AetherFlow's API, empty for all.
    ``required_permissions`` are texts such as ``read:/data``, ``network:db.example.com:5432`` or ``env:PG*``.

    Example::

        PluginMetadata(
            name="orders",
            version="1.2.0",
            author="Data platform",
            description="Loads orders into the warehouse.",
            required_permissions=("network:db.example.com:5432",),
            compatible_versions=">=0.1,<2",
        )
    """

    name: str
    version: str
    author: str
    description: str
    required_permissions: tuple[str, ...] = ()
    compatible_versions: str = ""

    def __post_init__(self) -> None:
        problems = list(field_problems(asdict(self)))
        if problems:
            raise ValueError(f"PluginMetadata: {'; '.join(problems)}")
        force_setattr(self, "required_permissions", tuple(self.required_permissions))  # it may come as a list


def is_permission(text: str) -> bool:
    """Tell a permission: one of the kinds, a colon, and what it is for."""
    kind, _, rest = text.partition(":")
    return kind in PERMISSION_KINDS and bool(rest)


def is_version(text: str) -> bool:
    """Tell a version that PEP 440 knows."""
    if text.isascii() and all(part.isdigit() for part in text.split(".")):
        return True
    from packaging.version import InvalidVersion, Version  # deferred: 10 ms, and most versions are plain numbers

    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def field_problems(fields: Mapping[str, object]) -> Iterator[str]:
    """Say what is wrong with the values of fields; nothing of those that are not given."""
    for field in _NEEDED:
        if field in fields:
            yield from _problems_of_text(field, fields[field])
    yield from _problems_of_range(fields.get("compatible_versions", ""))
    yield from _problems_of_permissions(fields.get("required_permissions", ()))


def _problems_of_text(field: str, value: object) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{field} must be a text, found {value!r}"
    elif not value.strip():
        yield f"{field} is empty"
    elif field == "version" and not is_version(value):
        yield f'version "{value}" is none that PEP 440 knows, such as "1.2.0"'


def _problems_of_range(value: object) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"compatible_versions must be a text, found {value!r}"
    elif value and not _is_range(value):
        yield f'compatible_versions "{value}" is no range of versions, such as ">=1.0,<2"'


def _problems_of_permissions(value: object) -> Iterator[str]:
    if not isinstance(value, tuple | list):  # a text alone would be taken for its letters
        yield f"required_permissions must be a list or tuple of texts, found {value!r}"
        return
    for each in value:
        if not isinstance(each, str) or not is_permission(each):
            kinds = ", ".join(f"{kind}:…" for kind in PERMISSION_KINDS)
            yield f"required_permissions holds {each!r}, and permissions are {kinds}"


def _is_range(text: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # deferred: 30 ms, only wanted where there is one

    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        return False
    return True
