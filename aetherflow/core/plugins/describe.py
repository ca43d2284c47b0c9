"""What can be told of a marked object once its module is loaded: its place, its one sentence, its schemas."""

import inspect
from typing import Any

import msgspec

from aetherflow.core.contracts.marking import Mark


def summary_of(target: object) -> str:
    """Give the first sentence of an object's own docstring, or nothing."""
    text = getattr(target, "__doc__", None) or ""
    return inspect.cleandoc(text).split("\n")[0]


def line_of(target: Any) -> int:
    """Give the line on which a class or function (its first decorator) begins."""
    return inspect.getsourcelines(target)[1]


def input_schema_of(mark: Mark) -> dict[str, Any] | None:
    """Give the JSON Schema of a step's inputs, made from the typed record where the step names one."""
    declared = getattr(mark.target, "input_schema", None)
    if isinstance(declared, type):
        return msgspec.json.schema(declared)
    return declared


def has_typed_inputs(mark: Mark) -> bool:
    """Tell whether a step wants an instance of a typed record as its inputs."""
    return isinstance(getattr(mark.target, "input_schema", None), type)
