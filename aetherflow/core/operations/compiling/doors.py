"""The doors of `aetherflow.core.api` for compilers: created for programs, and what they fetch with."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aetherflow.core.compilers.fetch_order import Fetch
from aetherflow.core.compilers.fetching import fetched_text
from aetherflow.core.compilers.uri import FlowUri, uri_of
from aetherflow.core.contracts.compiler import WorkflowCompilerPlugin
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.names import name_hint, name_problem
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.remote_text import RemoteText
from aetherflow.core.operations.arguments import check_arguments
from aetherflow.core.operations.compiling.choice import CompilerChoice, choose_compiler
from aetherflow.core.operations.compiling.created import created_compiler, made
from aetherflow.core.operations.plugin_ground import plugin_ground
from aetherflow.core.operations.plugin_surroundings import gathered
from aetherflow.core.operations.requests import SurroundingsRequest

PluginClass = type[WorkflowCompilerPlugin]


def create_compiler(
    uri: str,
    plugin_class: PluginClass | None,
    options: Mapping[str, Any],
    env: Mapping[str, str] | None,
    plugin_paths: Sequence[str | Path],
) -> WorkflowCompilerPlugin:
    """Create a compiler; see `aetherflow.core.api.create_compiler`."""
    check_arguments(uri=uri, plugin_class=plugin_class, plugin_options=options, env=env, plugin_paths=plugin_paths)
    environ = dict(os.environ) if env is None else env
    if plugin_class is not None:
        compiler = made(plugin_class, options, CompilerChoice(scheme=scheme_of(uri), contribution=_given(plugin_class)))
        compiler.env = environ
        return compiler
    named = uri_of(uri) or FlowUri(scheme_of(uri), uri, uri)
    request = SurroundingsRequest(environ=environ, plugin_paths=tuple(map(str, plugin_paths)))
    ground = plugin_ground(request)
    found = gathered(ground)
    return created_compiler(choose_compiler(named, ground, found), found, ground.snapshot.values, options)


def fetch_text(
    uri: str,
    headers: Mapping[str, str],
    options: Mapping[str, Any],
    timeout_seconds: float,
    known: RemoteText | None,
    env: Mapping[str, str] | None,
) -> RemoteText:
    """Fetch a text; see `aetherflow.core.api.fetch_text`."""
    check_arguments(uri=uri, headers=headers, options=options, timeout_seconds=timeout_seconds, known=known, env=env)
    return fetched_text(
        Fetch(
            uri=uri,
            headers=headers,
            options=options,
            timeout_seconds=timeout_seconds,
            known=known,
            env=env or dict(os.environ),
        )
    )


def scheme_of(uri: str) -> str:
    """Give the scheme of a URI; a path has that of files, the dash that of standard input, a bare word itself."""
    check_arguments(uri=uri)
    named = uri_of(uri)
    if named:
        return named.scheme
    return "stdin" if uri == "-" else "file"


def scheme_named(scheme: str, plugin_class: object) -> str:
    """Give a scheme as it is looked up; raises InputError where it is none, or the class is no compiler."""
    check_arguments(scheme=scheme)
    plain = scheme.removesuffix("://").lower()
    if problem := name_problem("compiler", plain):
        raise InputError(f"{scheme!a} is no scheme of a URI: {problem}", hint=name_hint("compiler", plain))
    if not (isinstance(plugin_class, type) and issubclass(plugin_class, WorkflowCompilerPlugin)):
        message = f'what is registered for "{plain}" is no sub-class of WorkflowCompilerPlugin'
        raise InputError.of(Diagnostic(code="AF-P527", message=message, hint="derive the class from it"))
    return plain


def _given(plugin_class: PluginClass) -> Contribution:
    """Describe a class that a program hands over; it need not stand in a file."""
    code = getattr(plugin_class.compile, "__code__", None)
    return Contribution(
        kind="compiler",
        name=plugin_class.__name__,
        plugin=plugin_class.__module__,
        version="0",
        digest="",
        origin="embedding program",
        file=code.co_filename if code else f"<{plugin_class.__module__}>",
        line=code.co_firstlineno if code else 1,
        load=lambda: plugin_class,
    )
