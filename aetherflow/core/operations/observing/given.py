"""Observers that an embedding program hands over: functions that take an event, and objects of ObserverPlugin."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.contracts.event import Event
from aetherflow.core.contracts.observer import ObserverPlugin
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.operations.observing.loaded_class import place_of, unusable_on_event
from aetherflow.core.runner.observers.wanted import WantedObserver

_ORIGIN = "embedding program"


class FunctionObserver(ObserverPlugin):
    """An observer that hands each event to a function."""

    def __init__(self, plugin_id: str, function: Callable[[Event], object]) -> None:
        super().__init__(plugin_id)
        self._function = function

    def on_event(self, event: Event) -> None:
        """Call the function."""
        self._function(event)


def given_observers(given: Sequence[Any], taken: Sequence[str] = ()) -> Iterator[WantedObserver]:
    """Give the observers that a program hands over; raises PluginRefused for what is none."""
    names = set(taken)
    for target in given:
        observer = _observer(target)
        name = _free_name(str(observer.plugin_id), names)
        names.add(name)
        yield WantedObserver(id=name, contribution=_contribution(name, target), make=partial(_as_given, observer))


def _as_given(observer: ObserverPlugin) -> ObserverPlugin:
    return observer


def _observer(target: Any) -> ObserverPlugin:
    if isinstance(target, ObserverPlugin):
        if why := unusable_on_event(type(target)):
            raise PluginRefused(f"{target!r} is no observer: {why}", hint="define on_event(self, event)")
        return target
    if isinstance(target, type) or not callable(target) or inspect.iscoroutinefunction(target):
        hint = "give a function that takes an event, or an object of a sub-class of ObserverPlugin"
        raise PluginRefused(f"{target!r} is no observer", hint=hint)
    return FunctionObserver(getattr(target, "__qualname__", type(target).__qualname__), target)


def _free_name(name: str, taken: set[str]) -> str:
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name} {number}"
    return found


def _contribution(name: str, target: Any) -> Contribution:
    file, line = place_of(type(target) if isinstance(target, ObserverPlugin) else target)
    return Contribution(
        kind="observer",
        name=name,
        plugin=name,
        version="0",
        digest="",
        origin=_ORIGIN,
        file=file,
        line=line,
        load=lambda: target,
    )
