"""The params of a tool that is called alone: JSON on the command line, in a file, or from standard input."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.span import DocumentPath, Span, start_of
from aetherflow.core.documents.files import read_source
from aetherflow.core.documents.reader import read_document
from aetherflow.core.documents.scalars import describe_value
from aetherflow.core.documents.source import Source, decode_source
from aetherflow.core.documents.tree import MAX_DEPTH
from aetherflow.core.documents.unique_keys import RepeatedKey, unique_keys
from aetherflow.core.runner.step_result import NotJson, json_copy
from aetherflow.core.validation.schema_problem import SchemaProblem

#: What the text on the command line, and that of standard input, are called in findings.
OPTION_NAME, STDIN_NAME = "--params", "<stdin>"
_TOO_DEEP = f"it is nested too deeply: {MAX_DEPTH} levels are the most, as in all documents"


class GivenParams(Struct, frozen=True):
    """Params as they were given, with the text that they were given as."""

    values: dict[str, Any]
    source: Source

    def refuse(self, findings: list[Diagnostic]) -> NoReturn:
        """Raise the error that shows what is wrong with them."""
        first = findings[0]
        sources = {self.source.name: self.source.text}
        raise InputError(first.message, hint=first.hint, diagnostics=findings, sources=sources)


def read_params(given: str | None, stdin: Callable[[], bytes]) -> GivenParams:
    """Read what was given: JSON, ``@FILE``, or ``-`` for standard input; raises InputError with a finding."""
    source = _source(given, stdin)
    try:
        read = json.loads(source.text, parse_constant=_no_number, object_pairs_hook=unique_keys)
        values = json_copy(_not_too_deep(read), "params")
    except json.JSONDecodeError as error:
        span = Span(source.name, error.lineno, error.colno, error.lineno, error.colno + 1)
        _refuse(source, f"{error.msg[:1].lower()}{error.msg[1:]}", span)
    except RecursionError:
        _refuse(source, _TOO_DEEP, start_of(source.name))
    except RepeatedKey as repeated:
        _refuse(source, f'"{repeated.key}" is given twice', start_of(source.name))
    except (NotJson, ValueError) as error:
        _refuse(source, str(error), start_of(source.name))
    if not isinstance(values, dict):
        _refuse(source, f"they are a mapping, found {describe_value(values)}", start_of(source.name))
    return GivenParams(values, source)


def check_params(tool: Contribution, given: GivenParams) -> None:
    """Compare params with the schema of a tool; raises InputError with all findings."""
    if tool.input_schema is None:
        return
    # deferred: 50 ms, and it is the tool's schema that asks for it
    from aetherflow.core.validation.schema_problems import SchemaJudge

    problems = SchemaJudge(tool.input_schema).problems(given.values)
    findings = [_finding(tool, problem, given) for problem in problems if problem.kind != "unusable"]
    if findings:
        given.refuse(findings)


def _source(given: str | None, stdin: Callable[[], bytes]) -> Source:
    if given is None:
        return Source(OPTION_NAME, "{}")
    if given in ("-", "@-"):
        return decode_source(STDIN_NAME, stdin())
    if given == "@":
        _refuse(Source(OPTION_NAME, given), "no file is named behind the @", start_of(OPTION_NAME))
    if given.startswith("@"):
        return read_source(given[1:], Path(given[1:]), may_be_pipe=True)
    return decode_source(OPTION_NAME, given.encode("utf-8", "surrogateescape"))


def _refuse(source: Source, problem: str, span: Span) -> NoReturn:
    finding = Diagnostic(
        code="AF-R701",
        message=f"these are no params of a tool: {problem}",
        hint=f"""write a mapping in JSON, such as {OPTION_NAME} '{{"name": "value"}}', or name a file: @params.json""",
        span=span,
    )
    GivenParams({}, source).refuse([finding])


def _not_too_deep(value: Any) -> Any:
    """Give a value that is nested no deeper than documents may be; raises RecursionError."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [inner for each in level if isinstance(each, dict | list) for inner in _items(each)]
        if not level:
            return value
    raise RecursionError


def _items(container: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return container.values() if isinstance(container, dict) else container


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _finding(tool: Contribution, problem: SchemaProblem, given: GivenParams) -> Diagnostic:
    finding = _described(tool, problem)
    is_key = problem.kind == "unknown"
    return replace(finding, span=_span(given.source, problem.path, is_key=is_key), path=problem.path)


def _described(tool: Contribution, problem: SchemaProblem) -> Diagnostic:
    code, message = "AF-F213", problem.message
    if problem.kind == "unknown":
        code = "AF-F211"
        message = f'the tool "{tool.name}" takes no param "{problem.key}"' if len(problem.path) == 1 else message
    elif problem.kind == "missing":
        code = "AF-F212"
        message = message if problem.path else f'the tool "{tool.name}" needs the param "{problem.key}"'
    return Diagnostic(code=code, message=message, label=problem.label, hint=problem.hint, severity=Severity.ERROR)


def _span(source: Source, path: DocumentPath, *, is_key: bool) -> Span:
    """Find the place of a value; JSON that the reader of documents does not follow is shown from its beginning."""
    document = read_document(source).document
    if document is None:
        return start_of(source.name)
    return document.span(path, key=is_key and isinstance(path[-1], str))
