"""The decorators by which plugins say what they register."""

from collections.abc import Callable
from types import FunctionType
from typing import TypeVar

from aetherflow.core.contracts.connector import ConnectorBase
from aetherflow.core.contracts.marking import NameNotAllowed, NotRegistrable, put_mark
from aetherflow.core.contracts.names import shown_name

StepLike = TypeVar("StepLike", bound=Callable[..., object])
ConnectorClass = TypeVar("ConnectorClass", bound=type[ConnectorBase])


def register_step(name: str) -> Callable[[StepLike], StepLike]:
    """Register a Step class, or a function ``f(ctx, inputs)``, as a step type.

    Example::

        @register_step("greet")
        def greet(ctx, inputs):
            return {"greeting": f"hello {inputs['name']}"}
    """
    step_type = _name("register_step", "the step type's name", name)
    return lambda target: put_mark("step", step_type, target)


def register_connector(*, kind: str, driver: str) -> Callable[[ConnectorClass], ConnectorClass]:
    """Register a ConnectorBase class for the resources of this kind and driver.

    Example::

        @register_connector(kind="db", driver="mydb")
        class MyDb(ConnectorBase):
            def connect(self): ...
    """
    resource_kind = _name("register_connector", "kind", kind)
    if ":" in resource_kind:  # "a:b:c" would be two connectors
        raise NameNotAllowed(f"the kind of a connector cannot be {shown_name(resource_kind)}: a ':' ends it")
    name = f"{resource_kind}:{_name('register_connector', 'driver', driver)}"
    return lambda target: put_mark("connector", name, target)


def _name(decorator: str, what: str, value: object) -> str:
    """Give a plain text, for one of a plugin's own type may say something else whenever it is asked."""
    text = str.__str__(value) if isinstance(value, str) else ""
    if not text.strip():
        # Most often the parentheses are missing, and the decorator was given the class: @register_step.
        raise NotRegistrable(f"{decorator} wants a text as {what}, found {_described(value)}")
    return text


def _described(value: object) -> str:
    if isinstance(value, type):
        return f"the class {value.__name__}"
    return f"the function {value.__name__}" if isinstance(value, FunctionType) else repr(value)
