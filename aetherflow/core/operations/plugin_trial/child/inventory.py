"""The observers of a plugin, which no decorator registers: classes that its modules define."""

import inspect
import sys
from collections.abc import Iterator
from types import ModuleType

from aetherflow.core.contracts.observer import ObserverPlugin
from aetherflow.core.operations.plugin_trial.child.ground import TrialGround
from aetherflow.core.operations.plugin_trial.work import ObserverFound
from aetherflow.core.plugins.loading.host import IN_PROCESS
from aetherflow.core.plugins.loading.snapshot import read_snapshot


def observers_in(ground: TrialGround) -> tuple[ObserverFound, ...]:
    """Give each observer that the plugin's loaded modules define, but those with a leading underscore."""
    found = next(each for each in ground.plugins().plugins if each.source.id == ground.plugin)
    loaded = IN_PROCESS.load(read_snapshot(found.source))
    observers: list[ObserverFound] = []
    for full_name, module in sorted(sys.modules.items()):
        if full_name == loaded.name or full_name.startswith(f"{loaded.name}."):
            inside = full_name.removeprefix(loaded.name).removeprefix(".")
            observers += _observers(module, ".".join(part for part in (found.source.package, inside) if part))
    return tuple(observers)


def _observers(module: ModuleType, own_name: str) -> Iterator[ObserverFound]:
    for name, value in sorted(vars(module).items()):
        if not isinstance(value, type) or not issubclass(value, ObserverPlugin) or name.startswith("_"):
            continue
        if value.__module__ == module.__name__:
            yield ObserverFound(f"{own_name}.{name}", str(module.__file__), inspect.getsourcelines(value)[1])
