"""Events as observers get them: copies that nobody else has, and that cannot be changed."""

from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec
from msgspec.structs import force_setattr

from aetherflow.core.contracts.event import Event

_CONTAINERS = (dict, list)


class FrozenDict(dict[str, Any]):
    """A mapping that refuses changes with a TypeError. It is a dict all the same, so that `json.dumps` takes it."""

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("the payload of an event cannot be changed: an observer is told what happened")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        """Copies and pickles are plain dicts, which their owner may change."""
        return dict, (dict(self),)


def frozen_event(event: Event) -> Event:
    """Make an event that was decoded a moment ago, and that nobody else knows, unchangeable; gives it."""
    force_setattr(event, "payload", _frozen_mapping(event.payload))
    return event


def encoded_event(event: Event) -> bytes:
    """Write an event down, so that every observer can make a copy of its own of it."""
    return _encode(event)


def decoded_event(data: bytes) -> Event:
    """Make a private, unchangeable copy of an event that was written down."""
    return frozen_event(_decode(data))


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Event).decode


def _frozen_mapping(value: Mapping[str, Any]) -> FrozenDict:
    return FrozenDict({key: _frozen(item) if type(item) in _CONTAINERS else item for key, item in value.items()})


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return _frozen_mapping(value)
    return tuple([_frozen(item) if type(item) in _CONTAINERS else item for item in value])
