"""What a tool may reach of the engine."""

from collections.abc import Callable, Mapping
from typing import Any

from aetherflow.core.events.journal import Journal
from aetherflow.core.runner.hooks.hook_context import RunFacts, RunningHook
from aetherflow.core.runner.hooks.where import Where


class RunningTool(RunningHook):
    """The context of one call of a tool; implements the contract `ToolContext`."""

    def __init__(
        self,
        plugin_id: str,
        facts: RunFacts,
        where: Where,
        journal: Journal,
        config: Mapping[str, Any],
        is_over: Callable[[], bool],
    ) -> None:
        super().__init__(plugin_id, facts, where, journal, config)
        self._is_over = is_over

    @property
    def is_cancelled(self) -> bool:
        """True once the call is to end: it was interrupted, or its time is over."""
        return self._is_over()
