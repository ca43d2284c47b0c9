"""The words for what is wrong with a registered class or function, whether it was seen in the text or in the object."""

from typing import get_args

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.effects import Effects
from aetherflow.core.contracts.names import NAME_HINT, not_nameable
from aetherflow.core.contracts.span import Span


def wrong_name(kind: str, name: str, place: Span) -> Diagnostic | None:
    """Say that nothing can be registered under a name; None where it can."""
    problem = not_nameable(kind, name)
    return Diagnostic(code="AF-P504", message=problem, hint=NAME_HINT, span=place) if problem else None


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
    return Diagnostic(
        code="AF-P514",
        message=f'the {attribute} of the {kind} "{name}" is no JSON Schema: {problem}',
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


def not_registrable(decorator: str, problem: str, place: Span) -> Diagnostic:
    """Say why a decorator refuses what it is given."""
    return Diagnostic(code="AF-P504", message=problem, hint=_USES.get(decorator, _USES["register_step"]), span=place)


_USES = {
    "register_step": 'write `@register_step("name")` above a class or a function',
    "register_connector": 'write `@register_connector(kind="db", driver="mydb")` above a class',
}
