"""What loading a plugin would refuse, as far as its text is certain."""

from collections.abc import Iterator

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.doctor.certainty import Certainty, Fault
from aetherflow.core.plugins.doctor.decorator_use import misused_decorators
from aetherflow.core.plugins.doctor.missing_modules import missing_modules, modules_of_others
from aetherflow.core.plugins.doctor.missing_names import missing_names
from aetherflow.core.plugins.doctor.plugin_code import PluginCode, read_plugin_code
from aetherflow.core.plugins.doctor.static_contract import contract_faults
from aetherflow.core.plugins.doctor.undefined_names import undefined_names
from aetherflow.core.plugins.plugin_source import PluginSource


def load_faults(code: PluginCode, certainty: Certainty) -> Iterator[Fault]:
    """Give everything that may keep a plugin, or something in it, from being loaded."""
    yield from missing_modules(code, certainty)
    yield from missing_names(code, certainty)
    yield from undefined_names(code, certainty)
    yield from misused_decorators(code)
    yield from contract_faults(code)


class LoadRefusals(Struct, frozen=True):
    """What is certain to refuse a plugin, and the modules of others that it needs, be they there or not."""

    findings: tuple[Diagnostic, ...]
    needs: tuple[str, ...]


def load_refusals(source: PluginSource) -> LoadRefusals:
    """Read a plugin and give what is certain to refuse it; packages that are not here are warnings.

    A fault in a branch or in a module that may not be imported is for `doctor` alone.
    """
    code = read_plugin_code(source)
    certainty = Certainty(code)
    certain = (fault for fault in load_faults(code, certainty) if certainty.covers(fault.module, fault.statement))
    findings = (fault.finding for fault in certain if fault.finding.severity is not Severity.NOTE)
    return LoadRefusals(tuple(dict.fromkeys(findings)), modules_of_others(code, certainty))
