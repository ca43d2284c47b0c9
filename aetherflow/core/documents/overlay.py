"""Values of one document laid over those of another."""

from collections.abc import Mapping
from typing import Any


def overlaid(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Lay values over others: mappings merge at every depth, anything else replaces."""
    merged = dict(base)
    for key, value in own.items():
        under = base.get(key)
        merged[key] = overlaid(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged
