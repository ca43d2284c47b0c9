"""Says of what a program hands over which argument is of the wrong kind: by a TypeError, before anything is done."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from aetherflow.core.contracts.compiler import WorkflowCompilerPlugin
from aetherflow.core.contracts.remote_text import RemoteText

_LONGEST_SECONDS = 86_400
#: Says what was found where that is wrong; None where it is right.
Judge = Callable[[Any], str | None]


def check_arguments(**given: object) -> None:
    """Raise TypeError for the first argument that is none of its kind; each door has the same names for the same."""
    for name, value in given.items():
        words, judge = _KINDS[name]
        if found := judge(value):
            raise TypeError(f"{name} must be {words}, found {found}")


def _is(*kinds: type) -> Judge:
    return lambda value: None if isinstance(value, kinds) else type(value).__name__


def _mapping(value: Any) -> str | None:
    if not isinstance(value, Mapping):
        return type(value).__name__
    return _one_with(value, "a key")


def _texts(value: Any) -> str | None:
    return _mapping(value) or _one_with(value.values(), "a value")


def _one_with(values: Collection[Any], part: str) -> str | None:
    wrong = next((value for value in values if not isinstance(value, str)), "")
    return None if isinstance(wrong, str) else f"one with {part} of the kind {type(wrong).__name__}"


def _collection(value: Any) -> str | None:
    is_many = isinstance(value, Collection) and not isinstance(value, str | bytes | Mapping)
    return None if is_many else type(value).__name__


def _paths(value: Any) -> str | None:
    if found := _collection(value):
        return found
    wrong = (type(each).__name__ for each in value if not isinstance(each, str | Path))
    return next((f"one with {kind} in it" for kind in wrong), None)


def _seconds(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return type(value).__name__
    return None if 0 < value <= _LONGEST_SECONDS else str(value)


def _compiler(value: Any) -> str | None:
    if isinstance(value, type):
        return None if issubclass(value, WorkflowCompilerPlugin) else value.__name__
    return type(value).__name__


def _or_none(judge: Judge) -> Judge:
    return lambda value: None if value is None else judge(value)


_TEXT = ("a text", _is(str))
_TEXT_OR_NONE = ("a text", _or_none(_is(str)))
_OPTIONS = ("a mapping with texts as keys", _mapping)
_OF_TEXTS = "a mapping of texts to texts"
_KINDS: Mapping[str, tuple[str, Judge]] = {
    "flow": ("a text or a Path", _is(str, Path)),
    "uri": _TEXT,
    "source": _TEXT,
    "scheme": _TEXT,
    "workflow_name": _TEXT_OR_NONE,
    "run_id": _TEXT_OR_NONE,
    "run_key": _TEXT_OR_NONE,
    "params": _OPTIONS,
    "options": _OPTIONS,
    "plugin_options": _OPTIONS,
    "env": (_OF_TEXTS, _or_none(_texts)),
    "headers": (_OF_TEXTS, _texts),
    "plugins": ("a list", _collection),
    "observers": ("a list", _collection),
    "plugin_paths": ("a list of texts and Paths", _paths),
    "plugin_class": ("a sub-class of WorkflowCompilerPlugin", _or_none(_compiler)),
    "resume": ("True or False", _is(bool)),
    "timeout_seconds": ("a number above 0, at most a day", _seconds),
    "known": ("what fetch_text has given", _or_none(_is(RemoteText))),
}
