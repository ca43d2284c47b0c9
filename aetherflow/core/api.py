"""The public surface of AetherFlow: the only module of ours that plugins and embedding programs import.

Each name is imported when it is first asked for: the module costs next to nothing, a plugin pays for what it names.
"""

TYPE_CHECKING = (
    False  # what typing has under this name; type checkers know the name alone, and typing costs ten times us
)
if TYPE_CHECKING:
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
    from aetherflow.core.contracts.observer import ObserverPlugin, PluginBase
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
    from aetherflow.core.doors.compiling import WorkflowCompilerRegistry, compile_document, create_compiler, fetch_text
    from aetherflow.core.doors.registered import (
        get_connector,
        get_plugin,
        get_step,
        list_connectors,
        list_plugins,
        list_steps,
    )
    from aetherflow.core.doors.running import run_flow, validate_flow

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

#: The modules below aetherflow.core that define the names: to Python what the imports above are to type checkers.
_MODULES = {
    "contracts.compiled_flow": "CompiledFlow LazyFlow",
    "contracts.compiler": "WorkflowCompilerPlugin",
    "contracts.connector": "ConnectorBase",
    "contracts.diagnostic": "Diagnostic",
    "contracts.errors": "AetherFlowError FlowInvalid FlowNotFound InputError SourceUnavailable StepFailed",
    "contracts.event": "Event EventType",
    "contracts.flow_graph": "FlowGraph",
    "contracts.hook": "HookContext PluginHook Veto",
    "contracts.metadata": "PluginMetadata",
    "contracts.observer": "ObserverPlugin PluginBase",
    "contracts.plugin": "BasePlugin",
    "contracts.plugin_context": "PluginContext",
    "contracts.process": "ProcessResult StreamMode",
    "contracts.registration": "register_command register_compiler register_connector register_hook register_plugin "
    "register_step register_tool",
    "contracts.registry": "Contribution",
    "contracts.remote_text": "RemoteText",
    "contracts.result": "RunResult",
    "contracts.span": "Span",
    "contracts.status": "STEP_FAILED STEP_SKIPPED STEP_SUCCESS StepStatus",
    "contracts.step": "HeldLock Step StepContext StepResult",
    "contracts.tool": "BaseToolPlugin ToolContext ToolDefinition ToolResult",
    "doors.compiling": "WorkflowCompilerRegistry compile_document create_compiler fetch_text",
    "doors.registered": "get_connector get_plugin get_step list_connectors list_plugins list_steps",
    "doors.running": "run_flow validate_flow",
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


if not TYPE_CHECKING:  # a type checker shall find the names that are misspelt

    def __getattr__(name: str) -> object:
        """Import a name; one that has left the public API is served, with a warning, as long as that was promised."""
        if name not in _MODULE_OF:
            if name.startswith("__"):  # Python itself looks for some whenever the module is imported from
                raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
            from aetherflow.core.contracts import deprecation  # deferred: hardly ever wanted

            name = deprecation.served_instead(name, __name__, deprecation.DEPRECATED)
        from importlib import import_module  # deferred: it costs more than this module

        value = getattr(import_module(f"aetherflow.core.{_MODULE_OF[name]}"), name)
        globals()[name] = value  # Python asks here for what is not there, so from now on no more
        return value
