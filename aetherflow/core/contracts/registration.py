"""The decorators by which plugins say what they register."""

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, TypeVar, overload

from aetherflow.core.contracts.compiler import WorkflowCompilerPlugin
from aetherflow.core.contracts.connector import ConnectorBase
from aetherflow.core.contracts.hook import HOOK_ALIASES, PluginHook, hook_named
from aetherflow.core.contracts.marking import NameNotAllowed, NotRegistrable, put_mark
from aetherflow.core.contracts.names import shown_name
from aetherflow.core.contracts.plugin import BasePlugin
from aetherflow.core.contracts.tool import ToolDefinition

StepLike = TypeVar("StepLike", bound=Callable[..., object])
ConnectorClass = TypeVar("ConnectorClass", bound=type[ConnectorBase])
Registered = TypeVar("Registered", bound=Callable[..., object])
PluginClass = TypeVar("PluginClass", bound=type[BasePlugin])
CompilerClass = TypeVar("CompilerClass", bound=type[WorkflowCompilerPlugin])


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


@overload
def register_compiler(scheme: str) -> Callable[[CompilerClass], CompilerClass]:
    """Register the class below for this scheme."""


@overload
def register_compiler(scheme: CompilerClass) -> CompilerClass:
    """Register the class for all schemes that it says."""


def register_compiler(scheme: object) -> object:
    """Register a WorkflowCompilerPlugin class for a URI scheme; written bare, for all its ``supported_schemes``.

    Example::

        @register_compiler("orders")
        class OrdersCompiler(WorkflowCompilerPlugin):
            def compile(self, source, *, workflow_name=None, validate=True): ...
    """
    if isinstance(scheme, type):
        return _register_all_schemes(scheme)
    name = _name("register_compiler", "the URI scheme", scheme)
    return lambda target: put_mark("compiler", name, target)


def _register_all_schemes(target: type) -> type:
    schemes = getattr(target, "supported_schemes", None)
    if not isinstance(schemes, list | tuple) or not schemes:
        raise NoSchemes(f"the class {target.__name__} says no schemes: its supported_schemes is {schemes!r}")
    for scheme in schemes:
        put_mark("compiler", _name("register_compiler", "each of the supported_schemes", scheme), target)
    return target


class NoSchemes(NotRegistrable):
    """A class was registered for the schemes that it supports, and supports none."""

    hint = 'write `supported_schemes = ["my"]` in the class, or `@register_compiler("my")` above it'


def register_hook(name: str) -> Callable[[Registered], Registered]:
    """Register a function ``f(data, ctx)``, sync or async, that a run asks at one of its hooks.

    What it returns goes on: the data with what it may change changed, or that alone; a Veto stops. None leaves the data
    as they were, whatever the function has changed in place.

    Example::

        @register_hook("before_step")
        def day_of_run(data, ctx):
            data["inputs"].setdefault("day", ctx.params["day"])
            return data
    """
    hook = _name("register_hook", "the hook's name", name)
    if hook_named(hook) is None:
        raise UnknownHook(hook)
    return lambda target: put_mark("hook", hook, target)


def register_command(name: str) -> Callable[[Registered], Registered]:
    """Register a Typer app, or a function with a signature as Typer reads it, as ``aetherflow NAME``.

    Example::

        @register_command("orders")
        def orders(day: str, verbose: bool = False):
            \"\"\"Lists the orders of a day.\"\"\"
    """
    command = _name("register_command", "the command's name", name)
    return lambda target: put_mark("command", command, target)


def register_plugin(name: str) -> Callable[[PluginClass], PluginClass]:
    """Register a BasePlugin class: a run makes one object of it, and asks that at every hook.

    Example::

        @register_plugin("steps")
        class Steps(BasePlugin):
            def handle_hook(self, hook, data):
                if hook is PluginHook.AFTER_STEP:
                    print(data["step"], data["status"])
    """
    plugin = _name("register_plugin", "the plugin's name", name)
    return lambda target: put_mark("plugin", plugin, target)


def register_tool(
    name: str, *, parameters: Mapping[str, Any] | None = None, description: str | None = None
) -> Callable[[Registered], Registered]:
    """Register a function ``f(params, ctx)``, sync or async, as a tool of the plugin that it stands in.

    ``parameters`` is a JSON Schema of type object; without it the tool takes none. ``description`` is the first
    sentence of the docstring by default. The function gives a ToolResult, the data alone as a mapping, or None.

    Example::

        @register_tool("double", parameters={"type": "object", "properties": {"n": {"type": "number"}}})
        def double(params, ctx):
            return {"number": 2 * params["n"]}
    """
    tool = _name("register_tool", "the tool's name", name)
    definition = ToolDefinition(tool, description or "", {} if parameters is None else parameters)
    return lambda target: put_mark("tool", tool, target, definition)


class UnknownHook(NotRegistrable):
    """A function was registered for a hook that there is not."""

    hint = f"the hooks are {', '.join(PluginHook)}; other names for some are {', '.join(HOOK_ALIASES)}"

    def __init__(self, hook: str) -> None:
        super().__init__(f"there is no hook {shown_name(hook)}")
        self.hook = hook


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
