"""Findings with the plugin that they are about."""

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.plugins.inventory import KnownPlugin


class PluginFinding(Struct, frozen=True, kw_only=True):
    """A finding, and the id of the plugin that it is about; empty where it is about none."""

    plugin: str
    diagnostic: Diagnostic


class LeftOut(Struct, frozen=True, kw_only=True):
    """A plugin that was found and may not load, and what is wrong with it."""

    plugin: KnownPlugin
    diagnostics: tuple[Diagnostic, ...]
