"""How names leave the public API: for a time they still work, warn where they are used, and say what to use instead.

A name that has only been renamed stands in ``DEPRECATED`` alone, and its old form is served from there. One whose
definition stays for a time stands there too, and its definition has the decorator with the same words.
"""

import warnings
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

from msgspec import Struct

Named = TypeVar("Named", bound=Callable[..., Any])


class Deprecation(Struct, frozen=True, kw_only=True):
    """Since which version a name is deprecated, which one takes it away, and the name to use instead."""

    since: str
    removal: str
    instead: str

    def message(self, name: str) -> str:
        """Say it of a name."""
        return f"{name} is deprecated since {self.since} and goes with {self.removal}: use {self.instead}"


#: Every deprecated name of `aetherflow.core.api`.
DEPRECATED: Mapping[str, Deprecation] = {}


def deprecated(*, since: str, removal: str, instead: str) -> Callable[[Named], Named]:
    """Make each use of a function or class warn at the caller: a call, and also the sub-classing of a class.

    It is a DeprecationWarning, which Python shows once per place.

    Example::

        @deprecated(since="1.4", removal="2.0", instead="run_flow")
        def execute_flow(flow): ...
    """
    deprecation = Deprecation(since=since, removal=removal, instead=instead)

    def mark(target: Named) -> Named:
        message = deprecation.message(target.__name__)
        warning = _warning_class if isinstance(target, type) else _warning_function
        marked: Named = warning(target, message)
        return marked

    return mark


def served_instead(name: str, module: str, table: Mapping[str, Deprecation]) -> str:
    """Give the name to serve for a deprecated one, with a warning at whoever asks the module for it.

    To be called by the module's ``__getattr__`` itself. Raises AttributeError for a name that is not in the table.
    """
    deprecation = table.get(name)
    if deprecation is None:
        raise AttributeError(f"module {module!r} has no attribute {name!r}", name=name)
    # 1 is this function, 2 the module's __getattr__, 3 the import or the attribute access.
    warnings.warn(deprecation.message(name), DeprecationWarning, stacklevel=3)
    return deprecation.instead


def _warning_function(function: Any, message: str) -> Any:
    @wraps(function)
    def call(*arguments: Any, **keywords: Any) -> Any:
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        return function(*arguments, **keywords)

    return call


def _warning_class(target: Any, message: str) -> Any:
    """Change a class in place: what is made of it, and what inherits from it, must stay of that very class."""
    create, prepare_own = target.__init__, vars(target).get("__init_subclass__")

    @wraps(create)
    def __init__(self: Any, *arguments: Any, **keywords: Any) -> None:  # noqa: N807  # it becomes the class's own
        if type(self) is target:  # a sub-class was told when it was made
            warnings.warn(message, DeprecationWarning, stacklevel=2)
        create(self, *arguments, **keywords)

    def __init_subclass__(cls: Any, /, **keywords: Any) -> None:  # noqa: N807  # it becomes the class's own
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        prepare = prepare_own.__get__(None, cls) if prepare_own else super(target, cls).__init_subclass__
        prepare(**keywords)

    target.__init__ = __init__
    target.__init_subclass__ = classmethod(__init_subclass__)
    return target
