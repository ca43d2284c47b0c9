"""Whether tools can be called, as far as their text tells."""

import ast
from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.contract_findings import (
    registered_twice,
    without_execute,
    wrong_execute,
    wrong_schema,
    wrong_tool,
)
from aetherflow.core.plugins.doctor.certainty import Fault
from aetherflow.core.plugins.doctor.class_lineage import Lineage
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.static_signature import member_problem
from aetherflow.core.plugins.line_places import whole_line
from aetherflow.core.plugins.loading.schema_check import schema_problem
from aetherflow.core.plugins.module_reading import StaticRegistration


def execute_findings(module: ModuleCode, name: str, node: ast.ClassDef, lineage: Lineage) -> Iterator[Diagnostic]:
    """Say why the tools of a class cannot be executed."""
    execute = lineage.member("execute")
    if execute.status == "missing":
        yield without_execute(name, node.name, module.span_of_name(node))
    elif execute.module and execute.function and (problem := member_problem(execute, 4)):
        yield wrong_execute(name, problem, execute.module.span_of_name(execute.function))


def parameter_findings(tool: StaticRegistration, place: Span) -> Iterator[Diagnostic]:
    """Say what is wrong with the parameters of a tool."""
    schema = tool.input_schema
    if schema is None:
        return
    if (kind := schema.get("type")) != "object":
        yield wrong_tool(tool.name, f'has parameters of type "{kind}", and they are an object', place)
    elif problem := schema_problem(schema, may_be_record=False):
        yield wrong_schema("parameters", "tool", tool.name, problem, place)


def listed_tool_faults(module: ModuleCode) -> Iterator[Fault]:
    """Give what is wrong with the tools that classes of a module list."""
    first: dict[str, int] = {}
    for each in module.reading.registrations:
        statement = _statement_at(module, each.line) if each.owner else None
        if statement is not None:
            place = whole_line(module.path, each.line)
            yield from (Fault(module, statement, finding) for finding in parameter_findings(each, place))
            if each.name in first:
                place_of_first = f"{module.path}:{first[each.name]}"
                yield Fault(module, statement, registered_twice("tool", each.name, place_of_first, place))
            first.setdefault(each.name, each.line)


def _statement_at(module: ModuleCode, line: int) -> ast.stmt | None:
    """Give the statement of the module's own level that holds a line."""
    for node in module.tree.body:
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
        if first <= line <= (node.end_lineno or node.lineno):
            return node
    return None
