"""Carries a run through with its hooks: plugins are loaded, hooks asked at its beginning and end, plugins unloaded."""

from functools import partial
from typing import Any

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import Interrupted, PluginRefused
from aetherflow.core.contracts.event import EventType
from aetherflow.core.operations.plugins_found import texts_of
from aetherflow.core.operations.run_assembly import Execution
from aetherflow.core.operations.run_course import Course, jobs_and_handlers, nothing_run
from aetherflow.core.operations.working_plugins import WorkingPlugins, WorkSurroundings
from aetherflow.core.plugins.line_places import whole_line
from aetherflow.core.plugins.tracing import trace_nothing
from aetherflow.core.runner.hooks.hook_context import RunFacts
from aetherflow.core.runner.hooks.outcomes import Broken, Passed, Vetoed
from aetherflow.core.runner.scopes import with_roots
from aetherflow.core.runner.tools.tool_caller import ToolCaller
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
        run, ground = execution.run, execution.ground
        self._plugins = WorkingPlugins(
            WorkSurroundings(
                plugins=ground.prepared.plugins,
                registry=ground.prepared.registry,
                journal=run.journal,
                gate=run.gate,
                clock=run.clock,
                trace=ground.plugin_log or trace_nothing,
                warn=run.warn,
            )
        )

    def course(self) -> Course:
        """Load the plugins and run everything, up to the last hook."""
        if finding := self._plugins.load(self._facts()):
            return nothing_run(self._execution, finding, self._refusal(finding))
        begun = self._begun()
        course = nothing_run(self._execution, begun) if begun else jobs_and_handlers(self._execution)
        return self._told(course)

    def unloaded(self, course: Course) -> Course:
        """Give the course as it is when the plugins are gone."""
        words = self.unload()
        return self._failed_at_the_end(course, Diagnostic(code="AF-H111", message=words)) if words else course

    def unload(self) -> str | None:
        """Let the plugins go; gives in words what of it makes the run FAILED."""
        return self._plugins.unload()

    def _refusal(self, finding: Diagnostic) -> PluginRefused:
        mask = self._execution.run.masker.mask_text
        return PluginRefused(
            finding.message, hint=finding.hint, diagnostics=[finding], sources=texts_of([finding]), mask=mask
        )

    def _begun(self) -> Diagnostic | None:
        """Ask the hooks about the run; gives what stops it."""
        self._take_points()
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
            self._take_params(asked.data["params"])
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

    def _take_points(self) -> None:
        run, facts = self._execution.run, self._facts()
        points = self._plugins.points(facts)
        tools = self._plugins.tools(points, facts, run.recorder.commit)
        run.callers.call_tools_by(lambda contribution: ToolCaller(contribution, tools))
        self._execution = replace(self._execution, run=replace(run, hooks=points))

    def _take_params(self, params: dict[str, Any]) -> None:
        """Put changed params in the place of those that the run was started with, and on record."""
        execution = self._execution
        run = replace(execution.run, params=params, scope=with_roots(execution.run.scope, params=params))
        record = replace(execution.record, params=run.masker.seal(params))
        execution.resources.render_with(params)
        self._execution = replace(execution, run=run, record=record)
        self._take_points()
        run.recorder.record_run(record)
        run.recorder.commit()

    def _facts(self) -> RunFacts:
        run = self._execution.run
        return RunFacts(flow_id=run.flow_id, run_id=run.run_id, env=run.env, params=run.params, mask=run.masker.mask)


def _stopped(code: str, asked: Vetoed | Broken, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code=code, message=asked.words, hint=hint, span=whole_line(asked.file, asked.line))
