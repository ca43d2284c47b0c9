"""Whether what a plugin registers keeps its contract, as far as its text tells; loading it tells the rest."""

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import get_args

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.effects import Effects
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.catalogue import SHARED_KINDS
from aetherflow.core.plugins.contract_findings import (
    COMPILER_METHODS,
    PLUGIN_METHODS,
    registered_twice,
    unknown_effects,
    unknown_hook,
    without_compile,
    without_connect,
    without_run,
    wrong_compiler,
    wrong_connector,
    wrong_hook,
    wrong_metadata,
    wrong_plugin,
    wrong_schema,
    wrong_step,
    wrong_tool,
)
from aetherflow.core.plugins.doctor.bindings import Function
from aetherflow.core.plugins.doctor.certainty import Fault
from aetherflow.core.plugins.doctor.class_lineage import (
    COMPILER,
    CONNECTOR,
    PLUGIN,
    TOOLS,
    Lineage,
    Member,
    lineage_of,
)
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.doctor.static_metadata import metadata_findings
from aetherflow.core.plugins.doctor.static_signature import member_problem
from aetherflow.core.plugins.doctor.static_tools import (
    execute_findings,
    function_parameters,
    listed_tool_faults,
    parameter_findings,
)
from aetherflow.core.plugins.literal_values import NotLiteral
from aetherflow.core.plugins.loading.schema_check import schema_problem
from aetherflow.core.plugins.module_reading import StaticRegistration, in_plugin

_SCHEMAS = {
    "step": ("input_schema", "output_schema"),
    "connector": ("config_schema", "options_schema"),
    "plugin": ("config_schema",),
}
Definition = Function | ast.ClassDef


def contract_faults(code: PluginCode) -> Iterator[Fault]:
    """Give what is wrong with the registered classes and functions; nothing where a base cannot be followed."""
    yield from _twice(code)
    for module in code.modules.values():
        yield from listed_tool_faults(module)
        for registration, node in _registered(code, module):
            if isinstance(node, ast.ClassDef):
                findings = _class_findings(code, module, registration, node)
            else:
                findings = _function_findings(module, registration, node)
            yield from (Fault(module, node, finding) for finding in findings)
            if registration.kind == "hook" and (finding := unknown_hook(registration.name, module.span_of_name(node))):
                yield Fault(module, node, finding)


def _registered(code: PluginCode, module: ModuleCode) -> Iterator[tuple[StaticRegistration, Definition]]:
    nodes = {
        (node.name, min([node.lineno, *(each.lineno for each in node.decorator_list)])): node
        for node in ast.walk(module.tree)
        if isinstance(node, Definition)
    }
    for registration in module.reading.registrations:
        node = nodes.get((registration.target, registration.line))
        if node is not None:
            yield in_plugin(code.source.name, registration), node


def _function_findings(module: ModuleCode, registration: StaticRegistration, node: Function) -> Iterator[Diagnostic]:
    place = module.span_of_name(node)
    if registration.kind in _NO_CLASS:
        words, base = _NO_CLASS[registration.kind]
        yield words(registration.name, f"is no sub-class of {base}", place)
    elif problem := member_problem(Member("there", module, node), 2):
        if registration.kind == "step":
            yield wrong_step(registration.name, f"is not {registration.name}(ctx, inputs): {problem}", place)
        elif registration.kind == "hook":
            yield wrong_hook(registration.name, f"is not f(data, ctx): {problem}", place)
        elif registration.kind == "tool":
            yield wrong_tool(registration.name, f"is not f(params, ctx): {problem}", place)
    if registration.kind == "tool":
        yield from parameter_findings(registration, function_parameters(module, node), place)
    elif registration.kind == "step":
        yield from _given_findings(module, registration, node)


def _given_findings(module: ModuleCode, registration: StaticRegistration, node: Function) -> Iterator[Diagnostic]:
    """Say what is wrong with what a function is given below it: `greet.input_schema = {…}`."""
    given = module.names.set_later
    for attribute in _SCHEMAS["step"]:
        member = Member("there", module, value=given.get((node.name, attribute)))
        yield from _schema_findings(registration, attribute, member)
    yield from _effects_findings(registration.name, Member("there", module, value=given.get((node.name, "effects"))))


_NO_CLASS: Mapping[str, tuple[Callable[[str, str, Span], Diagnostic], str]] = {
    "connector": (wrong_connector, "ConnectorBase"),
    "plugin": (wrong_plugin, "BasePlugin"),
    "compiler": (wrong_compiler, "WorkflowCompilerPlugin"),
}


def _class_findings(
    code: PluginCode, module: ModuleCode, registration: StaticRegistration, node: ast.ClassDef
) -> Iterator[Diagnostic]:
    lineage = lineage_of(code, module, node)
    if registration.kind == "step":
        yield from _step_findings(module, registration.name, node, lineage)
    elif registration.kind == "connector":
        yield from _connector_findings(module, registration.name, node, lineage)
    elif registration.kind == "plugin":
        yield from _plugin_findings(module, registration.name, node, lineage)
    elif registration.kind == "compiler":
        yield from _compiler_findings(module, registration.name, node, lineage)
    elif registration.kind == "hook":
        yield wrong_hook(registration.name, "is a class, and no function", module.span_of_name(node))
    elif registration.kind == "tool" and not registration.owner:
        yield wrong_tool(registration.name, "is a class, and no function", module.span_of_name(node))
    for attribute in _SCHEMAS.get(registration.kind, ()):
        yield from _schema_findings(registration, attribute, lineage.member(attribute))


def _step_findings(module: ModuleCode, name: str, node: ast.ClassDef, lineage: Lineage) -> Iterator[Diagnostic]:
    place = module.span_of_name(node)
    run = lineage.member("run")
    if run.status == "missing":
        yield without_run(name, node.name, place)
        return
    if run.module and run.function and (problem := member_problem(run, 3)):
        place_of_run = run.module.span_of_name(run.function)
        yield wrong_step(name, f"has a run that is not run(self, ctx, inputs): {problem}", place_of_run)
    if problem := member_problem(lineage.member("__init__"), 1):
        yield wrong_step(name, f"cannot be created without arguments: {problem}", place)
    yield from _effects_findings(name, lineage.member("effects"))


def _effects_findings(name: str, effects: Member) -> Iterator[Diagnostic]:
    word = effects.module.literal_text(effects.value) if effects.module else None
    if effects.module and effects.value is not None and word is not None and word not in get_args(Effects):
        yield unknown_effects(name, word, effects.module.span_of(effects.value))


def _connector_findings(module: ModuleCode, name: str, node: ast.ClassDef, lineage: Lineage) -> Iterator[Diagnostic]:
    place = module.span_of_name(node)
    if CONNECTOR not in lineage.known:
        if lineage.is_whole:
            yield wrong_connector(name, "is no sub-class of ConnectorBase", place)
        return
    connect, create = lineage.member("connect"), lineage.member("__init__")
    if connect.status == "missing":
        yield without_connect(name, node.name, place)
    elif connect.module and connect.function and (problem := member_problem(connect, 1)):
        place_of_it = connect.module.span_of_name(connect.function)
        yield wrong_connector(name, f"has a connect that is not connect(self): {problem}", place_of_it)
    if create.module and create.function and (problem := member_problem(create, 1, config={}, options={})):
        wanted = "cannot be created with config and options as keywords"
        yield wrong_connector(name, f"{wanted}: {problem}", create.module.span_of_name(create.function))
    if connect.status == "there" and lineage.member("close").status == "missing":
        yield Diagnostic(
            code="AF-P533",
            severity=Severity.NOTE,
            message=f'the connector "{name}" has no close: what connect opens stays open until the process ends',
            hint="define `def close(self):`, unless there is nothing to let go of",
            span=place,
        )


def _plugin_findings(module: ModuleCode, name: str, node: ast.ClassDef, lineage: Lineage) -> Iterator[Diagnostic]:
    place = module.span_of_name(node)
    is_of_tools = TOOLS in lineage.known
    if PLUGIN not in lineage.known and not is_of_tools:
        if lineage.is_whole:
            yield wrong_plugin(name, "is no sub-class of BasePlugin", place)
        return
    create = lineage.member("__init__")
    if problem := member_problem(create, 1):
        yield wrong_plugin(name, f"cannot be created without arguments: {problem}", place)
    for method, arguments in PLUGIN_METHODS.items():
        member = lineage.member(method)
        if member.module and member.function and (problem := member_problem(member, len(arguments) + 1)):
            words = f"has {method} that is not {method}({', '.join(('self', *arguments))}): {problem}"
            yield wrong_plugin(name, words, member.module.span_of_name(member.function))
    if is_of_tools:
        yield from execute_findings(module, name, node, lineage)
    elif lineage.member("metadata").status == "missing" and create.status == "missing":
        yield wrong_metadata(name, f"has no metadata: the class {node.name} defines none", place)
    else:
        yield from metadata_findings(name, lineage.member("metadata"))


def _compiler_findings(module: ModuleCode, name: str, node: ast.ClassDef, lineage: Lineage) -> Iterator[Diagnostic]:
    place = module.span_of_name(node)
    if COMPILER not in lineage.known:
        if lineage.is_whole:
            yield wrong_compiler(name, "is no sub-class of WorkflowCompilerPlugin", place)
        return
    compile_ = lineage.member("compile")
    if compile_.status == "missing":
        yield without_compile(name, node.name, place)
    elif problem := member_problem(compile_, 2, workflow_name=None, validate=True):
        words = f"has a compile that is not compile(self, source, *, workflow_name=None, validate=True): {problem}"
        yield wrong_compiler(name, words, _place_of(compile_, place))
    for method, arguments in COMPILER_METHODS.items():
        member = lineage.member(method)
        if problem := member_problem(member, len(arguments) + 1):
            words = f"has {method} that is not {method}({', '.join(('self', *arguments))}): {problem}"
            yield wrong_compiler(name, words, _place_of(member, place))


def _place_of(member: Member, otherwise: Span) -> Span:
    return member.module.span_of_name(member.function) if member.module and member.function else otherwise


def _schema_findings(registration: StaticRegistration, attribute: str, member: Member) -> Iterator[Diagnostic]:
    if member.module is None or member.value is None:
        return
    try:
        schema = member.module.names.literals.value(member.value)
    except (NotLiteral, RecursionError):
        return
    problem = schema_problem(schema, may_be_record=False) if schema is not None else None
    if problem:
        place = member.module.span_of(member.value)
        yield wrong_schema(attribute, registration.kind, registration.name, problem, place)


def _twice(code: PluginCode) -> Iterator[Fault]:
    """Give names that are registered in two places; of two branches only one may run."""
    first: dict[tuple[str, str], str] = {}
    for module in code.modules.values():
        for registration, node in _registered(code, module) if module.name in code.at_import else ():
            place = module.span_of_name(node)
            key = (registration.kind, registration.name)
            here = f"{module.path}:{place.line}"
            if key[0] not in SHARED_KINDS and node in module.tree.body and first.setdefault(key, here) != here:
                yield Fault(module, node, registered_twice(*key, first[key], place))
