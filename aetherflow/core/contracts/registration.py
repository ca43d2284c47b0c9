"""The decorators by which plugins say what they register."""

from collections.abc import Callable
from typing import TypeVar

from aetherflow.core.contracts.connector import ConnectorBase
from aetherflow.core.contracts.marking import put_mark

StepLike = TypeVar("StepLike", bound=Callable[..., object])
ConnectorClass = TypeVar("ConnectorClass", bound=type[ConnectorBase])


def register_step(name: str) -> Callable[[StepLike], StepLike]:
    """Register a Step class, or a function ``f(ctx, inputs)``, as a step type.

    Example::

        @register_step("greet")
        def greet(ctx, inputs):
            return {"greeting": f"hello {inputs['name']}"}
    """
    return lambda target: put_mark("step", name, target)


def register_connector(*, kind: str, driver: str) -> Callable[[ConnectorClass], ConnectorClass]:
    """Register a ConnectorBase class for the resources of this kind and driver.

    Example::

        @register_connector(kind="db", driver="mydb")
        class MyDb(ConnectorBase):
            def connect(self): ...
    """
    return lambda target: put_mark("connector", f"{kind}:{driver}", target)
