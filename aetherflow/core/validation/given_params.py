"""Values given to a flow's params from outside, read by their declared types."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.flow import ParamDeclaration
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.documents.scalars import ScalarError, parse_scalar

_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


class GivenParams(msgspec.Struct, frozen=True):
    """The value of every declared param, and what is wrong with those given."""

    values: dict[str, Any]
    diagnostics: list[Diagnostic]


def resolve_params(flow: LoadedFlow, given: Mapping[str, str]) -> GivenParams:
    """Read the given texts by the declarations; defaults fill in, and what is required must be there."""
    declared = flow.definition.params
    findings = [_unknown(name, declared) for name in given if name not in declared]
    values: dict[str, Any] = {}
    for name, declaration in declared.items():
        problem = None
        if name in given:
            values[name], problem = read_param(declaration, given[name])
        elif declaration.default is not None or _has_default(flow, name):
            values[name] = declaration.default
        else:
            problem = f'param "{name}" is required'
        if problem:
            findings.append(_wrong(flow, name, problem, declaration))
    return GivenParams(values, findings)


def read_param(declaration: ParamDeclaration, text: str) -> tuple[Any, str | None]:
    """Read one text as a value of the declared type; gives the value, or None and what is wrong."""
    try:
        value = _parsed(declaration.type, text)
    except ValueError as error:
        return None, f'"{text}" is no {declaration.type}: {error}'
    return value, mismatch(declaration, value)


def changed_params_problem(
    declared: Mapping[str, ParamDeclaration], before: Mapping[str, Any], after: Mapping[str, Any]
) -> str | None:
    """Say what is wrong with params that somebody has changed as values, or give None."""
    unknown = next((name for name in after if name not in declared), None)
    if unknown is not None:
        return f'gives a param "{unknown}", which the flow does not declare'
    for name, value in before.items():
        if name not in after:
            return f'takes the param "{name}" away'
        problem = mismatch(declared[name], after[name]) if after[name] != value else None
        if problem:
            return f'gives the param "{name}" a wrong value: {problem}'
    return None


def mismatch(declaration: ParamDeclaration, value: Any) -> str | None:
    """Say how a value misses its declaration, or give None."""
    wrong_type = not isinstance(value, _PYTHON_TYPES[declaration.type])
    if wrong_type or (isinstance(value, bool) and declaration.type in ("integer", "number")):
        return f"{_shown(value)} is no {declaration.type}"
    if declaration.enum is not None and value not in declaration.enum:
        return f"{_shown(value)} is none of {', '.join(map(_shown, declaration.enum))}"
    if declaration.pattern is not None and not re.search(declaration.pattern, str(value)):
        return f"{_shown(value)} does not match {declaration.pattern}"
    return None


def _parsed(type_name: str, text: str) -> Any:
    if type_name == "string":
        return text
    if type_name in ("array", "object"):
        try:
            return msgspec.json.decode(text.encode())
        except msgspec.DecodeError as error:
            raise ValueError(f"it is not JSON ({error})") from None
    try:
        return parse_scalar(text.strip())
    except ScalarError as error:
        raise ValueError(str(error)) from None


def _shown(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _has_default(flow: LoadedFlow, name: str) -> bool:
    """Tell whether null itself is the default; a section whose name is misspelt is read, and not found here."""
    found = flow.document.data
    for part in (*flow.prefix, "params", name):
        found = found.get(part, {})
    return "default" in found


def _unknown(name: str, declared: Mapping[str, ParamDeclaration]) -> Diagnostic:
    known = ", ".join(declared) or "none"
    hint = did_you_mean(name, declared) or f"the flow declares these params: {known}"
    return Diagnostic(code="AF-F301", message=f'the flow declares no param "{name}"', hint=hint)


def _wrong(flow: LoadedFlow, name: str, problem: str, declaration: ParamDeclaration) -> Diagnostic:
    return Diagnostic(
        code="AF-F302",
        message=problem if problem.startswith("param ") else f'param "{name}": {problem}',
        hint=f"give it as --param {name}=VALUE, a value of type {declaration.type}",
        span=flow.span("params", name, key=True),
        path=("params", name),
    )
