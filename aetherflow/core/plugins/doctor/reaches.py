"""Everything that a plugin's code is seen to reach for, and where its text stops to tell."""

from collections.abc import Iterator

from msgspec import Struct

from aetherflow.core.plugins.doctor.environment_use import environment_reach
from aetherflow.core.plugins.doctor.file_uses import file_reaches
from aetherflow.core.plugins.doctor.network_uses import network_imports, request_reach
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.doctor.process_uses import process_reach
from aetherflow.core.plugins.doctor.resource_use import Reach
from aetherflow.core.plugins.doctor.seen_uses import Seen, seen_uses
from aetherflow.core.plugins.doctor.unseen_ways import Way, unseen_ways


class Reaches(Struct, frozen=True):
    """What the text of a plugin shows, and the places where it shows no more; code can do otherwise."""

    seen: tuple[Reach, ...]
    ways: tuple[Way, ...]


def reaches_of(code: PluginCode) -> Reaches:
    """Look through all modules of a plugin; nothing of them is executed."""
    uses = list(seen_uses(code))
    imports = (reach for module in code.modules.values() for reach in network_imports(module))
    called = (reach for seen in uses for reach in _reaches(seen))
    return Reaches(seen=(*imports, *called), ways=tuple(unseen_ways(code, iter(uses))))


def _reaches(seen: Seen) -> Iterator[Reach]:
    reach = process_reach(seen) or request_reach(seen) or environment_reach(seen)
    if reach is not None:
        yield reach
    else:
        yield from file_reaches(seen)
