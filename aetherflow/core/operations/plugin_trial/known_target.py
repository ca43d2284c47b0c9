"""The plugin that is tested, as it is known without running it, and everything that doctor has to say of it."""

from pathlib import Path

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Severity
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.operations.doctor_plugins import DoctorReport, doctor
from aetherflow.core.operations.loaded_in_child import loads_in_child
from aetherflow.core.operations.merged_findings import told_once, with_short_paths
from aetherflow.core.operations.plugin_surroundings import plugins_of
from aetherflow.core.operations.plugin_trial.sandbox import Limits
from aetherflow.core.operations.plugin_trial.target import Target
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.plugins.contents import differences_from
from aetherflow.core.plugins.in_child.messages import ChildLoad
from aetherflow.core.plugins.inventory import KnownPlugin
from aetherflow.core.plugins.plugin_finding import PluginFinding
from aetherflow.core.plugins.strictness import of_plugin

_NAME_A_FOLDER = "name the folder that holds its modules, or its .py file"


#: Who writes a plugin changes what is locked: that is the affair of whoever uses it.
_OF_LOCKS = "AF-P40"


class KnownTarget(Struct, frozen=True, kw_only=True):
    """A plugin, what doctor finds of it, and what its import gave; None where it may not be imported."""

    plugin: KnownPlugin
    findings: tuple[PluginFinding, ...]
    load: ChildLoad | None

    @property
    def files(self) -> frozenset[str]:
        """The real paths of its files."""
        return frozenset(self.plugin.source.path_of(file) for file in self.plugin.file_digests)

    @property
    def is_loaded(self) -> bool:
        """Whether it can be imported."""
        return self.load is not None and not any(each.severity is Severity.ERROR for each in self.load.findings)


def known_target(target: Target, request: SurroundingsRequest, limits: Limits) -> KnownTarget:
    """Read the plugin, examine it, and import it in a process of its own; raises InputError where there is none."""
    report = doctor(request, loaded=False)
    found = plugins_of(request)
    plugin = next((each for each in found.all_plugins() if Path(each.source.place) == target.path), None)
    if plugin is None:
        raise _no_plugin(target, report)
    if not plugin.source.units:
        raise InputError(f'there is no module to load in "{target.named}"', hint=_NAME_A_FOLDER)
    findings = [
        each
        for each in report.findings
        if each.plugin == plugin.source.id and not each.diagnostic.code.startswith(_OF_LOCKS)
    ]
    load = None
    if any(each is plugin for each in found.plugins):
        (load,) = loads_in_child(
            [plugin],
            request.environ,
            seconds_per_plugin=limits.call_seconds,
            memory_megabytes=limits.memory_megabytes,
        )
        findings += of_plugin(plugin.source.id, load.findings)
        findings += of_plugin(plugin.source.id, differences_from(plugin.source, load.contributions))
    told = tuple(with_short_paths(each, Path.cwd()) for each in told_once(findings))
    return KnownTarget(plugin=plugin, findings=told, load=load)


def _no_plugin(target: Target, report: DoctorReport) -> InputError:
    """Say why there is no plugin, in the words of whoever looked for it."""
    about = [
        each.diagnostic for each in report.findings if not each.plugin and str(target.path) in each.diagnostic.message
    ]
    if about:
        return InputError(about[0].message, hint=about[0].hint)
    return InputError(f'there is no plugin in "{target.named}"', hint=_NAME_A_FOLDER)
