"""`plugins list`: what a flow may name, and where it comes from."""

from aetherflow.core.contracts.registry import Registry
from aetherflow.core.plugins.builtin_index import builtin_registry


def list_plugins() -> Registry:
    """Give everything that is registered, without running any plugin's code."""
    return builtin_registry()
