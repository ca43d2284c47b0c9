"""A hook as it is asked: a function of a plugin, or the object of a plugin with a life of its own."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.hook import HookContext, PluginHook
from aetherflow.core.contracts.registry import Contribution


class HookFunction(Struct, frozen=True, kw_only=True):
    """One function that is asked at one point. ``is_tolerated``: its failure is told, and changes nothing.

    ``config`` is what its plugin is given.
    """

    hook: PluginHook
    name: str
    contribution: Contribution
    call: Callable[[dict[str, Any], HookContext], Any]
    is_tolerated: bool = False
    config: Mapping[str, Any] = MappingProxyType({})

    @property
    def plugin(self) -> str:
        """The id of its plugin."""
        return self.contribution.plugin

    @property
    def words(self) -> str:
        """What it is called where something is told of it."""
        return f'the hook {self.hook} of plugin "{self.plugin}"'

    @property
    def at(self) -> tuple[str, int]:
        """The file and the line in which it is written."""
        return self.contribution.file, self.contribution.line

    @property
    def place(self) -> str:
        """Where it is written, in words."""
        return "{}:{}".format(*self.at)
