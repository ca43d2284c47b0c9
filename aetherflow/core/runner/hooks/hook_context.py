"""What a hook, and a plugin with a life of its own, may reach of the engine."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.event import EventType
from aetherflow.core.events.journal import Journal
from aetherflow.core.runner.foreign_text import own_text
from aetherflow.core.runner.hooks.where import THE_RUN, Where
from aetherflow.core.runner.level_log import LevelLog
from aetherflow.core.runner.step_result import json_copy


class RunFacts(Struct, frozen=True, kw_only=True):
    """What hooks may know of their run; ``mask`` hides secrets in a JSON value."""

    flow_id: str
    run_id: str
    env: Mapping[str, str]
    params: Mapping[str, Any]
    mask: Callable[[Any], Any]


class RunningPlugin(LevelLog):
    """The context that a plugin is loaded with; implements the contracts `PluginContext` and `StepLog`."""

    def __init__(
        self,
        plugin_id: str,
        facts: RunFacts,
        journal: Journal,
        config: Mapping[str, Any] = MappingProxyType({}),
        where: Where = THE_RUN,
    ) -> None:
        self.plugin_id = plugin_id
        self.config = config
        self.env = facts.env
        self.flow_id = facts.flow_id
        self.run_id = facts.run_id
        self.log = self
        self._facts = facts
        self._journal = journal
        self._where = where

    def mask(self, text: str) -> str:
        """Replace every secret that the run knows."""
        return str(self._facts.mask(text))

    def _log(self, level: str, message: str) -> None:
        facts = self._where.facts()
        self._journal.emit(EventType.LOG, **facts, level=level, message=own_text(message), plugin=self.plugin_id)


class RunningHook(RunningPlugin):
    """The context of one call of a hook; implements the contract `HookContext`."""

    def __init__(
        self,
        plugin_id: str,
        facts: RunFacts,
        where: Where,
        journal: Journal,
        config: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        super().__init__(plugin_id, facts, journal, config, where)
        self.job_id = where.job_id
        self.step_id = where.step_id

    @property
    def params(self) -> Mapping[str, Any]:
        """The run's params; a copy."""
        return MappingProxyType(dict(json_copy(self._facts.params)))
