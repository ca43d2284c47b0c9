"""What shipped observers are told in plugins.yaml: every key is checked, and what is wrong said with what is right."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

import msgspec
from msgspec import Meta, Struct

from aetherflow.core.api import EventType
from aetherflow.core.builtins.libraries import command, is_installed

Settings = TypeVar("Settings", bound=Struct)


#: What the key `types` of an observer takes, in words.
TYPES_WORDS = f"a list of types of events: {', '.join(EventType)}"
Seconds = Annotated[float, Meta(gt=0, le=3600, description="a number of seconds, above 0 and at most 3600")]


class WrongConfig(ValueError):
    """A config is not what an observer takes; ``key`` is where, and itself what is wrong where it ``is_unknown``."""

    def __init__(self, key: str, problem: str, *, is_unknown: bool = False) -> None:
        super().__init__(f'config "{key}" {problem}')
        self.key = key
        self.is_unknown = is_unknown


def settings_of(config: Mapping[str, Any], form: type[Settings]) -> Settings:
    """Read a config; raises WrongConfig, which names the key that is wrong and says what it takes."""
    fields = {field.name: field for field in msgspec.structs.fields(form)}
    for key in config:
        if key not in fields:
            raise WrongConfig(key, f"is no key; there are: {', '.join(fields)}", is_unknown=True)
    for field in fields.values():
        if field.required and field.name not in config:
            raise WrongConfig(field.name, f"is missing: {_accepted(form, field.name)}")
    return form(**{key: _value(form, key, _plain(value)) for key, value in config.items()})


def server_of(url: str) -> str | None:
    """Name the server of a URL without what may be secret: no path, no query. None where it cannot be used."""
    from urllib.parse import urlsplit  # deferred: only wanted where something is sent

    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or parts.scheme not in ("http", "https") or parts.username is not None:
        return None
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def need(module: str, package: str, extra: str) -> None:
    """Make sure that a library is installed; raises ModuleNotFoundError that says how to install it."""
    if not is_installed(module):
        raise ModuleNotFoundError(f"{package} is not installed: {command(extra)}", name=module)


def _value(form: type[Struct], key: str, value: Any) -> Any:
    try:
        return msgspec.convert(value, get_type_hints(form, include_extras=True)[key])
    except msgspec.ValidationError:
        raise WrongConfig(key, f"must be {_accepted(form, key)}") from None


def _accepted(form: type[Struct], key: str) -> str:
    """Say what a key takes: the description that stands at it."""
    hint = get_type_hints(form, include_extras=True)[key]
    return next(str(each.description) for each in get_args(hint) if isinstance(each, Meta) and each.description)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
