"""A finding about plugins."""

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic


class PluginFinding(Struct, frozen=True, kw_only=True):
    """A finding, and the id of the plugin that it is about; empty where it is about none."""

    plugin: str
    diagnostic: Diagnostic
