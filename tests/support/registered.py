"""How many step types and connectors come with AetherFlow, as findings count them: plugins and releases add to them."""

from aetherflow.core.plugins.builtin_index import builtin_registry

STEP_TYPES = f"{len(builtin_registry().steps)} step types are registered"
CONNECTORS = f"{len(builtin_registry().connectors)} connectors are registered"
CONNECTOR_NAMES = sorted(builtin_registry().connectors)
