"""The words for what is wrong with a registered class or function, whether it was seen in the text or in the object."""

from collections.abc import Mapping
from typing import get_args

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.effects import Effects
from aetherflow.core.contracts.hook import HOOK_ALIASES, PluginHook, hook_named
from aetherflow.core.contracts.names import name_hint, not_nameable, shown_name
from aetherflow.core.contracts.span import Span
from aetherflow.core.diagnostics.suggestion import did_you_mean

#: The methods of a compiler, with what each is given; `compile` has keywords besides.
COMPILER_METHODS: Mapping[str, tuple[str, ...]] = {
    "validate_source": ("source",),
    "get_cache_key": ("source",),
    "is_cache_valid": ("cache_key",),
}
#: The methods of a plugin with a life of its own, with what each is given.
PLUGIN_METHODS: Mapping[str, tuple[str, ...]] = {
    "on_load": ("context",),
    "on_unload": (),
    "handle_hook": ("hook", "data"),
}


def wrong_name(kind: str, name: str, place: Span) -> Diagnostic | None:
    """Say that nothing can be registered under a name; None where it can."""
    problem = not_nameable(kind, name)
    return Diagnostic(code="AF-P504", message=problem, hint=name_hint(kind, name), span=place) if problem else None


def without_run(name: str, class_name: str, place: Span) -> Diagnostic:
    """Say that a step class defines no `run`."""
    return Diagnostic(
        code="AF-P510",
        message=f'the step type "{name}" has no run: the class {class_name} defines none',
        hint="define `def run(self, ctx, inputs):`",
        span=place,
    )


def wrong_step(name: str, problem: str, place: Span) -> Diagnostic:
    """Say why a step type cannot be called as steps are."""
    return Diagnostic(
        code="AF-P511",
        message=f'the step type "{name}" {problem}',
        hint="a step is a class with `run(self, ctx, inputs)`, or a function `f(ctx, inputs)`",
        span=place,
    )


def without_connect(name: str, class_name: str, place: Span) -> Diagnostic:
    """Say that a connector defines no `connect`."""
    return Diagnostic(
        code="AF-P512",
        message=f'the connector "{name}" has no connect: the class {class_name} defines none',
        hint="define `def connect(self):`, and give back the driver's own object",
        span=place,
    )


def wrong_connector(name: str, problem: str, place: Span) -> Diagnostic:
    """Say why a connector cannot be made, or connected, as connectors are."""
    return Diagnostic(
        code="AF-P513",
        message=f'the connector "{name}" {problem}',
        hint="a connector is a sub-class of ConnectorBase: `__init__(self, *, config, options)` and `connect(self)`",
        span=place,
    )


def wrong_schema(attribute: str, kind: str, name: str, problem: str, place: Span) -> Diagnostic:
    """Say why an attribute is no JSON Schema."""
    verb = "are" if attribute == "parameters" else "is"
    return Diagnostic(
        code="AF-P514",
        message=f'the {attribute} of the {kind} "{name}" {verb} no JSON Schema: {problem}',
        hint="`aetherflow explain AF-P514` shows one",
        span=place,
    )


def registered_twice(kind: str, name: str, first: str, place: Span) -> Diagnostic:
    """Say that a plugin registers a name a second time; ``first`` is ``FILE:LINE``."""
    return Diagnostic(
        code="AF-P515",
        message=f'the plugin registers the {kind} "{name}" twice',
        label="again here",
        hint=f"it is registered at {first}: give one of them another name",
        span=place,
    )


def unknown_effects(name: str, effects: object, place: Span) -> Diagnostic:
    """Say that a step type's effects are none of the known words."""
    return Diagnostic(
        code="AF-P516",
        message=f'the step type "{name}" says that its effects are {effects!r}',
        hint=f"write one of: {', '.join(get_args(Effects))}",
        span=place,
    )


def unknown_hook(name: str, place: Span) -> Diagnostic | None:
    """Say that there is no such hook; None where there is."""
    if hook_named(name) is not None:
        return None
    return Diagnostic(
        code="AF-P528",
        message=f"there is no hook {shown_name(name)}",
        hint=did_you_mean(name, [*PluginHook, *HOOK_ALIASES]) or f"the hooks are {', '.join(PluginHook)}",
        span=place,
    )


def wrong_hook(name: str, problem: str, place: Span) -> Diagnostic:
    """Say why a function cannot be asked as hooks are."""
    return Diagnostic(
        code="AF-P519",
        message=f'what is registered for the hook "{name}" {problem}',
        hint="a hook is a function `f(data, ctx)`, sync or async",
        span=place,
    )


def without_compile(name: str, class_name: str, place: Span) -> Diagnostic:
    """Say that a compiler defines no `compile`."""
    return Diagnostic(
        code="AF-P526",
        message=f'the compiler "{name}" has no compile: the class {class_name} defines none',
        hint="define `def compile(self, source, *, workflow_name=None, validate=True):`",
        span=place,
    )


def wrong_compiler(name: str, problem: str, place: Span) -> Diagnostic:
    """Say why a class cannot compile as compilers do."""
    return Diagnostic(
        code="AF-P527",
        message=f'the compiler "{name}" {problem}',
        hint="a compiler is a sub-class of WorkflowCompilerPlugin: "
        "`compile(self, source, *, workflow_name=None, validate=True)`",
        span=place,
    )


def wrong_plugin(name: str, problem: str, place: Span) -> Diagnostic:
    """Say why no object of a class can take part in a run."""
    return Diagnostic(
        code="AF-P524",
        message=f'the plugin "{name}" {problem}',
        hint="a plugin is a sub-class of BasePlugin, made without arguments: "
        "`on_load(self, context)`, `on_unload(self)`, `handle_hook(self, hook, data)`",
        span=place,
    )


def without_execute(name: str, class_name: str, place: Span) -> Diagnostic:
    """Say that a plugin with tools defines no `execute`."""
    return Diagnostic(
        code="AF-P550",
        message=f'the plugin "{name}" has no execute: the class {class_name} defines none',
        hint=f"define `{_EXECUTE}`",
        span=place,
    )


def wrong_execute(name: str, problem: str, place: Span) -> Diagnostic:
    """Say why the tools of a plugin cannot be called."""
    return Diagnostic(
        code="AF-P550",
        message=f'the plugin "{name}" has an execute that is not execute(self, tool_name, params, context): {problem}',
        hint=f"define `{_EXECUTE}`",
        span=place,
    )


_EXECUTE = "def execute(self, tool_name, params, context):"


def wrong_tools(name: str, problem: str, place: Span) -> Diagnostic:
    """Say what is wrong with what a plugin lists as its tools."""
    return Diagnostic(
        code="AF-P551",
        message=f'the plugin "{name}" {problem}',
        hint="`tools` is a list of ToolDefinition(name, description, parameters), or a property that gives one",
        span=place,
    )


def wrong_tool(name: str, problem: str, place: Span) -> Diagnostic:
    """Say why a tool cannot be called."""
    return Diagnostic(
        code="AF-P552",
        message=f'the tool "{name}" {problem}',
        hint="a tool is a function `f(params, ctx)`, sync or async; its parameters are a JSON Schema of type object",
        span=place,
    )


def wrong_metadata(name: str, problem: str, place: Span) -> Diagnostic:
    """Say what is wrong with what a plugin says of itself."""
    return Diagnostic(
        code="AF-P525",
        message=f'the plugin "{name}" {problem}',
        hint="write `metadata = PluginMetadata(name=…, version=…, author=…, description=…)` in the class",
        span=place,
    )


def not_registrable(decorator: str, problem: str, place: Span) -> Diagnostic:
    """Say why a decorator refuses what it is given."""
    return Diagnostic(code="AF-P504", message=problem, hint=_USES.get(decorator, _USES["register_step"]), span=place)


_USES = {
    "register_step": 'write `@register_step("name")` above a class or a function',
    "register_connector": 'write `@register_connector(kind="db", driver="mydb")` above a class',
    "register_hook": 'write `@register_hook("before_step")` above a function',
    "register_compiler": 'write `@register_compiler("scheme")` above a sub-class of WorkflowCompilerPlugin',
    "register_command": 'write `@register_command("name")` above a function or a Typer app',
    "register_tool": 'write `@register_tool("name", parameters={…})` above a function',
    "register_plugin": 'write `@register_plugin("name")` above a sub-class of BasePlugin',
}
