"""A compiler is loaded, and created with its options: here the code of one plugin runs, and of no other."""

import inspect
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from aetherflow.core.contracts.compiler import WorkflowCompilerPlugin
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError, Interrupted, PluginRefused
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.span import Span
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.operations.compiling.choice import CompilerChoice
from aetherflow.core.plugins.plugin_set import PluginSet
from aetherflow.core.resolution.render import TemplateError, render
from aetherflow.core.resolution.scope import Scope
from aetherflow.core.runner.foreign_error import place_of_error, words_of


def created_compiler(
    choice: CompilerChoice, found: PluginSet, env: Mapping[str, str], options: Mapping[str, Any]
) -> WorkflowCompilerPlugin:
    """Give a compiler of its own for one use; raises InputError for its options, PluginRefused for its plugin."""
    target = _loaded(choice.contribution, found)
    if not (isinstance(target, type) and issubclass(target, WorkflowCompilerPlugin)):
        raise PluginRefused.of(_no_compiler(choice.contribution))
    compiler = made(target, {**_rendered(choice, env), **options}, choice)
    compiler.env = env
    return compiler


def made(
    target: type[WorkflowCompilerPlugin], options: Mapping[str, Any], choice: CompilerChoice
) -> WorkflowCompilerPlugin:
    """Call the class; raises InputError with its own words where it will not be made so."""
    try:
        return target(**options)
    except (KeyboardInterrupt, Interrupted):
        raise
    except BaseException as error:  # foreign code: exceptions of every kind
        raise InputError.of(_not_made(choice, error, _suggestion(target, options))) from error


def _loaded(contribution: Contribution, found: PluginSet) -> Any:
    plugin = next((each for each in found.plugins if each.source.id == contribution.plugin), None)
    if plugin is None:
        return contribution.load()  # built in, or an object of the embedding program
    # deferred: of the schemes that are built in, no plugin's code runs
    from aetherflow.core.plugins.loading.host import IN_PROCESS
    from aetherflow.core.plugins.loading.loading_plugins import load_plugins

    (load,) = load_plugins(replace(found, plugins=(plugin,)), IN_PROCESS)
    registered = load.loaded.contribution(contribution.kind, contribution.name) if load.loaded else None
    if load.error and (found.strict or registered is None):
        raise load.error
    if registered is None:
        raise PluginRefused(f'the plugin "{plugin.source.name}" does not register the compiler "{contribution.name}"')
    return registered.target


def _rendered(choice: CompilerChoice, env: Mapping[str, str]) -> dict[str, Any]:
    try:
        rendered: dict[str, Any] = render(choice.setting.options, Scope({"env": env}))
    except TemplateError as error:
        raise InputError.of(
            Diagnostic(
                code="AF-C132",
                message=f'the options of the compiler of "{choice.scheme}://" cannot be rendered: {error}',
                hint="options may read variables of the environment: `{{env.NAME}}`, `{{env.NAME:default}}`",
                span=choice.setting_span,
            )
        ) from None
    return rendered


def _suggestion(target: type[WorkflowCompilerPlugin], options: Mapping[str, Any]) -> str:
    """Ask whether an option that the class does not know is one that it knows."""
    try:
        known = inspect.signature(target).parameters
    except (TypeError, ValueError):
        return ""
    asked = (did_you_mean(option, known) for option in options if option not in known)
    return next((f"{question} " for question in asked if question), "")


def _not_made(choice: CompilerChoice, error: BaseException, suggestion: str) -> Diagnostic:
    file, line = place_of_error(error, choice.contribution)
    return Diagnostic(
        code="AF-C132",
        message=f'the compiler of "{choice.scheme}://" cannot be created with its options: {words_of(error)}',
        hint=f"{suggestion}it is made in {file}:{line}; options stand under `workflow_plugins` of plugins.yaml",
        span=choice.setting_span or Span(file, line, 1, line, 1),
    )


def _no_compiler(contribution: Contribution) -> Diagnostic:
    return Diagnostic(
        code="AF-P527",
        message=f'the compiler "{contribution.name}" is no sub-class of WorkflowCompilerPlugin',
        hint="a compiler is a sub-class of WorkflowCompilerPlugin: "
        "`compile(self, source, *, workflow_name=None, validate=True)`",
        span=Span(contribution.file, contribution.line, 1, contribution.line, 1),
    )
