"""What can be told of a marked object once its module is loaded: its place, its one sentence, its schemas."""

import inspect
from typing import Any

import msgspec

from aetherflow.core.contracts.effects import Effects
from aetherflow.core.contracts.marking import Mark
from aetherflow.core.plugins.tool_definitions import own_definition
from aetherflow.core.plugins.tool_names import call_schema, first_line


def summary_of(mark: Mark) -> str:
    """Give the first sentence of what a class, a function, a Typer app or a tool says of itself, or nothing."""
    target = mark.target
    if mark.tool is not None and mark.tool.description.strip():
        return first_line(mark.tool.description)
    if mark.tool is not None and isinstance(target, type):
        return ""  # the class is described, and no tool of it
    text = _app_help(target) if type(target).__name__ == "Typer" else getattr(target, "__doc__", None)
    return inspect.cleandoc(text).split("\n")[0] if isinstance(text, str) else ""


def _app_help(app: Any) -> object:
    """Give the help of a Typer app: its own, else that of its callback."""
    if isinstance(app.info.help, str):
        return app.info.help
    callbacks = (getattr(app.registered_callback, "callback", None), app.info.callback)
    return next((each.__doc__ for each in callbacks if inspect.isroutine(each)), None)


def line_of(target: Any) -> int:
    """Give the line on which a class or function (its first decorator) begins."""
    return inspect.getsourcelines(target)[1]


def effects_of(mark: Mark) -> Effects:
    """Say whether a step may be repeated; a call of a tool may, unless a flow says otherwise."""
    effects: Effects = "idempotent" if mark.kind == "tool" else getattr(mark.target, "effects", "idempotent")
    return effects


def output_schema_of(mark: Mark) -> dict[str, Any] | None:
    """Give the JSON Schema of a step's outputs, where it has one."""
    return None if mark.kind == "tool" else getattr(mark.target, "output_schema", None)


def input_schema_of(mark: Mark) -> dict[str, Any] | None:
    """Give the JSON Schema of a step's inputs, made from the typed record where the step names one.

    That of a connector describes a mapping of its ``config`` and its ``options``, that of a plugin its config.
    """
    if mark.kind == "plugin":
        return getattr(mark.target, "config_schema", None)
    if mark.kind == "connector":
        return _connector_schema(mark.target)
    if mark.kind == "tool":
        return call_schema(own_definition(mark.tool).parameters) if mark.tool else None
    declared = getattr(mark.target, "input_schema", None)
    if isinstance(declared, type):
        return msgspec.json.schema(declared)
    return declared


def has_typed_inputs(mark: Mark) -> bool:
    """Tell whether a step wants an instance of a typed record as its inputs."""
    return mark.kind != "tool" and isinstance(getattr(mark.target, "input_schema", None), type)


def _connector_schema(connector: Any) -> dict[str, Any] | None:
    parts = {"config": connector.config_schema, "options": connector.options_schema}
    properties = {name: schema for name, schema in parts.items() if schema is not None}
    return {"type": "object", "properties": properties} if properties else None
