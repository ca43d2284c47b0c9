"""Everything that `plugins doctor` looks at beyond what finding the plugins tells. Nothing of a plugin is executed."""

from collections.abc import Iterator, Mapping

from aetherflow.core.contracts.deprecation import DEPRECATED, Deprecation
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.plugins.doctor.file_trust import file_trust_findings
from aetherflow.core.plugins.doctor.plugin_size import size_findings
from aetherflow.core.plugins.doctor.start_up import StartUp
from aetherflow.core.plugins.doctor.start_up_code import start_up_findings
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.modes import Mode


def check_plugin(
    plugin: KnownPlugin, *, mode: Mode, user_id: int, deprecated: Mapping[str, Deprecation] = DEPRECATED
) -> Iterator[Diagnostic]:
    """Give everything that a plugin's files and code are seen to be wrong with; no plugin raises.

    ``user_id`` is the effective user who runs plugins, ``deprecated`` the deprecated names of the API.
    """
    yield from size_findings(plugin.source)
    yield from file_trust_findings(plugin.source, mode=mode, user_id=user_id)


def check_surroundings(start_up: StartUp, *, mode: Mode) -> Iterator[Diagnostic]:
    """Give what runs, or can be put in a module's place, before aetherflow does: `this_start_up` gives the argument."""
    yield from start_up_findings(start_up, mode=mode)
