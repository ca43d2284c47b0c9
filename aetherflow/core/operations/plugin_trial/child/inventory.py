"""The observers of a plugin, which no decorator registers: classes that its modules define."""

import sys

from aetherflow.core.contracts.observer import ObserverPlugin
from aetherflow.core.operations.plugin_trial.child.ground import TrialGround
from aetherflow.core.plugins.loading.host import IN_PROCESS
from aetherflow.core.plugins.loading.snapshot import read_snapshot


def observers_in(ground: TrialGround) -> tuple[str, ...]:
    """Give MODULE.CLASS, as plugins.yaml names it, of each observer that the plugin's loaded modules define."""
    found = next(each for each in ground.plugins().plugins if each.source.id == ground.plugin)
    loaded = IN_PROCESS.load(read_snapshot(found.source))
    names = []
    for full_name, module in sorted(sys.modules.items()):
        if full_name == loaded.name or full_name.startswith(f"{loaded.name}."):
            inside = full_name.removeprefix(loaded.name).removeprefix(".")
            own = ".".join(part for part in (found.source.package, inside) if part)
            names += [f"{own}.{name}" for name in _observers(module, full_name)]
    return tuple(names)


def _observers(module: object, full_name: str) -> list[str]:
    return [
        name
        for name, value in sorted(vars(module).items())
        if isinstance(value, type)
        and issubclass(value, ObserverPlugin)
        and value.__module__ == full_name
        and not name.startswith("_")
    ]
