"""Declarations of params: that a default, an enum and a pattern agree with the type and with each other."""

import re
import warnings
from collections.abc import Iterator

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.documents.flow import ParamDeclaration
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.validation.given_params import mismatch
from aetherflow.core.validation.pointing import at_value

_LONGEST_PATTERN = 1000  # characters


def param_findings(flow: LoadedFlow) -> Iterator[Diagnostic]:
    """Find declarations that contradict themselves."""
    for name, declaration in flow.definition.params.items():
        yield from _enum_findings(flow, name, declaration)
        pattern = _pattern_finding(name, declaration)
        if pattern:
            yield at_value(flow, ("params", name, "pattern"), pattern)
            declaration = replace(declaration, pattern=None)
        yield from _default_findings(flow, name, declaration)


def _enum_findings(flow: LoadedFlow, name: str, declaration: ParamDeclaration) -> Iterator[Diagnostic]:
    plain = ParamDeclaration(type=declaration.type)
    for place, value in enumerate(declaration.enum or ()):
        problem = mismatch(plain, value)
        if problem:
            finding = Diagnostic(
                code="AF-F312",
                message=f'param "{name}" can never have this value: {problem}',
                hint=f"write a value of type {declaration.type}, or change the type",
            )
            yield at_value(flow, ("params", name, "enum", place), finding)


def _default_findings(flow: LoadedFlow, name: str, declaration: ParamDeclaration) -> Iterator[Diagnostic]:
    problem = None if declaration.default is None else mismatch(declaration, declaration.default)
    if problem:
        finding = Diagnostic(
            code="AF-F311",
            message=f'the default of param "{name}" does not fit its declaration: {problem}',
            hint="a default must be a value that --param could give as well",
        )
        yield at_value(flow, ("params", name, "default"), finding)


def _pattern_finding(name: str, declaration: ParamDeclaration) -> Diagnostic | None:
    if declaration.pattern is None:
        return None
    problem = pattern_problem(declaration.pattern)
    if problem:
        return Diagnostic(
            code="AF-F313",
            message=f'the pattern of param "{name}" is no regular expression: {problem}',
            hint="patterns are Python regular expressions; in YAML put them in single quotes",
        )
    if declaration.type != "string":
        return Diagnostic(
            code="AF-F314",
            severity=Severity.WARNING,
            message=f'param "{name}" has a pattern, but is of type {declaration.type}',
            hint="patterns are for strings: use enum, or remove it",
        )
    return None


def pattern_problem(pattern: str) -> str | None:
    """Say why a text cannot be used as a regular expression, or give None."""
    if len(pattern) > _LONGEST_PATTERN:
        return f"it is longer than {_LONGEST_PATTERN} characters"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about syntax that Python may read otherwise one day
            re.compile(pattern)
    except re.error as error:
        return str(error)
    except (OverflowError, RecursionError):
        return "it is too large"
    return None
