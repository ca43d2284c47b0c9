"""Whether what a plugin registers keeps its contract: the shape of classes and functions, seen without calling them."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

from msgspec.structs import replace

from aetherflow.core.contracts.compiler import WorkflowCompilerPlugin
from aetherflow.core.contracts.connector import ConnectorBase
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.effects import Effects
from aetherflow.core.contracts.metadata import PluginMetadata
from aetherflow.core.contracts.plugin import BasePlugin
from aetherflow.core.contracts.span import Span
from aetherflow.core.contracts.step import Step
from aetherflow.core.contracts.tool import BaseToolPlugin
from aetherflow.core.plugins.catalogue import SHARED_KINDS
from aetherflow.core.plugins.compatibility import API_VERSION, is_api_left_out, other_api
from aetherflow.core.plugins.contract_findings import (
    COMPILER_METHODS,
    PLUGIN_METHODS,
    registered_twice,
    unknown_effects,
    unknown_hook,
    without_compile,
    without_connect,
    without_execute,
    without_run,
    wrong_compiler,
    wrong_connector,
    wrong_execute,
    wrong_hook,
    wrong_metadata,
    wrong_name,
    wrong_plugin,
    wrong_schema,
    wrong_step,
    wrong_tool,
)
from aetherflow.core.plugins.loading.findings import definition_span, line_span
from aetherflow.core.plugins.loading.mounted_plugin import MountedPlugin, Registered
from aetherflow.core.plugins.loading.schema_check import schema_problem
from aetherflow.core.plugins.tool_definitions import NoDefinition, own_definition
from aetherflow.core.plugins.tool_names import call_schema


def broken_contracts(plugin: MountedPlugin, registered: list[Registered]) -> Iterator[tuple[Registered, Diagnostic]]:
    """Give everything that is wrong with what a plugin registered."""
    first: dict[tuple[str, str], Registered] = {}
    for each in registered:
        known = first.setdefault((each.kind, each.name), each)
        if known is not each and each.kind not in SHARED_KINDS:
            first_place = _definition(plugin, known)
            first_line = f"{first_place.file}:{first_place.line}"
            yield each, registered_twice(each.kind, each.name, first_line, _definition(plugin, each))
        if finding := wrong_name(each.kind, each.name, line_span(plugin, each.file, each.line)):
            yield each, finding  # the decorators refuse it, but marks can be made without them
        yield from ((each, _at_definition(plugin, finding)) for finding in _findings(plugin, each))


def _at_definition(plugin: MountedPlugin, finding: Diagnostic) -> Diagnostic:
    """Point at the name of a class or function, as reading the text does, in the place of its first decorator."""
    return replace(finding, span=definition_span(plugin, finding.span)) if finding.span else finding


def _definition(plugin: MountedPlugin, each: Registered) -> Span:
    return definition_span(plugin, line_span(plugin, each.file, each.line))


def _findings(plugin: MountedPlugin, each: Registered) -> list[Diagnostic]:
    place = line_span(plugin, each.file, each.line)
    find = _FINDINGS.get(each.kind)
    try:
        return list(find(plugin, each, place)) if find else []
    except Exception as error:  # noqa: BLE001  # to look at an attribute can run foreign code: descriptors, metaclasses
        return [_not_to_be_seen(each, error, place)]


def _step_findings(plugin: MountedPlugin, each: Registered, place: Span) -> Iterator[Diagnostic]:
    target = each.target
    if isinstance(target, type):
        yield from _step_class_findings(plugin, each, target, place)
    elif problem := _call_problem(target, 2):
        yield wrong_step(each.name, f"is not {each.name}(ctx, inputs): {problem}", place)
    effects = getattr(target, "effects", "idempotent")
    if effects not in get_args(Effects):
        yield unknown_effects(each.name, effects, place)
    yield from _schema_findings(each, ("input_schema", "output_schema"), place)


def _step_class_findings(plugin: MountedPlugin, each: Registered, target: type, place: Span) -> Iterator[Diagnostic]:
    run = getattr(target, "run", None)
    if run is None or run is Step.run or not callable(run):
        yield without_run(each.name, target.__name__, place)
        return
    if problem := _call_problem(run, 2 if _is_bound(target, "run") else 3):
        yield wrong_step(
            each.name, f"has a run that is not run(self, ctx, inputs): {problem}", _place_of(plugin, run, place)
        )
    if problem := _call_problem(target, 0):
        yield wrong_step(each.name, f"cannot be created without arguments: {problem}", place)


def _connector_findings(plugin: MountedPlugin, each: Registered, place: Span) -> Iterator[Diagnostic]:
    target = each.target
    if not isinstance(target, type) or not issubclass(target, ConnectorBase):
        yield wrong_connector(each.name, "is no sub-class of ConnectorBase", place)
        return
    if target.connect is ConnectorBase.connect:
        yield without_connect(each.name, target.__name__, place)
    elif problem := _call_problem(target.connect, 0 if _is_bound(target, "connect") else 1):
        place_of_it = _place_of(plugin, target.connect, place)
        yield wrong_connector(each.name, f"has a connect that is not connect(self): {problem}", place_of_it)
    if problem := _call_problem(target, 0, config={}, options={}):
        wanted = "cannot be created with config and options as keywords"
        yield wrong_connector(each.name, f"{wanted}: {problem}", _place_of(plugin, target.__init__, place))
    yield from _schema_findings(each, ("config_schema", "options_schema"), place)


def _hook_findings(plugin: MountedPlugin, each: Registered, place: Span) -> Iterator[Diagnostic]:
    if finding := unknown_hook(each.name, place):
        yield finding
    if isinstance(each.target, type):
        yield wrong_hook(each.name, "is a class, and no function", place)
    elif problem := _call_problem(each.target, 2):
        yield wrong_hook(each.name, f"is not f(data, ctx): {problem}", place)


def _compiler_findings(plugin: MountedPlugin, each: Registered, place: Span) -> Iterator[Diagnostic]:
    target = each.target
    if not isinstance(target, type) or not issubclass(target, WorkflowCompilerPlugin):
        yield wrong_compiler(each.name, "is no sub-class of WorkflowCompilerPlugin", place)
        return
    yield from (wrong_compiler(each.name, problem, place) for problem in _scheme_problems(each.name, target))
    if target.compile is WorkflowCompilerPlugin.compile:
        yield without_compile(each.name, target.__name__, place)
    elif problem := _call_problem(target.compile, 2 - _is_bound(target, "compile"), workflow_name=None, validate=True):
        words = f"has a compile that is not compile(self, source, *, workflow_name=None, validate=True): {problem}"
        yield wrong_compiler(each.name, words, _place_of(plugin, target.compile, place))
    for name, arguments in COMPILER_METHODS.items():
        method = getattr(target, name)
        if problem := _call_problem(method, len(arguments) + (not _is_bound(target, name))):
            words = f"has {name} that is not {name}({', '.join(('self', *arguments))}): {problem}"
            yield wrong_compiler(each.name, words, _place_of(plugin, method, place))


def _scheme_problems(name: str, target: type[WorkflowCompilerPlugin]) -> Iterator[str]:
    schemes = target.supported_schemes
    if not isinstance(schemes, list | tuple) or not all(isinstance(scheme, str) for scheme in schemes):
        yield f"has supported_schemes that are no list of texts: {schemes!r}"
    elif schemes and name.lower() not in [scheme.lower() for scheme in schemes]:
        yield f"is registered for a scheme that its supported_schemes leave out: {', '.join(schemes)}"


def _plugin_findings(plugin: MountedPlugin, each: Registered, place: Span) -> Iterator[Diagnostic]:
    target = each.target
    if not isinstance(target, type) or not issubclass(target, BasePlugin):
        yield wrong_plugin(each.name, "is no sub-class of BasePlugin", place)
        return
    if problem := _call_problem(target, 0):
        yield wrong_plugin(each.name, f"cannot be created without arguments: {problem}", place)
    for name, arguments in PLUGIN_METHODS.items():
        method = getattr(target, name)
        if problem := _call_problem(method, len(arguments) + (not _is_bound(target, name))):
            shape = ", ".join(("self", *arguments))
            words = f"has {name} that is not {name}({shape}): {problem}"
            yield wrong_plugin(each.name, words, _place_of(plugin, method, place))
    yield from _schema_findings(each, ("config_schema",), place)
    if issubclass(target, BaseToolPlugin):
        yield from _execute_findings(plugin, each, place)
    yield from _metadata_findings(each, target, place)


def _metadata_findings(each: Registered, target: type[BasePlugin], place: Span) -> Iterator[Diagnostic]:
    metadata = inspect.getattr_static(target, "metadata", None)
    if metadata is None and target.__init__ is object.__init__ and not issubclass(target, BaseToolPlugin):
        yield wrong_metadata(each.name, f"has no metadata: the class {target.__name__} defines none", place)
    elif metadata is not None and not isinstance(metadata, PluginMetadata) and not hasattr(metadata, "__get__"):
        yield wrong_metadata(each.name, f"has metadata of type {type(metadata).__name__}", place)
    elif isinstance(metadata, PluginMetadata) and is_api_left_out(metadata.compatible_versions, API_VERSION):
        yield other_api(each.name, metadata.compatible_versions, API_VERSION, place)


def _execute_findings(plugin: MountedPlugin, each: Registered, place: Span) -> Iterator[Diagnostic]:
    execute = each.target.execute
    if execute is BaseToolPlugin.execute:
        yield without_execute(each.name, each.target.__name__, place)
    elif problem := _call_problem(execute, 4 - _is_bound(each.target, "execute")):
        yield wrong_execute(each.name, problem, _place_of(plugin, execute, place))


def _tool_findings(plugin: MountedPlugin, each: Registered, place: Span) -> Iterator[Diagnostic]:
    if not each.owner:
        if isinstance(each.target, type):
            yield wrong_tool(each.name, "is a class, and no function", place)
        elif problem := _call_problem(each.target, 2):
            yield wrong_tool(each.name, f"is not f(params, ctx): {problem}", place)
    if each.tool is not None:
        try:
            schema = call_schema(own_definition(each.tool).parameters)
        except NoDefinition as problem:
            yield wrong_tool(each.name, str(problem), place)
        else:
            if wrong := schema_problem(schema, may_be_record=False):
                yield wrong_schema("parameters", each.kind, each.name, wrong, place)


def _schema_findings(each: Registered, attributes: tuple[str, ...], place: Span) -> Iterator[Diagnostic]:
    for attribute in attributes:
        schema = getattr(each.target, attribute, None)
        problem = schema_problem(schema, may_be_record=attribute == "input_schema") if schema is not None else None
        if problem:
            yield wrong_schema(attribute, each.kind, each.name, problem, place)


def _call_problem(target: Callable[..., Any], positional: int, **keywords: Any) -> str | None:
    """Say why a callable cannot be called with so many positional arguments and these keywords."""
    if inspect.isgeneratorfunction(target) or inspect.isasyncgenfunction(target):
        return "it yields, and must return"
    if inspect.isabstract(target):
        return f"it leaves {', '.join(sorted(getattr(target, '__abstractmethods__', ())))} abstract"
    try:
        inspect.signature(target).bind(*range(positional), **keywords)
    except TypeError as mismatch:
        return str(mismatch)
    except Exception:  # noqa: BLE001  # a callable without a signature (written in C), or one whose signature is foreign code
        return None
    return None


def _is_bound(target: type, name: str) -> bool:
    """Tell a static or class method: it takes no self."""
    return isinstance(inspect.getattr_static(target, name), staticmethod | classmethod)


def _place_of(plugin: MountedPlugin, function: Any, otherwise: Span) -> Span:
    """Give the line of a function where it is the plugin's own, not one that the class has inherited."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return (
        line_span(plugin, code.co_filename, code.co_firstlineno)
        if code and plugin.owns(code.co_filename)
        else otherwise
    )


_Find = Callable[[MountedPlugin, Registered, Span], Iterator[Diagnostic]]
_FINDINGS: Mapping[str, _Find] = {
    "step": _step_findings,
    "connector": _connector_findings,
    "compiler": _compiler_findings,
    "hook": _hook_findings,
    "plugin": _plugin_findings,
    "tool": _tool_findings,
}


def _not_to_be_seen(each: Registered, error: Exception, place: Span) -> Diagnostic:
    return Diagnostic(
        code="AF-P517",
        message=f'the {each.kind} "{each.name}" cannot be looked at: an attribute of it raises {type(error).__name__}',
        hint="let `run`, `connect`, `compile`, `effects` and the schemas be plain attributes of the class",
        span=place,
    )
