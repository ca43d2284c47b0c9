"""What is told of plugins, without the secrets of the environment: code that ran, and schemas, may hold one."""

from typing import TypeVar

import msgspec

from aetherflow.core.environment.masking import Masker, secrets_of_environment
from aetherflow.core.operations.plugin_surroundings import PluginGround

Told = TypeVar("Told", bound=msgspec.Struct)


def masked(told: Told, ground: PluginGround) -> Told:
    """Copy a value with every secret in its strings hidden."""
    masker = Masker(secrets_of_environment(ground.snapshot, ground.settings.secret_env))
    return msgspec.convert(masker.mask(msgspec.to_builtins(told)), type(told))
