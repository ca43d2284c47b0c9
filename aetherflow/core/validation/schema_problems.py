"""Checks values against a JSON Schema where some of their leaves are templates, and says what is wrong in plain words.

A string that is one token may turn out to be of any type; one with a token among other text is a string whose
characters are not known yet.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.diagnostics.link_words import without_links
from aetherflow.core.diagnostics.suggestion import did_you_mean, nearest
from aetherflow.core.documents.scalars import describe_value
from aetherflow.core.documents.structure_words import shown_place
from aetherflow.core.resolution.tokens import OPENING
from aetherflow.core.validation.schema_problem import SchemaProblem
from aetherflow.core.validation.schema_words import bounds_problem, expected_by
from aetherflow.core.validation.unusable_schema import why_unusable
from aetherflow.core.validation.uses import is_single_token

#: jsonschema's ValidationError, which is never imported where nothing is wrong.
SchemaError = Any

_LONGEST_MESSAGE = 200
#: Keywords that judge a container by its members' values, which are not known where one of them is a template.
_LOOKS_INSIDE = frozenset(["uniqueItems", "contains", "enum", "const", "not", "oneOf", "if", "dependentSchemas"])


class SchemaJudge:
    """Judges values by one schema, which is made ready once."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        # deferred: 50 ms, only wanted when something is wrong
        from jsonschema import Draft202012Validator
        from referencing import Registry

        # An empty registry: a schema that points into the network is never fetched.
        self._schema = schema
        self._validator = Draft202012Validator(schema, registry=Registry())

    def problems(self, value: Any) -> list[SchemaProblem]:
        """Give every departure of a value from the schema, in the order in which the schema finds them."""
        try:
            errors = list(_without_templates(self._validator.iter_errors(value)))
        except Exception as error:  # noqa: BLE001  # a plugin's schema: whatever is wrong in it can raise anything
            return [SchemaProblem(kind="unusable", path=(), message=why_unusable(self._schema, error))]
        return _without_echoes(dict.fromkeys(problem for error in errors for problem in _translated(error)))


def _without_echoes(problems: Iterable[SchemaProblem]) -> list[SchemaProblem]:
    """Leave out missing keys that are there, only misspelt: one mistake is one finding."""
    found = list(problems)
    meant = {(problem.path[:-1], problem.meant) for problem in found if problem.kind == "unknown"}
    return [problem for problem in found if problem.kind != "missing" or (problem.path, problem.key) not in meant]


def _without_templates(errors: Iterable[SchemaError]) -> Iterator[SchemaError]:
    """Leave out what may come right once templates are rendered."""
    return (error for error in errors if not _may_come_right(error))


def _may_come_right(error: SchemaError) -> bool:
    value = error.instance
    if isinstance(value, str):
        has_token = OPENING in value
        return has_token and (error.validator != "type" or is_single_token(value)) and not _is_anyway_wrong(error)
    if error.validator == "anyOf":
        return any(not list(_without_templates(branch)) for branch in _branches(error))
    return error.validator in _LOOKS_INSIDE and _holds_token(value)


def _is_anyway_wrong(error: SchemaError) -> bool:
    """Tell a string with a token inside, of which no alternative takes a string at all."""
    if error.validator != "anyOf" or is_single_token(error.instance):
        return False
    return all(any(inner.validator == "type" for inner in branch) for branch in _branches(error))


def _holds_token(value: Any) -> bool:
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, str) and OPENING in current:
            return True
        if isinstance(current, dict | list):
            pending.extend(current.values() if isinstance(current, dict) else current)
    return False


def _branches(error: SchemaError) -> list[list[SchemaError]]:
    """Give the errors of each alternative."""
    branches: dict[Any, list[SchemaError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    return list(branches.values())


def _translated(error: SchemaError) -> Iterator[SchemaProblem]:
    path = tuple(error.absolute_path)
    match error.validator:
        case "additionalProperties" if error.validator_value is False:
            yield from _unknown_keys(error, path)
        case "required":
            yield from _missing_keys(error, path)
        case "anyOf" | "oneOf" if error.context:
            yield from _no_alternative(error, path)
        case _:
            yield _wrong_value(error, path)


def _unknown_keys(error: SchemaError, path: DocumentPath) -> Iterator[SchemaProblem]:
    allowed = error.schema.get("properties", {})
    for key in error.instance:
        if key not in allowed:
            meant = nearest(str(key), allowed)
            yield SchemaProblem(
                kind="unknown",
                path=(*path, key),
                key=key,
                meant=meant,
                message=f'unknown key "{key}" in {shown_place(path)}',
                label=f'did you mean "{meant}"?' if meant else None,
                hint=f"allowed here: {', '.join(allowed)}" if allowed else "nothing is allowed here",
            )


def _missing_keys(error: SchemaError, path: DocumentPath) -> Iterator[SchemaProblem]:
    properties = error.schema.get("properties", {})
    for key in error.validator_value:
        if key not in error.instance:
            description = properties.get(key, {}).get("description")
            yield SchemaProblem(
                kind="missing",
                path=path,
                key=key,
                message=f'{shown_place(path)} has no "{key}"',
                hint=f'add "{key}"' + (f": {_as_remark(description)}" if isinstance(description, str) else ""),
            )


def _as_remark(description: str) -> str:
    words = without_links(description)
    return words[:1].lower() + words[1:].rstrip(".")


def _no_alternative(error: SchemaError, path: DocumentPath) -> Iterator[SchemaProblem]:
    """Speak of the alternative that the value's own type points to; of all where none does."""
    near = [
        branch for branch in _branches(error) if not any(e.validator == "type" and not e.relative_path for e in branch)
    ]
    if near:
        for inner in _without_templates(near[0]):
            yield from _translated(inner)
    else:
        yield _wrong_type(error.instance, expected_by(error.schema), path)


def _wrong_value(error: SchemaError, path: DocumentPath) -> SchemaProblem:
    if error.validator == "type":
        return _wrong_type(error.instance, expected_by(error.schema), path)
    if error.validator in ("enum", "const"):
        return _no_such_choice(error, path)
    problem = bounds_problem(error.validator, error.validator_value, error.instance)
    message = problem or f"does not fit: {error.message}"[:_LONGEST_MESSAGE]
    return SchemaProblem(kind="wrong", path=path, message=f"{shown_place(path)} {message}")


def _wrong_type(value: Any, wanted: str, path: DocumentPath) -> SchemaProblem:
    message = f"{shown_place(path)} must be {wanted}, found {describe_value(value)}"
    return SchemaProblem(kind="wrong", path=path, message=message, hint=_advice(value, wanted))


def _advice(value: Any, wanted: str) -> str | None:
    if "a string" in wanted and isinstance(value, bool | int | float):
        return "put it in quotes"
    if isinstance(value, str) and value.replace(".", "", 1).isdigit() and ("number" in wanted or "integer" in wanted):
        return "remove the quotes"
    return "give it a value, or remove the key" if value is None else None


def _no_such_choice(error: SchemaError, path: DocumentPath) -> SchemaProblem:
    choices = error.validator_value if error.validator == "enum" else [error.validator_value]
    words = ["null" if choice is None else str(choice) for choice in choices]
    value = error.instance
    shown = describe_value(value) if isinstance(value, dict | list) else f'"{value}"'
    return SchemaProblem(
        kind="wrong",
        path=path,
        message=f"{shown_place(path)} cannot be {shown}",
        label=did_you_mean(value, words) if isinstance(value, str) else None,
        hint=f"write one of: {', '.join(words)}",
    )
