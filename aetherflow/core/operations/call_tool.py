"""`tools call NAME`: one call of one tool, with the plugins, hooks and limits of a run, and no flow around it."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.errors import Interrupted, PluginRefused
from aetherflow.core.contracts.event import Event, EventType
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.contracts.span import start_of
from aetherflow.core.contracts.tool import ToolResult
from aetherflow.core.events.journal import Journal
from aetherflow.core.events.segments import harmless_value
from aetherflow.core.operations.loaded_plugins import RunPlugins, load_for_run
from aetherflow.core.operations.masked_refusals import masked_refusals
from aetherflow.core.operations.named_tools import tool_named, tools_in, unknown_tool
from aetherflow.core.operations.plugins_found import texts_of
from aetherflow.core.operations.requests import ToolRequest
from aetherflow.core.operations.run_flow import new_run_id
from aetherflow.core.operations.secrets import with_secrets
from aetherflow.core.operations.tool_ground import ToolGround, tool_ground
from aetherflow.core.operations.tool_params import GivenParams, check_params, read_params
from aetherflow.core.operations.working_plugins import WorkingPlugins, WorkSurroundings
from aetherflow.core.plugins.tracing import trace_nothing
from aetherflow.core.processes.interrupts import InterruptGate
from aetherflow.core.runner.clock import Clock
from aetherflow.core.runner.hooks.hook_context import RunFacts
from aetherflow.core.runner.hooks.where import THE_RUN
from aetherflow.core.runner.printed_lines import PrintedLines
from aetherflow.core.runner.tools.tool_calls import ToolOutcome


class CalledTool(Struct, frozen=True, kw_only=True):
    """What came of a call, masked. ``warnings`` are to be told beside it; an interrupt leaves no result."""

    tool: str
    result: ToolResult
    hint: str | None
    interrupted_by: int | None
    warnings: tuple[Diagnostic, ...]
    sources: dict[str, str]
    mask: Callable[[str], str]


def call_tool(
    request: ToolRequest, *, listeners: Sequence[Callable[[Event], None]] = (), printed: PrintedLines | None = None
) -> CalledTool:
    """Call a tool once. Refusals are raised as AetherFlowError; a call that fails is a result like any other."""
    ground = tool_ground(request)
    if printed:
        printed.mask = ground.masker.mask_text
    with masked_refusals(ground.masker):
        given = read_params(request.params, request.stdin)
        loaded, tool = _loaded_tool(request, ground, given)
        with InterruptGate() as gate:
            return _Call(ground, loaded, gate, listeners, printed).outcome(tool, given)


def _loaded_tool(request: ToolRequest, ground: ToolGround, given: GivenParams) -> tuple[RunPlugins, Contribution]:
    """Load the plugins as for a run, and give the tool; what is wrong with the params is told before, if it can be."""
    known = tools_in(ground.plugins.found.catalogue.registry.steps)
    read = tool_named(request.tool, known)
    if read:
        check_params(read, given)
    elif not any(ground.plugins.found.unread()):
        raise unknown_tool(request.tool, known, ground.plugins.absent())
    loaded = load_for_run(ground.plugins, trace_nothing)
    registered = tools_in(loaded.catalogue.registry.steps)
    tool = tool_named(request.tool, registered)
    if tool is None:
        raise unknown_tool(request.tool, registered, loaded.absent)
    check_params(tool, given)
    return loaded, tool


class _Call:
    """One call with the plugins around it: loaded before, unloaded after, whatever happened."""

    def __init__(
        self,
        ground: ToolGround,
        loaded: RunPlugins,
        gate: InterruptGate,
        listeners: Sequence[Callable[[Event], None]],
        printed: PrintedLines | None,
    ) -> None:
        self._ground = ground
        self._loaded = loaded
        self._gate = gate
        self._printed = printed
        live = with_secrets(ground.settings, ground.snapshot, ground.masker)
        self._facts = RunFacts(flow_id="", run_id=new_run_id(), env=live.env, params={}, mask=ground.masker.mask)
        clock = Clock()
        self._journal = Journal(
            flow_id="",
            run_id=self._facts.run_id,
            next_seq=1,
            clock=clock.now,
            mask=lambda payload: ground.masker.mask(harmless_value(payload)),
            record=_keep_nothing,
            listeners=listeners,
        )
        self._plugins = WorkingPlugins(
            WorkSurroundings(
                plugins=ground.plugins,
                registry=loaded.catalogue.registry,
                journal=self._journal,
                gate=gate,
                clock=clock,
                trace=trace_nothing,
                warn=self._warn,
            )
        )

    def outcome(self, tool: Contribution, given: GivenParams) -> CalledTool:
        """Call the tool; raises PluginRefused where a plugin cannot take part."""
        if self._printed:
            self._printed.show_by(self._journal.show)
        try:
            called = self._called(tool, given)
        finally:
            words = self._plugins.unload()
            if self._printed:
                self._printed.end()
        return self._told(tool, _failed_at_the_end(called, words) if words else called)

    def _called(self, tool: Contribution, given: GivenParams) -> ToolOutcome:
        if finding := self._plugins.load(self._facts):
            raise PluginRefused(finding.message, hint=finding.hint, diagnostics=[finding], sources=texts_of([finding]))
        points = self._plugins.points(self._facts)
        tools = self._plugins.tools(points, self._facts, commit=_nothing_to_commit)
        if problem := tools.problem_of(tool, given.values):
            message = f'the params do not fit the tool "{tool.name}": {problem}'
            given.refuse([Diagnostic(code="AF-F213", message=message, span=start_of(given.source.name))])
        try:
            return tools.call(tool, given.values, THE_RUN, lambda: False)
        except Interrupted as interruption:
            return ToolOutcome(ToolResult(False, None, str(interruption)))

    def _told(self, tool: Contribution, called: ToolOutcome) -> CalledTool:
        warnings = (*self._ground.warnings, *self._loaded.diagnostics)
        told = tuple(dict.fromkeys(finding for finding in warnings if finding.severity is not Severity.NOTE))
        masker = self._ground.masker
        return CalledTool(
            tool=tool.name,
            result=ToolResult(
                called.result.success,
                masker.mask(called.result.data),
                masker.mask_text(called.result.error) if called.result.error else None,
            ),
            hint=masker.mask_text(called.hint) if called.hint else None,
            interrupted_by=self._gate.requested,
            warnings=told,
            sources=texts_of(told),
            mask=masker.mask_text,
        )

    def _warn(self, message: str) -> None:
        self._journal.emit(EventType.LOG, level="warning", message=message)


def _failed_at_the_end(called: ToolOutcome, words: str) -> ToolOutcome:
    error = f"{called.result.error}; {words}" if called.result.error else words
    return ToolOutcome(ToolResult(False, called.result.data, error), called.hint)


def _keep_nothing(event: Event) -> None:
    """Record nothing: there is no run."""


def _nothing_to_commit() -> None:
    """Commit nothing, as above."""
