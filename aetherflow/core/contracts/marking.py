"""The decorators' mark: a decorated object knows what it registers; nothing is registered anywhere by the decorator.

While a plugin is being loaded, its marks are also handed to the loader's collector, which stands in a context variable
so that loads on several threads never meet.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from msgspec import Struct

from aetherflow.core.contracts.names import NAME_HINT, name_hint, not_nameable
from aetherflow.core.contracts.registry import Kind
from aetherflow.core.contracts.tool import ToolDefinition

MARK_ATTRIBUTE = "__aetherflow_marks__"

Marked = TypeVar("Marked")


class Mark(Struct, frozen=True):
    """What a decorator said: the kind, the registered name and the decorated object; of a tool, its definition too."""

    kind: Kind
    name: str
    target: Any
    tool: ToolDefinition | None = None


class NotRegistrable(TypeError):
    """A decorator was given something that cannot be registered, or no name to register it by; ``hint`` is a cure."""

    hint = 'write `@register_step("name")` above a class or a function'


class NameNotAllowed(NotRegistrable):
    """A decorator was given a name that nothing can be registered under."""

    def __init__(self, message: str, hint: str = NAME_HINT) -> None:
        super().__init__(message)
        self.hint = hint


_collector: ContextVar[Callable[[Mark], object] | None] = ContextVar("aetherflow_mark_collector", default=None)


def put_mark(kind: Kind, name: str, target: Marked, tool: ToolDefinition | None = None) -> Marked:
    """Mark an object and hand the mark to the collector, if a plugin is being loaded; gives the object back."""
    # str.__str__: a text of a plugin's own type could run code wherever it is used
    mark = Mark(kind, str.__str__(name), target, tool)
    if problem := not_nameable(kind, mark.name):
        raise NameNotAllowed(problem, name_hint(kind, mark.name))
    if not callable(target) or not hasattr(target, "__dict__"):
        found = type(target).__name__
        raise NotRegistrable(f'register_{kind} wants a class or a function for "{mark.name}", found {found}')
    # vars(), not getattr: a sub-class does not inherit what its parent registers.
    marks = (*vars(target).get(MARK_ATTRIBUTE, ()), mark)
    setattr(target, MARK_ATTRIBUTE, marks)
    collect = _collector.get()
    if collect is not None:
        collect(mark)
    return target


def marks_of(target: object) -> tuple[Mark, ...]:
    """Give the marks that decorators put on this very object."""
    found: tuple[Mark, ...] = getattr(target, "__dict__", {}).get(MARK_ATTRIBUTE, ())
    return found


@contextmanager
def handing_marks_to(collect: Callable[[Mark], object]) -> Iterator[None]:
    """Hand every mark that is put inside the block to ``collect``, and to no collector around it."""
    token = _collector.set(collect)
    try:
        yield
    finally:
        _collector.reset(token)
