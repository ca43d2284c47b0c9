"""The decorators by which plugins say what they register."""

from collections.abc import Callable
from typing import TypeVar

from aetherflow.core.contracts.connector import ConnectorBase
from aetherflow.core.contracts.marking import NotRegistrable, put_mark

StepLike = TypeVar("StepLike", bound=Callable[..., object])
ConnectorClass = TypeVar("ConnectorClass", bound=type[ConnectorBase])


def register_step(name: str) -> Callable[[StepLike], StepLike]:
    """Register a Step class, or a function ``f(ctx, inputs)``, as a step type.

    Example::

        @register_step("greet")
        def greet(ctx, inputs):
            return {"greeting": f"hello {inputs['name']}"}
    """
    _check_text("register_step", "the step type's name", name)
    return lambda target: put_mark("step", name, target)


def register_connector(*, kind: str, driver: str) -> Callable[[ConnectorClass], ConnectorClass]:
    """Register a ConnectorBase class for the resources of this kind and driver.

    Example::

        @register_connector(kind="db", driver="mydb")
        class MyDb(ConnectorBase):
            def connect(self): ...
    """
    _check_text("register_connector", "kind", kind)
    _check_text("register_connector", "driver", driver)
    return lambda target: put_mark("connector", f"{kind}:{driver}", target)


def _check_text(decorator: str, what: str, value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        # Most often the parentheses are missing, and the decorator was given the class: @register_step.
        raise NotRegistrable(f"{decorator} wants a text as {what}, found {value!r}")
