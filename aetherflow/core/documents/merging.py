"""Merge keys: `<<` adds the entries of other mappings where a mapping has none of its own."""

from typing import Any

from aetherflow.core.documents.positions import Places


def merge_sources(value: Any) -> list[dict[str, Any]] | None:
    """Give the mappings that a merge key names, nearest first; None where it names something else."""
    if isinstance(value, dict):
        return [value]
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return value
    return None


def merge_into(mapping: dict[str, Any], source: dict[str, Any], places: Places) -> None:
    """Add the entries that the mapping lacks, each with the places it has in the source."""
    own, others = places[id(mapping)], places[id(source)]
    for number, (key, value) in enumerate(source.items()):
        if key not in mapping:
            mapping[key] = value
            own += others[2 * number : 2 * number + 2]
