"""The event stream of a YAML text, from libyaml where it is there, else from PyYAML's own parser."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml
from yaml import YAMLError

__all__ = ["EventParser", "YAMLError", "collector_paused", "parse_events"]

#: libyaml's parser is some ten times as fast; both give the same events.
EventParser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_events(text: str) -> Iterator[Any]:
    """Give the events of a text one by one; raises yaml.YAMLError where it is no YAML."""
    return iter(EventParser(text).get_event, None)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the garbage collector still: among many new containers it costs more than the parsing itself."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
