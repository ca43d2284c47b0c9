"""The ten points at which a run asks its hooks, each with the data that they get."""

from collections.abc import Callable, Mapping
from typing import Any

from aetherflow.core.contracts.hook import PluginHook
from aetherflow.core.contracts.result import JobReport
from aetherflow.core.contracts.status import JobStatus, RunStatus, StepStatus
from aetherflow.core.runner.hooks.outcomes import Asked
from aetherflow.core.runner.hooks.relay import Check, HookRelay, accept_all
from aetherflow.core.runner.hooks.where import THE_RUN, Where


class HookPoints:
    """What a run asks, and of whom. Every method raises Interrupted, and nothing else that a hook can cause."""

    def __init__(self, relay: HookRelay) -> None:
        self._relay = relay

    def asks_at(self, hook: PluginHook) -> bool:
        """Tell whether anybody is asked at a point: what came before is made durable first."""
        return self._relay.asks_at(hook)

    def before_run(
        self, params: Mapping[str, Any], check: Callable[[dict[str, Any]], str | None], settled_by: str | None
    ) -> Asked:
        """Ask whether the run may begin, with which params; ``check`` says what is wrong with changed ones."""
        data = {"params": dict(params)}
        return self._relay.ask(
            PluginHook.BEFORE_RUN, data, THE_RUN, lambda changed: check(changed["params"]), settled_by=settled_by
        )

    def after_run(self, status: RunStatus, jobs: Mapping[str, JobReport]) -> Asked:
        """Tell how the run has ended."""
        ended = {
            job_id: {"status": str(report.status), "reason": report.reason, "outputs": report.outputs}
            for job_id, report in jobs.items()
        }
        return self._relay.ask(PluginHook.AFTER_RUN, {"status": str(status), "jobs": ended}, THE_RUN)

    def before_job(self, where: Where) -> Asked:
        """Ask whether a job, or an item of its loop, may begin."""
        return self._relay.ask(PluginHook.BEFORE_JOB, {"job": where.job_id, "item": where.item}, where)

    def after_job(self, where: Where, status: JobStatus, outputs: Any) -> Asked:
        """Tell how a job, or an item of its loop, has ended."""
        data = {"job": where.job_id, "item": where.item, "status": str(status), "outputs": outputs}
        return self._relay.ask(PluginHook.AFTER_JOB, data, where)

    def before_step(self, where: Where, step_type: str, inputs: dict[str, Any]) -> Asked:
        """Ask whether an attempt of a step may begin, with which inputs."""
        return self._relay.ask(PluginHook.BEFORE_STEP, {**_step(where), "type": step_type, "inputs": inputs}, where)

    def after_step(self, where: Where, status: StepStatus, outputs: dict[str, Any], error: str | None) -> Asked:
        """Tell how an attempt has ended, and ask which outputs it leaves."""
        data = {**_step(where), "status": str(status), "outputs": outputs, "error": error}
        return self._relay.ask(PluginHook.AFTER_STEP, data, where)

    def on_retry(self, where: Where, error: str, delay_seconds: float) -> Asked:
        """Ask whether there shall be a further attempt, and after how long."""
        data = {**_step(where), "error": error, "delay_seconds": delay_seconds}
        return self._relay.ask(PluginHook.ON_RETRY, data, where)

    def on_error(self, where: Where, error: str) -> Asked:
        """Tell that a step has failed for good."""
        return self._relay.ask(PluginHook.ON_ERROR, {**_step(where), "error": error}, where, stops_nothing=True)

    def before_tool_call(self, where: Where, tool: str, params: dict[str, Any]) -> Asked:
        """Ask whether a tool may be called, with which params."""
        return self._relay.ask(PluginHook.BEFORE_TOOL_CALL, {"tool": tool, "params": params}, where)

    def after_tool_call(self, where: Where, tool: str, result: Any, check: Check = accept_all) -> Asked:
        """Tell what a tool gave, and ask what is taken of it; ``check`` says what is wrong with a changed result."""
        return self._relay.ask(PluginHook.AFTER_TOOL_CALL, {"tool": tool, "result": result}, where, check)


def _step(where: Where) -> dict[str, Any]:
    return {"job": where.job_id, "item": where.item, "step": where.step_id, "attempt": where.attempt}
