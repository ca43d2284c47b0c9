"""What loading a plugin would refuse, as far as its text is certain."""

from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.doctor.certainty import Certainty, Fault
from aetherflow.core.plugins.doctor.decorator_use import misused_decorators
from aetherflow.core.plugins.doctor.missing_modules import missing_modules
from aetherflow.core.plugins.doctor.missing_names import missing_names
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.doctor.static_contract import contract_faults
from aetherflow.core.plugins.doctor.undefined_names import undefined_names


def load_faults(code: PluginCode, certainty: Certainty) -> Iterator[Fault]:
    """Give everything that may keep a plugin, or something in it, from being loaded."""
    yield from missing_modules(code, certainty)
    yield from missing_names(code, certainty)
    yield from undefined_names(code, certainty)
    yield from misused_decorators(code)
    yield from contract_faults(code)


def load_refusals(code: PluginCode) -> list[Diagnostic]:
    """Give what is certain to refuse the plugin, and the packages that it needs and that are not here.

    A fault in a branch or in a module that may not be imported is for `doctor` alone.
    """
    certainty = Certainty(code)
    certain = (fault for fault in load_faults(code, certainty) if certainty.covers(fault.module, fault.statement))
    return [fault.finding for fault in certain if fault.finding.severity is not Severity.NOTE]
