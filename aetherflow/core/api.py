"""The public surface of AetherFlow: the only module of ours that plugins and embedding programs import."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aetherflow.core.contracts.compiled_flow import CompiledFlow, LazyFlow
from aetherflow.core.contracts.compiler import WorkflowCompilerPlugin
from aetherflow.core.contracts.connector import ConnectorBase
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import (
    AetherFlowError,
    FlowInvalid,
    FlowNotFound,
    InputError,
    SourceUnavailable,
    StepFailed,
)
from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.contracts.flow_graph import FlowGraph
from aetherflow.core.contracts.hook import HookContext, PluginHook, Veto
from aetherflow.core.contracts.metadata import PluginMetadata
from aetherflow.core.contracts.observer import ObserverPlugin
from aetherflow.core.contracts.plugin import BasePlugin
from aetherflow.core.contracts.plugin_context import PluginContext
from aetherflow.core.contracts.process import ProcessResult, StreamMode
from aetherflow.core.contracts.registration import (
    register_command,
    register_compiler,
    register_connector,
    register_hook,
    register_plugin,
    register_step,
    register_tool,
)
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.remote_text import RemoteText
from aetherflow.core.contracts.result import RunResult
from aetherflow.core.contracts.span import Span
from aetherflow.core.contracts.status import STEP_FAILED, STEP_SKIPPED, STEP_SUCCESS, StepStatus
from aetherflow.core.contracts.step import HeldLock, Step, StepContext, StepResult
from aetherflow.core.contracts.tool import BaseToolPlugin, ToolContext, ToolDefinition, ToolResult

__all__ = [
    "STEP_FAILED",
    "STEP_SKIPPED",
    "STEP_SUCCESS",
    "AetherFlowError",
    "BasePlugin",
    "BaseToolPlugin",
    "CompiledFlow",
    "ConnectorBase",
    "Contribution",
    "Diagnostic",
    "Event",
    "EventType",
    "FlowGraph",
    "FlowInvalid",
    "FlowNotFound",
    "HeldLock",
    "HookContext",
    "InputError",
    "LazyFlow",
    "ObserverPlugin",
    "PluginBase",
    "PluginContext",
    "PluginHook",
    "PluginMetadata",
    "ProcessResult",
    "RemoteText",
    "RunResult",
    "SourceUnavailable",
    "Span",
    "Step",
    "StepContext",
    "StepFailed",
    "StepResult",
    "StepStatus",
    "StreamMode",
    "ToolContext",
    "ToolDefinition",
    "ToolResult",
    "Veto",
    "WorkflowCompilerPlugin",
    "WorkflowCompilerRegistry",
    "compile_document",
    "create_compiler",
    "fetch_text",
    "get_connector",
    "get_plugin",
    "get_step",
    "list_connectors",
    "list_plugins",
    "list_steps",
    "register_command",
    "register_compiler",
    "register_connector",
    "register_hook",
    "register_plugin",
    "register_step",
    "register_tool",
    "run_flow",
    "validate_flow",
]

#: Another name for ObserverPlugin.
PluginBase = ObserverPlugin


def run_flow(
    flow: str | Path,
    *,
    params: Mapping[str, Any] = {},
    plugins: Sequence[Any] = (),
    observers: Sequence[Callable[[Event], None] | ObserverPlugin] = (),
    env: Mapping[str, str] | None = None,
    plugin_paths: Sequence[str | Path] = (),
    run_id: str | None = None,
    run_key: str | None = None,
    resume: bool = False,
) -> RunResult:
    """Run a flow once, to the end, and give its result; a failed run is a result, a refusal raises AetherFlowError.

    ``plugins`` are decorated classes and functions, and sub-classes of BasePlugin; ``plugin_paths`` folders and files
    of plugins, as `--plugin-path` names them; ``observers`` are functions that take an event, and objects of
    ObserverPlugin: each gets every event on a thread of its own, and has seen all of them when this returns, unless it
    took longer than `drain_seconds`. ``env`` is the environment (default: the process's own). ``run_key`` makes the run
    once-only: where the key has a run already, that is resumed, or its result given if it ended SUCCESS.

    Example::

        result = run_flow("flow.yaml", params={"day": "2026-01-31"})
        print(result.status, result.jobs["main"].outputs)
    """
    from aetherflow.core.operations import embedding  # deferred: the door; a plugin that imports us must not pay for it

    return embedding.run_flow(
        flow,
        params=params,
        plugins=plugins,
        observers=observers,
        env=env,
        plugin_paths=plugin_paths,
        run_id=run_id,
        run_key=run_key,
        resume=resume,
    )


def validate_flow(
    flow: str | Path,
    *,
    plugins: Sequence[Any] = (),
    env: Mapping[str, str] | None = None,
    plugin_paths: Sequence[str | Path] = (),
) -> list[Diagnostic]:
    """Give everything that can be said of a flow before it runs; an empty list is praise.

    Example::

        for finding in validate_flow("flow.yaml"):
            print(finding.code, finding.message)
    """
    from aetherflow.core.operations import embedding  # deferred: the door; a plugin that imports us must not pay for it

    return embedding.validate_flow(flow, plugins=plugins, env=env, plugin_paths=plugin_paths)


def create_compiler(
    uri: str,
    plugin_class: type[WorkflowCompilerPlugin] | None = None,
    plugin_options: Mapping[str, Any] | None = None,
    *,
    env: Mapping[str, str] | None = None,
    plugin_paths: Sequence[str | Path] = (),
) -> WorkflowCompilerPlugin:
    """Create the compiler of a URI's scheme, or the one that ``plugin_class`` is; of a path and of ``-`` too.

    ``plugin_options`` are laid over those that plugins.yaml of the current directory says. Raises InputError for a
    scheme that nothing here compiles. The code of the plugin whose scheme it is runs, and of no other.

    Example::

        compiler = create_compiler("yaml://")
        result = compiler.compile("flow.yaml").invoke({"day": "2026-01-31"})
    """
    from aetherflow.core.operations.compiling import doors  # deferred: the door; a plugin that imports us must not pay

    return doors.create_compiler(uri, plugin_class, plugin_options or {}, env, plugin_paths)


def compile_document(
    document: Mapping[str, Any] | str | bytes | RemoteText,
    *,
    source: str = "",
    workflow_name: str | None = None,
    validate: bool = True,
) -> CompiledFlow:
    """Make a flow of a document: a mapping, a text of YAML or JSON, or what `fetch_text` has given.

    ``source`` is what findings call it; credentials in it are not shown. With ``validate``, raises FlowInvalid, which
    is a ValueError with ``diagnostics``, where its form is wrong; what depends on the surroundings is judged by a run.

    Example::

        say = {"id": "say", "type": "log", "inputs": {"message": "hello"}}
        flow = compile_document({"flow": {"id": "hello"}, "jobs": [{"id": "main", "steps": [say]}]}, source="by/hand")
    """
    from aetherflow.core.operations import compiled_document  # deferred, as above

    return compiled_document.compile_document(document, source=source, workflow_name=workflow_name, validate=validate)


def fetch_text(
    uri: str,
    *,
    headers: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
    timeout_seconds: float = 30,
    known: RemoteText | None = None,
    env: Mapping[str, str] | None = None,
) -> RemoteText:
    """Fetch what a URI names, within a time and up to 32 MB: a path, http(s), or any scheme that fsspec knows.

    ``headers`` are for http and https, ``options`` for fsspec. ``known`` is what was fetched before: the very same
    object comes back where the source says that it has not changed. Raises FlowNotFound, SourceUnavailable, or another
    InputError.

    Example::

        fetched = fetch_text("flow.yaml", timeout_seconds=10)
        again = fetch_text("flow.yaml", known=fetched)  # the same object, where nothing has changed
    """
    from aetherflow.core.operations.compiling import doors  # deferred, as above

    return doors.fetch_text(uri, headers or {}, options or {}, timeout_seconds, known, env)


class WorkflowCompilerRegistry:
    """Compilers by URI scheme: those registered here, and those that are installed.

    Example::

        class FolderCompiler(WorkflowCompilerPlugin):
            def __init__(self, folder="."):
                self.folder = folder

            def compile(self, source, *, workflow_name=None, validate=True):
                return compile_document(fetch_text(f"{self.folder}/{source}.yaml"), source=source)


        registry = WorkflowCompilerRegistry()
        registry.register("my", FolderCompiler)
        flow = registry.create("my://", folder=".").compile("flow")
    """

    def __init__(self) -> None:
        self._classes: dict[str, type[WorkflowCompilerPlugin]] = {}

    def register(self, scheme: str, plugin_class: type[WorkflowCompilerPlugin]) -> None:
        """Let a class compile a scheme, in the place of any other; schemes have no case."""
        from aetherflow.core.operations.compiling import doors  # deferred, as above

        self._classes[doors.scheme_named(scheme, plugin_class)] = plugin_class

    def create(self, uri: str, **options: Any) -> WorkflowCompilerPlugin:
        """Create the compiler of a URI's scheme with these options."""
        from aetherflow.core.operations.compiling import doors  # deferred, as above

        return create_compiler(uri, self._classes.get(doors.scheme_of(uri)), options)


def list_steps(*, env: Mapping[str, str] | None = None, plugin_paths: Sequence[str | Path] = ()) -> list[str]:
    """Give the names of the step types that a flow may use here, sorted; no plugin's code is run to know them.

    Here is the current directory and ``env`` (default: the process's own environment), with ``plugin_paths`` as
    `--plugin-path` names them. A name that is only known when its plugin runs is not among them.

    Example::

        print([name for name in list_steps() if name.startswith("db_")])
    """
    from aetherflow.core.operations import registered  # deferred: the door; a plugin that imports us must not pay

    return sorted(registered.step_types(registered.surroundings(env, plugin_paths)))


def get_step(
    name: str, *, env: Mapping[str, str] | None = None, plugin_paths: Sequence[str | Path] = ()
) -> Contribution:
    """Give what is known of a step type: its plugin, file and line, its schemas, and ``load()``, which runs the plugin.

    Raises InputError, which is a KeyError too, for a name that is not registered.

    Example::

        print(get_step("log").input_schema)
    """
    from aetherflow.core.operations import registered  # deferred: the door; a plugin that imports us must not pay

    return registered.named("step type", name, registered.step_types(registered.surroundings(env, plugin_paths)))


def list_connectors(*, env: Mapping[str, str] | None = None, plugin_paths: Sequence[str | Path] = ()) -> list[str]:
    """Give the connectors that a flow may use here, as ``"KIND:DRIVER"``, sorted; see `list_steps`.

    Example::

        print([name for name in list_connectors() if name.startswith("db:")])
    """
    from aetherflow.core.operations import registered  # deferred: the door; a plugin that imports us must not pay

    return sorted(registered.connectors(registered.surroundings(env, plugin_paths)))


def get_connector(
    name: str, *, env: Mapping[str, str] | None = None, plugin_paths: Sequence[str | Path] = ()
) -> Contribution:
    """Give what is known of a connector by its ``"KIND:DRIVER"``; see `get_step`.

    Example::

        print(get_connector("db:sqlite3").input_schema)
    """
    from aetherflow.core.operations import registered  # deferred: the door; a plugin that imports us must not pay

    return registered.named("connector", name, registered.connectors(registered.surroundings(env, plugin_paths)))


def list_plugins(
    *, env: Mapping[str, str] | None = None, plugin_paths: Sequence[str | Path] = ()
) -> list[PluginMetadata]:
    """Give the plugins that may load here, in load order, the built-ins first; see `list_steps`.

    A plugin that does not say its author or description has "unknown" and what it registers in their place.

    Example::

        print([f"{plugin.name} {plugin.version}" for plugin in list_plugins()])
    """
    from aetherflow.core.operations import registered  # deferred: the door; a plugin that imports us must not pay

    return registered.plugins(registered.surroundings(env, plugin_paths))


def get_plugin(
    name: str, *, env: Mapping[str, str] | None = None, plugin_paths: Sequence[str | Path] = ()
) -> PluginMetadata:
    """Give one plugin by its name, or by the id that ``Contribution.plugin`` is; see `list_plugins`.

    Raises InputError, which is a KeyError too, for a name that no plugin has, and for a plugin that may not load.

    Example::

        print(get_plugin("aetherflow").description)
    """
    from aetherflow.core.operations import registered  # deferred: the door; a plugin that imports us must not pay

    return registered.plugin(registered.surroundings(env, plugin_paths), name)


if not TYPE_CHECKING:  # a type checker shall find the names that are misspelt

    def __getattr__(name: str) -> Any:
        """Serve names that have left the public API, with a warning, for as long as they were promised."""
        if name.startswith("__"):  # Python itself looks for some whenever the module is imported from
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
        from aetherflow.core.contracts import deprecation  # deferred: hardly ever wanted

        return deprecation.serve_deprecated(name, globals(), deprecation.DEPRECATED)
