"""Plugins that an embedding program hands over as objects: decorated classes and functions of its own."""

import hashlib
import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from aetherflow.core.contracts.errors import PluginRefused
from aetherflow.core.contracts.marking import Mark, marks_of
from aetherflow.core.contracts.plugin import BasePlugin
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.tool import BaseToolPlugin
from aetherflow.core.plugins.describe import (
    effects_of,
    has_typed_inputs,
    input_schema_of,
    line_of,
    output_schema_of,
    summary_of,
)
from aetherflow.core.plugins.tool_definitions import NoDefinition
from aetherflow.core.plugins.tool_names import tool_step_type


def embedded_contributions(objects: Iterable[Any]) -> tuple[Contribution, ...]:
    """Give what these objects register; PluginRefused for one without a decorator, and for a tool that is none."""
    return tuple(each for target in objects for mark in _marks(target) for each in _contributions(mark))


def _marks(target: Any) -> tuple[Mark, ...]:
    marks = marks_of(target)
    if not marks and isinstance(target, type) and issubclass(target, BasePlugin):
        return (Mark("plugin", target.__name__, target),)  # what it is, it says by its base
    if not marks:
        hint = "decorate it with register_step, register_connector, register_hook, register_tool or register_plugin"
        raise PluginRefused(f"{target!r} registers nothing", hint=hint)
    return marks


def _contributions(mark: Mark) -> Iterator[Contribution]:
    """Give what a mark says, and the tools that the class lists."""
    target = mark.target
    if mark.kind == "tool":
        mark = Mark("tool", tool_step_type(target.__module__, mark.name), target, mark.tool)
    yield _contribution(mark)
    if mark.kind == "plugin" and isinstance(target, type) and issubclass(target, BaseToolPlugin):
        from aetherflow.core.plugins.loading.class_tools import listed_by  # deferred: few programs bring any

        for definition in listed_by(target):
            name = tool_step_type(mark.name, definition.name)
            yield _contribution(Mark("tool", name, target, definition), owner=mark.name)


def _contribution(mark: Mark, owner: str = "") -> Contribution:
    target = mark.target
    try:
        input_schema = input_schema_of(mark)
    except NoDefinition as problem:
        raise PluginRefused(f'the tool "{mark.name}" {problem}') from None
    file = inspect.getsourcefile(target) or ""
    return Contribution(
        kind=mark.kind,
        name=mark.name,
        plugin=target.__module__,
        version="0",
        digest="sha256:" + hashlib.sha256(Path(file).read_bytes()).hexdigest(),
        origin="embedding program",
        file=file,
        line=line_of(target),
        load=lambda: target,
        summary=summary_of(mark),
        effects=effects_of(mark),
        input_schema=input_schema,
        output_schema=output_schema_of(mark),
        typed_inputs=has_typed_inputs(mark),
        owner=owner,
    )
