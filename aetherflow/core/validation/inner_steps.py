"""Steps inside the inputs of other steps, as in `with_lock`.

A step type says so in its input schema: a property with ``"x-aetherflow-step": true`` holds a mapping of `type`,
`inputs` and `timeout_seconds`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.effects import Effects
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.flow import StepDefinition
from aetherflow.core.resolution.tokens import OPENING
from aetherflow.core.validation.written_effects import GRAVITY, written_effects
from aetherflow.core.validation.written_effects import MARKER as EFFECTS_MARKER

MARKER = "x-aetherflow-step"


class TypedInputs(Struct, frozen=True):
    """A step type that is used and the inputs that it is given; ``path`` leads to the mapping that holds both."""

    type: str
    inputs: dict[str, Any]
    path: DocumentPath


class StepTypes:
    """The step types that are registered, and the steps that some of them run inside."""

    def __init__(self, contributions: Mapping[str, Contribution]) -> None:
        self.contributions = contributions
        self._keys = {
            name: tuple(keys)
            for name, found in contributions.items()
            if found.input_schema and (keys := marked_properties(found.input_schema, MARKER))
        }

    def is_nesting(self, step_type: str) -> bool:
        """Tell a type whose steps have steps inside."""
        return step_type in self._keys

    def within(self, step: TypedInputs) -> Iterator[TypedInputs]:
        """Give the steps inside a step, at any depth; those that cannot be read are left out."""
        for key in self._keys.get(step.type, ()):
            inner = _read(step.inputs.get(key), (*step.path, "inputs", key))
            if inner:
                yield inner
                yield from self.within(inner)

    def effects_of(self, step: StepDefinition) -> Effects:
        """Give the effects of a step, or the gravest of what it runs inside; what nobody knows is idempotent."""
        whole = TypedInputs(step.type, step.inputs, ())
        if not self.is_nesting(step.type):
            return self._effects(whole)
        found = [whole, *self.within(whole)]
        if len(found) == 1:
            return "idempotent"  # what it runs is known only once its inputs are rendered
        return max(map(self._effects, found), key=GRAVITY.index)

    def _effects(self, step: TypedInputs) -> Effects:
        contribution = self.contributions.get(step.type)
        if contribution is None:
            return "idempotent"
        schema = contribution.input_schema or {}
        marks = marked_properties(schema, EFFECTS_MARKER)
        if not marks:
            return contribution.effects
        return written_effects(contribution.effects, marks, marked_properties(schema, "default"), step.inputs)


def marked_properties(schema: Mapping[str, Any], marker: str) -> dict[str, Any]:
    """Give the inputs of a schema that carry a marker, each with what the marker says."""
    properties = _outermost(schema).get("properties")
    if not isinstance(properties, dict):
        return {}
    marks = {key: found.get(marker) for key, found in properties.items() if isinstance(found, dict)}
    return {key: mark for key, mark in marks.items() if mark}


def _outermost(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow the reference with which schemas made from records begin."""
    reference = schema.get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#/$defs/"):
        return schema
    definitions = schema.get("$defs")
    found = definitions.get(reference.removeprefix("#/$defs/")) if isinstance(definitions, dict) else None
    return found if isinstance(found, dict) else {}


def _read(value: Any, path: DocumentPath) -> TypedInputs | None:
    if not isinstance(value, dict) or not isinstance(value.get("type"), str) or OPENING in value["type"]:
        return None
    inputs = value.get("inputs", {})
    return TypedInputs(value["type"], inputs, path) if isinstance(inputs, dict) else None
