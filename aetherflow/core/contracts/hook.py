"""The contract of hooks: functions that a run asks at certain points, and that may change what passes through them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol

from msgspec import Struct

from aetherflow.core.contracts.plugin_context import PluginContext


class PluginHook(StrEnum):
    """The points at which hooks are asked.

    Example::

        @register_plugin("audit")
        class Audit(BasePlugin):
            def handle_hook(self, hook, data):
                if hook is PluginHook.ON_ERROR:
                    print(data["job"], data["step"], data["error"])
    """

    BEFORE_RUN = "before_run"
    AFTER_RUN = "after_run"
    BEFORE_JOB = "before_job"
    AFTER_JOB = "after_job"
    BEFORE_STEP = "before_step"
    AFTER_STEP = "after_step"
    ON_RETRY = "on_retry"
    ON_ERROR = "on_error"
    BEFORE_TOOL_CALL = "before_tool_call"
    AFTER_TOOL_CALL = "after_tool_call"


#: Other names under which hooks may be registered.
HOOK_ALIASES: Mapping[str, PluginHook] = {
    "pre-execute": PluginHook.BEFORE_STEP,
    "post-execute": PluginHook.AFTER_STEP,
    "post-failure": PluginHook.ON_ERROR,
}

#: What a hook may change of its data; everything else is for reading.
CHANGEABLE: Mapping[PluginHook, str] = {
    PluginHook.BEFORE_RUN: "params",
    PluginHook.BEFORE_STEP: "inputs",
    PluginHook.AFTER_STEP: "outputs",
    PluginHook.ON_RETRY: "delay_seconds",
    PluginHook.BEFORE_TOOL_CALL: "params",
    PluginHook.AFTER_TOOL_CALL: "result",
}


#: Where a veto stops something; at the other points it is the hook's own failure.
VETOABLE: frozenset[PluginHook] = frozenset(
    {
        PluginHook.BEFORE_RUN,
        PluginHook.BEFORE_JOB,
        PluginHook.BEFORE_STEP,
        PluginHook.AFTER_STEP,
        PluginHook.ON_RETRY,
        PluginHook.BEFORE_TOOL_CALL,
        PluginHook.AFTER_TOOL_CALL,
    }
)


class Veto(Struct, frozen=True):
    """What a hook returns to stop what it was asked about; the reason is recorded.

    Example::

        @register_hook("before_job")
        def weekdays_only(data, ctx):
            return Veto("not on weekends") if datetime.date.today().weekday() > 4 else None
    """

    reason: str


class HookContext(PluginContext, Protocol):
    """What a hook may reach of the engine; mappings are read-only. Outside jobs and steps their ids are None.

    ``config`` is what its plugin is given, by plugins.yaml and by `plugins config set`.

    Example::

        @register_hook("before_run")
        def default_day(data, ctx):
            ctx.log.info(f"run {ctx.run_id} of {ctx.flow_id}")
            return {"params": {"day": ctx.config.get("day", "monday"), **data["params"]}}
    """

    @property
    def params(self) -> Mapping[str, Any]: ...
    @property
    def job_id(self) -> str | None: ...
    @property
    def step_id(self) -> str | None: ...

    def mask(self, text: str) -> str:
        """Replace every secret that the run knows by ``***``."""
        ...


def hook_named(name: str) -> PluginHook | None:
    """Give the hook of a name or alias; None where there is none."""
    if name in HOOK_ALIASES:
        return HOOK_ALIASES[name]
    return next((hook for hook in PluginHook if hook.value == name), None)
