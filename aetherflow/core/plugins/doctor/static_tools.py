"""Whether tools can be called, as far as their text tells."""

import ast
from collections.abc import Iterator, Mapping

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.class_attributes import last_name
from aetherflow.core.plugins.contract_findings import (
    registered_twice,
    without_execute,
    wrong_execute,
    wrong_schema,
    wrong_tool,
    wrong_tools,
)
from aetherflow.core.plugins.doctor.bindings import Function
from aetherflow.core.plugins.doctor.certainty import Fault
from aetherflow.core.plugins.doctor.class_lineage import Lineage, Member
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.static_signature import member_problem
from aetherflow.core.plugins.line_places import whole_line
from aetherflow.core.plugins.loading.schema_check import schema_problem
from aetherflow.core.plugins.module_reading import StaticRegistration
from aetherflow.core.plugins.tool_names import tool_step_type
from aetherflow.core.plugins.tool_reading import given_back, given_fields


def execute_findings(module: ModuleCode, name: str, node: ast.ClassDef, lineage: Lineage) -> Iterator[Diagnostic]:
    """Say why the tools of a class cannot be executed."""
    execute = lineage.member("execute")
    if execute.status == "missing":
        yield without_execute(name, node.name, module.span_of_name(node))
    elif execute.module and execute.function and (problem := member_problem(execute, 4)):
        yield wrong_execute(name, problem, execute.module.span_of_name(execute.function))
    elif problem := _listing_problem(lineage.member("tools")):
        yield wrong_tools(name, problem, module.span_of_name(node))


def _listing_problem(tools: Member) -> str | None:
    """Say what of a list that is written as such can be no tool."""
    listed = given_back(tools.function) if tools.function else tools.value
    if isinstance(listed, ast.List | ast.Tuple):
        for number, element in enumerate(listed.elts, start=1):
            if kind := _literal_type(element):
                return f"has a value of type {kind} among its tools, as number {number}"
        return None
    kind = _literal_type(listed)
    return f"has tools of type {kind}: they are a list of ToolDefinition" if kind else None


def _literal_type(node: ast.expr | None) -> str | None:
    """Name the type of a literal; None for what only running the code tells."""
    if isinstance(node, ast.Constant):
        return type(node.value).__name__
    return next((name for kind, name in _DISPLAYS.items() if isinstance(node, kind)), None)


_DISPLAYS: Mapping[type[ast.expr], str] = {ast.Dict: "dict", ast.List: "list", ast.Tuple: "tuple", ast.Set: "set"}


def parameter_findings(tool: StaticRegistration, written: ast.expr | None, place: Span) -> Iterator[Diagnostic]:
    """Say what is wrong with the parameters of a tool; ``written`` is the expression that gives them."""
    schema = tool.input_schema
    if schema is None:
        if (kind := _literal_type(written)) not in (None, "dict"):
            yield wrong_tool(tool.name, f"has parameters of type {kind}, and no mapping", place)
        return
    if (kind := schema.get("type")) != "object":
        yield wrong_tool(tool.name, f'has parameters of type "{kind}", and they are an object', place)
    elif problem := schema_problem(schema, may_be_record=False):
        yield wrong_schema("parameters", "tool", tool.name, problem, place)


def listed_tool_faults(module: ModuleCode) -> Iterator[Fault]:
    """Give what is wrong with the tools that classes of a module list."""
    first: dict[str, int] = {}
    written = dict(_written_parameters(module)) if any(each.owner for each in module.reading.registrations) else {}
    for each in module.reading.registrations:
        statement = _statement_at(module, each.line) if each.owner else None
        if statement is not None:
            place = whole_line(module.path, each.line)
            parameters = written.get((each.line, each.name.removeprefix(tool_step_type(each.owner, ""))))
            findings = parameter_findings(each, parameters, place)
            yield from (Fault(module, statement, finding) for finding in findings)
            if each.name in first:
                place_of_first = f"{module.path}:{first[each.name]}"
                yield Fault(module, statement, registered_twice("tool", each.name, place_of_first, place))
            first.setdefault(each.name, each.line)


def function_parameters(module: ModuleCode, node: Function) -> ast.expr | None:
    """Give the expression of the parameters under `register_tool`; None where there is none, or it is None."""
    calls = (each for each in node.decorator_list if isinstance(each, ast.Call))
    found = (keyword.value for call in calls for keyword in call.keywords if keyword.arg == "parameters")
    written = next(found, None)
    return None if isinstance(written, ast.Constant) and written.value is None else written


def _written_parameters(module: ModuleCode) -> Iterator[tuple[tuple[int, str | None], ast.expr]]:
    for call in ast.walk(module.tree):
        if isinstance(call, ast.Call) and last_name(call.func) == "ToolDefinition":
            given = given_fields(call)
            if "parameters" in given:
                yield (call.lineno, module.literal_text(given.get("name"))), given["parameters"]


def _statement_at(module: ModuleCode, line: int) -> ast.stmt | None:
    """Give the statement of the module's own level that holds a line."""
    for node in module.tree.body:
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
        if first <= line <= (node.end_lineno or node.lineno):
            return node
    return None
