"""The config of an observer of plugins.yaml, for it alone: with variables of the environment where it names them."""

from collections.abc import Mapping
from typing import Any

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.registry import Contribution
from aetherflow.core.operations.observing.words import Listed

_REFERENCE = frozenset({"env", "prefix"})


def config_of(listed: Listed, env: Mapping[str, str]) -> dict[str, Any] | Diagnostic:
    """Copy a config, each ``{env: NAME, prefix: TEXT}`` replaced; a finding where such a variable is not set."""
    try:
        config: dict[str, Any] = _resolved(listed.entry.config, env, ())
    except _NotSet as missing:
        return listed.not_set(missing.variable, missing.path)
    return config


def shipped_config_fault(listed: Listed, shipped: Contribution, config: Mapping[str, Any]) -> Diagnostic | None:
    """Say what a shipped observer has against its config; making one has no effect."""
    try:
        shipped.load()(listed.entry.id, config)
    except ValueError as wrong:  # those of ours know the key; their class stands above this layer
        key, is_unknown = getattr(wrong, "key", None), getattr(wrong, "is_unknown", False)
        return listed.wrong_config(str(wrong), key, is_unknown=is_unknown)
    except ModuleNotFoundError as missing:
        return listed.missing_library(str(missing))
    return None


class _NotSet(Exception):
    """A config refers to a variable that is not set."""

    def __init__(self, variable: str, path: tuple[str | int, ...]) -> None:
        super().__init__(variable)
        self.variable = variable
        self.path = path


def _resolved(value: Any, env: Mapping[str, str], path: tuple[str | int, ...]) -> Any:
    if isinstance(value, dict):
        if _is_reference(value):
            return _looked_up(value, env, path)
        return {key: _resolved(item, env, (*path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, env, (*path, number)) for number, item in enumerate(value)]
    return value


def _is_reference(value: Mapping[str, Any]) -> bool:
    is_of_texts = all(isinstance(item, str) for item in value.values())
    return "env" in value and value.keys() <= _REFERENCE and is_of_texts


def _looked_up(reference: Mapping[str, str], env: Mapping[str, str], path: tuple[str | int, ...]) -> str:
    found = env.get(reference["env"])
    if not found:
        raise _NotSet(reference["env"], path)
    return reference.get("prefix", "") + found
