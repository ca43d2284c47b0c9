"""Carries a run through with its hooks: plugins are loaded, hooks asked at its beginning and end, plugins unloaded."""

from functools import partial
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import Interrupted, PluginRefused
from aetherflow.core.contracts.event import EventType
from aetherflow.core.contracts.plugin import BasePlugin
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.operations.plugin_settings import limits_of, setting_of
from aetherflow.core.operations.plugins_found import texts_of
from aetherflow.core.operations.run_assembly import Execution
from aetherflow.core.operations.run_course import Course, jobs_and_handlers, nothing_run
from aetherflow.core.plugins.line_places import whole_line
from aetherflow.core.plugins.tracing import trace_nothing
from aetherflow.core.runner.hooks.asking_order import asked_functions, loading_order
from aetherflow.core.runner.hooks.calls import Fault, PluginCalls
from aetherflow.core.runner.hooks.hook_context import RunFacts, RunningPlugin
from aetherflow.core.runner.hooks.live_plugins import LivePlugins
from aetherflow.core.runner.hooks.outcomes import Broken, Passed, Vetoed
from aetherflow.core.runner.hooks.points import HookPoints
from aetherflow.core.runner.hooks.relay import HookRelay
from aetherflow.core.runner.scopes import with_roots
from aetherflow.core.runner.step_result import json_copy
from aetherflow.core.validation.given_params import changed_params_problem


def course_with_hooks(execution: Execution) -> Course:
    """Run jobs and handlers, with everything that plugins may do before, between and after them."""
    hooked = _HookedRun(execution)
    try:
        course = hooked.course()
    except BaseException:  # we cannot go on: plugins let go of what they hold all the same
        hooked.unload()
        raise
    return hooked.unloaded(course)


class _HookedRun:
    """One execution with the objects and functions of its plugins."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self._ground = execution.ground
        self._calls = PluginCalls(
            gate=execution.run.gate,
            clock=execution.run.clock,
            timeout_seconds=limits_of(self._ground.prepared.plugins).timeout_seconds,
            trace=self._ground.plugin_log or trace_nothing,
        )
        self._live = LivePlugins(self._calls)

    def course(self) -> Course:
        """Load the plugins and run everything, up to the last hook."""
        objects = self._objects()
        if isinstance(objects, Diagnostic):
            return nothing_run(self._execution, objects, self._refusal(objects))
        begun = self._begun(objects)
        course = nothing_run(self._execution, begun) if begun else jobs_and_handlers(self._execution)
        return self._told(course)

    def unload(self) -> str | None:
        """Let the plugins go, the last first; gives in words what of it makes the run FAILED."""
        words = []
        while self._live.has_loaded():
            with self._execution.run.gate.pardoned():  # for each: a signal in one keeps nobody from the next
                words += self._unload_one()
        return "; ".join(words) or None

    def _unload_one(self) -> list[str]:
        try:
            contribution, fault = self._live.unload_last()
        except Interrupted:
            return []
        if fault is None:
            return []
        words = f'the plugin "{contribution.name}" could not be unloaded: it {fault.words}'
        if not self._tolerates(contribution):
            return [words]
        self._execution.run.warn(words)
        return []

    def unloaded(self, course: Course) -> Course:
        """Give the course as it is when the plugins are gone."""
        words = self.unload()
        return self._failed_at_the_end(course, Diagnostic(code="AF-H111", message=words)) if words else course

    def _objects(self) -> dict[str, BasePlugin] | Diagnostic:
        """Make and load the plugins' objects, by the names that they are registered under; or say why that failed."""
        objects: dict[str, BasePlugin] = {}
        for contribution in loading_order(self._ground.prepared.registry.plugins, self._load_order()):
            try:
                loaded = self._live.load(contribution, self._plugin_context(contribution))
            except Interrupted:
                break  # nothing runs any more: the run loop sees that a signal came
            if isinstance(loaded, BasePlugin):
                objects[contribution.name] = loaded
                continue
            finding = _not_loaded(contribution, loaded)
            if not self._may_do_without(contribution):
                return finding
            self._execution.run.warn(f"{finding.message}; the run goes on without it")
        return objects

    def _refusal(self, finding: Diagnostic) -> PluginRefused:
        mask = self._execution.run.masker.mask_text
        return PluginRefused(
            finding.message, hint=finding.hint, diagnostics=[finding], sources=texts_of([finding]), mask=mask
        )

    def _begun(self, objects: dict[str, BasePlugin]) -> Diagnostic | None:
        """Ask the hooks about the run; gives what stops it."""
        self._take_points(objects)
        run = self._execution.run
        assert run.hooks is not None  # just taken
        flow = run.plan.flow
        check = partial(changed_params_problem, flow.definition.params, run.params)
        settled_by = "a resumed run keeps its params" if self._execution.resumed else None
        try:
            asked = run.hooks.before_run(run.params, check, settled_by)
        except Interrupted:
            return None  # nothing runs: the run loop sees that a signal came
        if not isinstance(asked, Passed):
            run.journal.emit(EventType.ERROR, message=asked.words)
            return _stopped("AF-H110", asked, hint="nothing of the flow has run")
        if asked.changed_by:
            self._take_params(asked.data["params"], objects)
        return None

    def _told(self, course: Course) -> Course:
        """Tell the hooks how the run has ended; a failure of theirs is the run's."""
        run = self._execution.run
        status = course.status
        assert run.hooks is not None  # taken before anything ran
        run.recorder.commit()  # however the hooks end, no step is run twice for it
        with run.gate.pardoned():
            try:
                asked = run.hooks.after_run(status, course.outcomes)
            except Interrupted:
                return course
        return course if isinstance(asked, Passed) else self._failed_at_the_end(course, _stopped("AF-H111", asked))

    def _failed_at_the_end(self, course: Course, failure: Diagnostic) -> Course:
        self._execution.run.journal.emit(EventType.ERROR, message=failure.message)
        return replace(course, failure=course.failure or failure)

    def _take_points(self, objects: dict[str, BasePlugin]) -> None:
        run = self._execution.run
        registry = self._ground.prepared.registry
        functions = asked_functions(registry, objects, self._load_order(), self._tolerates)
        points = HookPoints(HookRelay(functions, self._calls, self._facts(), run.journal))
        self._execution = replace(self._execution, run=replace(run, hooks=points))

    def _take_params(self, params: dict[str, Any], objects: dict[str, BasePlugin]) -> None:
        """Put changed params in the place of those that the run was started with, and on record."""
        execution = self._execution
        run = replace(execution.run, params=params, scope=with_roots(execution.run.scope, params=params))
        record = replace(execution.record, params=run.masker.seal(params))
        execution.resources.render_with(params)
        self._execution = replace(execution, run=run, record=record)
        self._take_points(objects)
        run.recorder.record_run(record)
        run.recorder.commit()

    def _plugin_context(self, contribution: Contribution) -> RunningPlugin:
        given = setting_of(self._ground.prepared.plugins, contribution).config
        config = MappingProxyType(dict(json_copy(given)))
        return RunningPlugin(contribution.plugin, self._facts(), self._execution.run.journal, config)

    def _facts(self) -> RunFacts:
        run = self._execution.run
        return RunFacts(flow_id=run.flow_id, run_id=run.run_id, env=run.env, params=run.params, mask=run.masker.mask)

    def _load_order(self) -> list[str]:
        plugins = self._ground.prepared.plugins
        return [plugin.source.id for plugin in plugins.found.plugins] if plugins else []

    def _tolerates(self, contribution: Contribution) -> bool:
        return setting_of(self._ground.prepared.plugins, contribution).on_error == "warn"

    def _may_do_without(self, contribution: Contribution) -> bool:
        plugins = self._ground.prepared.plugins
        is_strict = plugins is None or plugins.found.strict
        return not is_strict or self._tolerates(contribution)


def _stopped(code: str, asked: Vetoed | Broken, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code=code, message=asked.words, hint=hint, span=whole_line(asked.file, asked.line))


def _not_loaded(contribution: Contribution, fault: Fault) -> Diagnostic:
    return Diagnostic(
        code="AF-H120",
        message=f'the plugin "{contribution.name}" cannot take part in the run: it {fault.problem}',
        hint="correct the line; `on_error: warn` under settings of plugins.yaml lets runs go on without the plugin",
        span=whole_line(fault.file, fault.line),
    )
