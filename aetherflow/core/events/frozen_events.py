"""Events as observers get them: copies that nobody else has, and that cannot be changed."""

from typing import Any, NoReturn

import msgspec
from msgspec.structs import force_setattr

from aetherflow.core.contracts.event import Event

#: What needs no copy: nobody can change it.
_PLAIN = frozenset({str, int, float, bool, type(None)})
_SEQUENCES = (list, tuple)


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


def private_copy(event: Event) -> Event:
    """Give a copy of an event that shares nothing with it that could be changed, and is unchangeable itself."""
    made: Event = event.__copy__()  # type: ignore[attr-defined]  # what `copy.copy` comes to, in a quarter of the time
    force_setattr(made, "payload", _frozen_mapping(event.payload))
    return made


def _frozen_mapping(value: dict[str, Any]) -> FrozenDict:
    made = FrozenDict(value)
    for key, item in value.items():
        if type(item) not in _PLAIN:
            dict.__setitem__(made, key, _frozen(item))
    return made


def _frozen(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, dict):
        return _frozen_mapping(value)
    if isinstance(value, _SEQUENCES):
        return tuple([_frozen(item) for item in value])
    return msgspec.to_builtins(value)  # an enumeration, as the state gives it back
