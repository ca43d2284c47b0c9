"""Everything that `plugins doctor` looks at beyond what finding the plugins tells. Nothing of a plugin is executed."""

from collections.abc import Iterator, Mapping

from aetherflow.core.contracts.deprecation import DEPRECATED, Deprecation
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.plugins.doctor.api_use import deprecated_names, internals_used
from aetherflow.core.plugins.doctor.byte_code import byte_code_findings
from aetherflow.core.plugins.doctor.certainty import Certainty
from aetherflow.core.plugins.doctor.environment_use import environment_findings
from aetherflow.core.plugins.doctor.file_trust import file_trust_findings
from aetherflow.core.plugins.doctor.import_effects import heavy_imports, import_effects
from aetherflow.core.plugins.doctor.load_refusals import load_faults
from aetherflow.core.plugins.doctor.permissions import permission_findings
from aetherflow.core.plugins.doctor.plugin_code import PluginCode, read_plugin_code
from aetherflow.core.plugins.doctor.plugin_size import size_findings
from aetherflow.core.plugins.doctor.shadowed_names import shadowed_names
from aetherflow.core.plugins.doctor.shared_state import shared_state_findings
from aetherflow.core.plugins.doctor.start_up import StartUp
from aetherflow.core.plugins.doctor.start_up_code import start_up_findings
from aetherflow.core.plugins.doctor.unregistered import modules_left_aside, silent_plugin
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.modes import Mode

#: Where one of these is told, nobody needs to be told that nothing is registered.
_WHY_NOTHING_IS_REGISTERED = frozenset({"AF-P503", "AF-P504", "AF-P537", "AF-P538"})


def check_plugin(
    plugin: KnownPlugin, *, mode: Mode, user_id: int, deprecated: Mapping[str, Deprecation] = DEPRECATED
) -> Iterator[Diagnostic]:
    """Give everything that a plugin's files and code are seen to be wrong with; no plugin raises.

    ``user_id`` is the effective user who runs plugins, ``deprecated`` the deprecated names of the API.
    """
    source = plugin.source
    yield from size_findings(source)
    yield from file_trust_findings(source, mode=mode, user_id=user_id)
    yield from byte_code_findings(source)
    yield from shadowed_names(source)
    code = read_plugin_code(source)
    found = list(check_code(code, deprecated))
    yield from found
    yield from modules_left_aside(source, code)
    if not any(finding.code in _WHY_NOTHING_IS_REGISTERED for finding in found):
        yield from silent_plugin(plugin, code)


def check_code(code: PluginCode, deprecated: Mapping[str, Deprecation]) -> Iterator[Diagnostic]:
    """Give everything that the text of a plugin's modules is seen to be wrong with."""
    faults = [fault.finding for fault in load_faults(code, Certainty(code))]
    missing = {finding.span for finding in faults if finding.code in ("AF-P503", "AF-P538")}
    yield from faults
    # What is not there is not internal either.
    yield from (finding for finding in internals_used(code) if finding.span not in missing)
    yield from deprecated_names(code, deprecated)
    yield from permission_findings(code)
    yield from environment_findings(code)
    yield from shared_state_findings(code)
    yield from import_effects(code)
    yield from heavy_imports(code)


def check_surroundings(start_up: StartUp, *, mode: Mode) -> Iterator[Diagnostic]:
    """Give what runs, or can be put in a module's place, before aetherflow does: `this_start_up` gives the argument."""
    yield from start_up_findings(start_up, mode=mode)
