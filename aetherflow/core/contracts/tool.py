"""The contract of tools: operations with a JSON Schema for their parameters, each a step type, each callable alone."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from aetherflow.core.contracts.hook import HookContext
from aetherflow.core.contracts.plugin import BasePlugin


class ToolDefinition(Struct, frozen=True):
    """What a tool is called, what it does in one sentence, and which parameters it takes.

    ``parameters`` is a JSON Schema of type object; ``{}`` takes none.

    Example::

        ToolDefinition(
            name="add",
            description="Adds two numbers.",
            parameters={
                "type": "object",
                "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
                "required": ["a", "b"],
            },
        )
    """

    name: str
    description: str
    parameters: Mapping[str, Any] = {}


class ToolResult(Struct, frozen=True):
    """What a call of a tool has given: JSON data, or why it failed.

    Example::

        @register_tool("order", parameters={"type": "object", "properties": {"id": {"type": "string"}}})
        def order(params, ctx):
            return ToolResult(success=False, error=f"there is no order {params.get('id')}")
    """

    success: bool
    data: Any = None
    error: str | None = None


class ToolContext(HookContext, Protocol):
    """What a tool may reach of the engine; mappings are read-only.

    ``params`` are those of the run; ``config`` is what the plugin is given. A tool that is called alone has
    no flow: ``flow_id`` is empty, ``job_id`` and ``step_id`` are None. ``is_cancelled`` turns true when the call is
    interrupted or its time is over.

    Example::

        @register_tool("token")
        def token(params, ctx):
            ctx.log.info(f"asked by {ctx.step_id or 'a person'}")
            return {"is_set": "SERVICE_TOKEN" in ctx.env}
    """

    @property
    def is_cancelled(self) -> bool: ...


class BaseToolPlugin(BasePlugin):
    """The base class of plugins that offer tools: one object for a run, which executes every call of them.

    ``tools`` is an attribute or a property. Under ``@register_plugin("calculator")`` the tool ``add`` is the step type
    ``tool.calculator.add``.

    Example::

        @register_plugin("calculator")
        class Calculator(BaseToolPlugin):
            tools = [ToolDefinition("double", "Doubles a number.", {"properties": {"n": {"type": "number"}}})]

            async def execute(self, tool_name, params, context):
                return ToolResult(success=True, data={"number": 2 * params["n"]})
    """

    @property
    def tools(self) -> Sequence[ToolDefinition]:
        """The tools that there are."""
        return ()

    def execute(self, tool_name: str, params: dict[str, Any], context: ToolContext) -> Any:
        """Do what a tool does, and give a ToolResult; must be defined, may be async."""
        raise NotImplementedError(f"{type(self).__name__} defines no execute(self, tool_name, params, context)")
